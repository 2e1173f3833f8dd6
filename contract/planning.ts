import * as z from 'zod/mini'
import { date, idParams, instant, line, page, pageQuery, route, text, uuid, whole } from './kit.ts'

const amount = (min: number, max: number) => z.number().check(z.gte(min), z.lte(max))
const minuteOfDay = whole(0, 1440)

/** Equivalent minutes and factors by which a plan is weighed. */
const weightFields = {
  kmPerHour: amount(5, 120),
  detour: amount(1, 3),
  dayStartsMinute: minuteOfDay,
  dayEndsMinute: minuteOfDay,
  serviceMinutes: whole(5, 600),
  teamVisitsPerDay: whole(1, 20),
  agencyVisitsPerDay: whole(1, 20),
  agencyCrews: whole(1, 20),
  unservedMinutes: amount(0, 10_000),
  urgentFactor: amount(1, 10),
  waitingDayMinutes: amount(0, 500),
  lateDayMinutes: amount(0, 500),
  ownVillageMinutes: amount(0, 500),
  orderedOfferingMinutes: amount(0, 500),
  continuityMinutes: amount(0, 500),
  pairedMinutes: amount(0, 500),
  starMinutes: amount(0, 100),
  loadShareMinutes: amount(0, 500),
  lastQuotaMinutes: amount(0, 500),
  fairFromMinutes: amount(0, 20_000),
  fairPerMinute: amount(0, 10),
  coverageMinutes: amount(0, 5_000),
  debtFactor: amount(0, 10),
  changeMinutes: amount(0, 500),
  changeToldMinutes: amount(0, 500),
}
export const planWeights = z.strictObject(weightFields)
const someWeights = z.partial(planWeights)

const fairness = z.object({ giniTeams: z.number(), giniVillages: z.number(), debtMax: z.number() })

const absence = z.strictObject({ kind: z.enum(['agency', 'team']), id: uuid, on: date })

export const planSummary = z.object({
  id: uuid,
  unitId: uuid,
  title: z.string(),
  kind: z.enum(['plan', 'what-if', 're-plan']),
  basedOnId: z.nullable(uuid),
  fromOn: date,
  untilOn: date,
  absences: z.array(absence),
  weights: z.object(weightFields),
  seed: z.int(),
  secondsMax: z.int(),
  state: z.enum(['queued', 'running', 'ready', 'failed', 'cancelled', 'published']),
  version: z.int(),
  progress: z.nullable(z.object({ seconds: z.number(), cost: z.nullable(z.number()), orders: z.int() })),
  inputHash: z.nullable(z.string()),
  engine: z.nullable(z.string()),
  cost: z.nullable(
    z.object({
      travel: z.number(),
      work: z.number(),
      fixed: z.number(),
      assignment: z.number(),
      lateness: z.number(),
      fairness: z.number(),
      coverage: z.number(),
      unserved: z.number(),
      total: z.number(),
    }),
  ),
  bound: z.nullable(z.number()),
  fairness: z.nullable(z.object({ before: fairness, after: fairness })),
  failure: z.nullable(z.string()),
  createdAt: instant,
  endedAt: z.nullable(instant),
  publishedAt: z.nullable(instant),
})

const provider = { providerKind: z.enum(['agency', 'team']), providerId: uuid }

/** Where the plan before had an order; `undoMinutes` is null where the change cannot be undone. */
const was = z.nullable(
  z.object({
    ...provider,
    providerName: z.string(),
    day: date,
    taxMinutes: z.optional(z.number()),
    undoMinutes: z.optional(z.nullable(z.number())),
  }),
)

const visit = z.object({
  orderId: uuid,
  orderNumber: z.string(),
  title: z.string(),
  urgency: z.enum(['normal', 'urgent']),
  unitId: uuid,
  unitName: z.string(),
  latitude: z.nullable(z.number()),
  longitude: z.nullable(z.number()),
  ...provider,
  providerName: z.string(),
  crew: z.int(),
  vehicleId: z.nullable(uuid),
  vehicleName: z.nullable(z.string()),
  day: date,
  position: z.int(),
  startsMinute: z.int(),
  endsMinute: z.int(),
  parts: z.array(z.object({ part: z.string(), minutes: z.number() })),
  isPinned: z.boolean(),
  was,
  outcome: z.nullable(z.string()),
})

const unserved = z.object({
  orderId: uuid,
  orderNumber: z.string(),
  title: z.string(),
  unitName: z.string(),
  rejections: z.array(z.object({ code: z.string(), teamDays: z.int() })),
  relaxation: z.nullable(z.object({ code: z.string(), teamDay: z.string(), addedMinutes: z.number() })),
  was,
})

const orderName = z.object({ orderId: uuid, orderNumber: z.string(), title: z.string() })
const place = { ...provider, providerName: z.string(), day: date }

const override = z.object({
  id: uuid,
  fromUnitId: uuid,
  toUnitId: uuid,
  minutes: z.int(),
  reason: z.string(),
  validFrom: date,
  validUntil: z.nullable(date),
})

const pairing = z.object({
  id: uuid,
  unitId: uuid,
  unitName: z.string(),
  ...provider,
  providerName: z.string(),
  note: z.string(),
  validFrom: date,
})

const vehicle = z.object({
  id: uuid,
  name: z.string(),
  count: z.int(),
  weekdays: z.array(z.int()),
  offerings: z.array(z.object({ id: uuid, title: z.string() })),
  validFrom: date,
  validUntil: z.nullable(date),
})

const visitParams = z.strictObject({ id: uuid, orderId: uuid })

export const planningRoutes = {
  listPlans: route('GET /api/v1/plans', {
    permission: 'planning.read',
    summary: 'Plans of my units, newest first',
    query: z.strictObject(pageQuery),
    answer: page(planSummary),
  }),
  requestPlan: route('POST /api/v1/plans', {
    permission: 'planning.plan',
    summary: 'Ask for a plan of the open orders over some days',
    body: z.strictObject({
      unitId: uuid,
      title: line(60),
      fromOn: date,
      untilOn: date,
      secondsMax: whole(1, 300),
      seed: whole(0, 2_147_483_647),
      weights: z.optional(someWeights),
    }),
    status: 201,
    answer: planSummary,
    budget: { calls: 60, seconds: 3600 },
  }),
  readPlan: route('GET /api/v1/plans/:id', {
    permission: 'planning.read',
    summary: 'One plan with its visits, what it leaves out and why, and how fair it is',
    params: idParams,
    answer: z.object({
      plan: planSummary,
      visits: z.array(visit),
      unserved: z.array(unserved),
      scarce: z.array(z.object({ providerName: z.string(), day: date, savesMinutes: z.number(), orders: z.int() })),
      scarceVehicles: z.array(
        z.object({ vehicleName: z.string(), day: date, savesMinutes: z.number(), orders: z.int() }),
      ),
      conflicts: z.array(
        z.object({ providerName: z.string(), day: date, code: z.string(), orders: z.array(orderName) }),
      ),
    }),
  }),
  cancelPlan: route('POST /api/v1/plans/:id/cancellation', {
    permission: 'planning.plan',
    summary: 'Stop a plan that waits or runs',
    params: idParams,
    answer: planSummary,
  }),
  copyPlan: route('POST /api/v1/plans/:id/copies', {
    permission: 'planning.plan',
    summary: 'What if: the same days weighed otherwise',
    params: idParams,
    body: z.strictObject({ title: line(60), weights: someWeights }),
    status: 201,
    answer: planSummary,
  }),
  replan: route('POST /api/v1/plans/:id/replans', {
    permission: 'planning.plan',
    summary: 'Plan again after something happened, changing as little as pays',
    params: idParams,
    body: z.strictObject({ title: line(60), absences: z.array(absence).check(z.maxLength(200)) }),
    status: 201,
    answer: planSummary,
  }),
  listVisitChoices: route('GET /api/v1/plans/:id/visits/:orderId/choices', {
    permission: 'planning.read',
    summary: 'Why an order is where it is or left out, where else it could go, and what that would cost',
    params: visitParams,
    answer: z.object({
      rows: z.array(z.object({ teamDay: z.string(), ...place, addedMinutes: z.number() })),
      here: z.nullable(
        z.object({
          addedMinutes: z.number(),
          parts: z.array(z.object({ part: z.string(), minutes: z.number() })),
        }),
      ),
      regretMinutes: z.nullable(z.number()),
      binding: z.nullable(z.object({ ...place, code: z.string(), savesMinutes: z.number() })),
      relaxations: z.array(z.object({ ...place, code: z.string(), addedMinutes: z.number() })),
      outbidBy: z.array(z.object({ ...place, ...orderName.shape, extraMinutes: z.number() })),
    }),
  }),
  moveVisit: route('PUT /api/v1/plans/:id/visits/:orderId', {
    permission: 'planning.plan',
    summary: 'Move a visit to another provider or day, or out of the plan; a trial only says what it would cost',
    params: visitParams,
    body: z.strictObject({ teamDay: z.nullable(line(120)), isTrial: z.boolean() }),
    ifMatch: true,
    answer: z.object({ addedMinutes: z.number(), version: z.int() }),
  }),
  publishPlan: route('POST /api/v1/plans/:id/publication', {
    permission: 'planning.plan',
    summary: 'Send the plan’s offers out',
    params: idParams,
    ifMatch: true,
    answer: planSummary,
  }),
  readPlanWeights: route('GET /api/v1/planning/weights', {
    permission: 'planning.read',
    summary: 'The weights that hold today',
    answer: z.object(weightFields),
  }),
  setPlanWeights: route('PUT /api/v1/planning/weights', {
    permission: 'planning.plan',
    summary: 'Set the weights from a day on',
    body: z.strictObject({ weights: planWeights, validFrom: date }),
    answer: z.object(weightFields),
  }),
  listTravelOverrides: route('GET /api/v1/planning/travel', {
    permission: 'planning.read',
    summary: 'Ways that take longer or shorter than the distance says, today',
    answer: z.object({ rows: z.array(override) }),
  }),
  overrideTravel: route('POST /api/v1/planning/travel', {
    permission: 'planning.plan',
    summary: 'Say how long a way really takes',
    body: z.strictObject({
      fromUnitId: uuid,
      toUnitId: uuid,
      minutes: whole(1, 600),
      reason: line(120),
      validFrom: date,
      validUntil: z.nullable(date),
    }),
    status: 201,
    answer: override,
  }),
  listPairings: route('GET /api/v1/planning/pairings', {
    permission: 'planning.read',
    summary: 'Villages and who has taken them on, today',
    answer: z.object({ rows: z.array(pairing) }),
  }),
  pairVillage: route('POST /api/v1/planning/pairings', {
    permission: 'planning.plan',
    summary: 'Note that an agency or a team has taken a village on',
    body: z.strictObject({ unitId: uuid, ...provider, note: text(120), validFrom: date }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  endPairing: route('DELETE /api/v1/planning/pairings/:id', {
    permission: 'planning.plan',
    summary: 'The pairing is over',
    params: idParams,
    status: 204,
  }),
  listSharedVehicles: route('GET /api/v1/planning/vehicles', {
    permission: 'planning.read',
    summary: 'Vehicles that teams and agencies share, today and later, and the offerings that need one',
    answer: z.object({ rows: z.array(vehicle) }),
  }),
  shareVehicle: route('POST /api/v1/planning/vehicles', {
    permission: 'planning.plan',
    summary: 'Note how many vehicles of a kind there are, when they run, and which offerings need one',
    body: z.strictObject({
      name: line(60),
      count: whole(1, 100),
      weekdays: z.array(whole(1, 7)).check(z.minLength(1), z.maxLength(7)),
      offeringIds: z.array(uuid).check(z.minLength(1), z.maxLength(50)),
      validFrom: date,
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  endSharedVehicle: route('DELETE /api/v1/planning/vehicles/:id', {
    permission: 'planning.plan',
    summary: 'The vehicles are no longer shared',
    params: idParams,
    status: 204,
  }),
  endTravelOverride: route('DELETE /api/v1/planning/travel/:id', {
    permission: 'planning.plan',
    summary: 'The way is as it was',
    params: idParams,
    status: 204,
  }),
}
