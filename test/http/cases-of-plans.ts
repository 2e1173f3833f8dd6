// Plans and what they are weighed by, asked by everybody: a plan belongs to a unit, and only dispatchers of that unit or above it
// change it.
import { randomUUID } from 'node:crypto'
import { DEFAULT_WEIGHTS, teamDayId } from '../../server/modules/planning/plan.ts'
import { endPairing, pairVillage } from '../../server/modules/planning/pair-village.ts'
import { pairingsOn } from '../../server/modules/planning/pairing-rows.ts'
import { endVehicle, shareVehicle } from '../../server/modules/planning/share-vehicle.ts'
import { vehiclesBetween } from '../../server/modules/planning/vehicle-rows.ts'
import { overrideTravel } from '../../server/modules/planning/override-travel.ts'
import { requestPlan } from '../../server/modules/planning/request-plan.ts'
import { claimPlan, endPlan, savePlan } from '../../server/modules/planning/index.ts'
import { solve } from '../../server/dispatch/index.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { runWork } from '../../server/platform/work.ts'
import { stageOrder } from '../support/http-orders.ts'
import { offeringOf } from './cases-of-orders.ts'
import type { Case, CaseInput, World } from './matrix.ts'
import type { Kind } from './who-may.ts'

const RESOURCES = ['township', 'centre', 'foreign'] as const
type At = (typeof RESOURCES)[number]

interface Target {
  readonly id: string
  readonly orderId: string
  readonly version: number
  readonly unitId: string
  readonly otherUnitId: string
  readonly today: string
  readonly provider: { readonly kind: 'agency' | 'team'; readonly id: string }
}

const READERS: Record<At, readonly Kind[]> = {
  township: ['institute', 'dispatcher', 'centreLeader', 'auditor'],
  centre: ['dispatcher', 'centreLeader', 'auditor'],
  foreign: ['foreigner'],
}
const PLANNERS: Record<At, readonly Kind[]> = {
  township: ['institute', 'dispatcher'],
  centre: ['dispatcher'],
  foreign: ['foreigner'],
}

const reads = (kind: Kind, at: string, status: number) => (READERS[at as At].includes(kind) ? [status] : [404])
const plans = (kind: Kind, at: string, status: number) => (PLANNERS[at as At].includes(kind) ? [status] : [404])

/** Plans of other cases that may wait before. */
const OTHERS_MAX = 20
let last: Promise<unknown> = Promise.resolve()
/** One after the other, because whoever acts the worker takes the oldest plan that waits. */
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const turn = last.then(act, act)
  last = turn
  return turn
}

function sceneOf({ scenes }: World, at: string) {
  return at === 'foreign' ? scenes.foreign : scenes.own
}

async function facts(world: World, at: string): Promise<Omit<Target, 'id' | 'orderId' | 'version'>> {
  const { places } = world.cast
  const unit = { township: places.township, centre: places.centre, foreign: places.foreignCentre }[at as At]
  const today = await world.server.work(({ now }) => Promise.resolve(dateIn(now)))
  const otherUnitId = at === 'foreign' ? places.foreign.id : places.sibling.id
  return { unitId: unit.id, otherUnitId, today, provider: sceneOf(world, at).provider }
}

/** A plan that waits for a worker, of one order that waits to be offered. */
async function waitingPlan(world: World, at: string): Promise<Target> {
  const scene = sceneOf(world, at)
  const { id: orderId } = await stageOrder(world.server, scene, 'dispatching')
  const where = await facts(world, at)
  const wish = {
    ...where,
    title: '本周',
    fromOn: where.today,
    untilOn: addDays(where.today, 6),
    secondsMax: 1,
    seed: 1,
  }
  const plan = await world.server.work((work) => requestPlan(work, wish), scene.dispatcher.actor)
  return { ...where, id: plan.id, orderId, version: plan.version }
}

function readyPlan(world: World, at: string): Promise<Target> {
  return inTurn(async () => {
    const target = await waitingPlan(world, at)
    const system = systemActor(sceneOf(world, at).districtId)
    const claim = randomUUID()
    for (let tries = 0; ; tries++) {
      const task = await runWork(world.server.host, system, (work) => claimPlan(work, claim))
      // One of today alone fails as it is taken when the day is nearly over.
      if (task === undefined && tries < OTHERS_MAX) continue
      if (task === undefined) throw new Error('The plan was taken by somebody else.')
      if (task.planId !== target.id) {
        await runWork(world.server.host, system, (work) => endPlan(work, task, null))
        continue
      }
      const made = solve(task.problem, { seed: 1, budget: { iterationsMax: 50 } })
      await runWork(world.server.host, system, (work) => savePlan(work, task, made))
      return { ...target, version: target.version + 1 }
    }
  })
}

async function overrideAt(world: World, at: string): Promise<Target> {
  const where = await facts(world, at)
  const { dispatcher } = sceneOf(world, at)
  const ways = { fromUnitId: where.unitId, toUnitId: where.otherUnitId, minutes: 50, reason: '修路' }
  const row = await inTurn(() =>
    world.server.work(
      (work) => overrideTravel(work, { ...ways, validFrom: where.today, validUntil: null }),
      dispatcher.actor,
    ),
  )
  return { ...where, id: row.id, orderId: '', version: 0 }
}

function pairingAt(world: World, at: string): Promise<Target> {
  return inTurn(async () => {
    const where = await facts(world, at)
    const { actor } = sceneOf(world, at).dispatcher
    const { otherUnitId: unitId, provider, today } = where
    const pair = { unitId, providerKind: provider.kind, providerId: provider.id, note: '', validFrom: today }
    const id = await world.server.work(async (work) => {
      for (const old of await pairingsOn(work.tx, today)) if (old.unitId === unitId) await endPairing(work, old.id)
      return (await pairVillage(work, pair)).id
    }, actor)
    return { ...where, id, orderId: '', version: 0 }
  })
}

interface VehicleTarget extends Target {
  readonly offeringId: string
}

/** An offering that needs no vehicle, and the vehicle that it needed before. */
function freeOffering(world: World, at: string): Promise<VehicleTarget> {
  return inTurn(async () => {
    const where = await facts(world, at)
    const { dispatcher } = sceneOf(world, at)
    const offering = (await offeringOf(world, dispatcher, world.cast.places.agency.id))!
    await world.server.work(async (work) => {
      for (const { id } of await vehiclesBetween(work.tx, where.today, where.today)) await endVehicle(work, id)
    }, dispatcher.actor)
    return { ...where, id: '', orderId: '', version: 0, offeringId: offering.id }
  })
}

async function vehicleAt(world: World, at: string): Promise<Target> {
  const target = await freeOffering(world, at)
  const wish = { name: '诊疗车', count: 2, weekdays: [1, 3], offeringIds: [target.offeringId], validFrom: target.today }
  const { actor } = sceneOf(world, at).dispatcher
  const { id } = await inTurn(() => world.server.work((work) => shareVehicle(work, wish), actor))
  return { ...target, id }
}

interface Given {
  readonly resources?: readonly At[]
  readonly isRead?: true
  readonly make?: (world: World, at: string) => Promise<Target>
  readonly input?: (target: Target) => CaseInput
  readonly answers: Case['answers']
}

function one({ resources, isRead, make, input, answers }: Given): Case {
  return {
    resources: resources ?? RESOURCES,
    isRead: isRead === true,
    make: async (world, at) =>
      (make ?? (async () => ({ ...(await facts(world, at)), id: '', orderId: '', version: 0 })))(world, at),
    input: (target) => Promise.resolve(input?.(target as Target) ?? {}),
    answers,
  }
}

const byId = ({ id }: Target) => ({ params: { id } })
const always: Case['answers'] = (_kind, _at, status) => [status]
const inDistrict: Case['answers'] = (kind, at, status) =>
  (at === 'foreign') === (kind === 'foreigner') ? [status] : [404]

export const planCases = {
  listPlans: [one({ resources: ['centre'], isRead: true, answers: always })],
  requestPlan: [
    one({
      input: ({ unitId, today }) => ({
        body: { unitId, title: '下周', fromOn: today, untilOn: today, secondsMax: 1, seed: 3 },
      }),
      answers: (kind, at, status) => {
        if (PLANNERS[at as At].includes(kind)) return [status]
        // Another district's unit is not known here.
        return (at === 'foreign') === (kind === 'foreigner') ? [403] : [422]
      },
    }),
  ],
  readPlan: [one({ isRead: true, make: readyPlan, input: byId, answers: reads })],
  cancelPlan: [one({ make: (world, at) => inTurn(() => waitingPlan(world, at)), input: byId, answers: plans })],
  copyPlan: [
    one({
      make: readyPlan,
      input: (target) => ({ ...byId(target), body: { title: '推演', weights: { debtFactor: 2 } } }),
      answers: plans,
    }),
  ],
  replan: [
    one({
      make: readyPlan,
      input: (target) => ({ ...byId(target), body: { title: '重排', absences: [] } }),
      answers: plans,
    }),
  ],
  listVisitChoices: [
    one({ isRead: true, make: readyPlan, input: ({ id, orderId }) => ({ params: { id, orderId } }), answers: reads }),
  ],
  moveVisit: [
    one({
      make: readyPlan,
      input: ({ id, orderId, version }) => ({
        params: { id, orderId },
        version,
        body: { teamDay: null, isTrial: false },
      }),
      answers: plans,
    }),
    one({
      resources: ['centre'],
      make: readyPlan,
      input: ({ id, orderId, version, today }) => ({
        params: { id, orderId },
        version,
        body: { teamDay: teamDayId({ kind: 'team', id: orderId, day: today, crew: 1 }), isTrial: true },
      }),
      answers: (kind) => (PLANNERS.centre.includes(kind) ? [422] : [404]),
    }),
  ],
  publishPlan: [
    one({ make: readyPlan, input: (target) => ({ ...byId(target), version: target.version }), answers: plans }),
  ],
  readPlanWeights: [one({ resources: ['centre'], isRead: true, answers: always })],
  setPlanWeights: [
    one({
      resources: ['centre'],
      input: ({ today }) => ({ body: { weights: DEFAULT_WEIGHTS, validFrom: today } }),
      answers: (kind, _at, status) => (['dispatcher', 'foreigner'].includes(kind) ? [status] : [403]),
    }),
  ],
  listPairings: [one({ resources: ['centre'], isRead: true, answers: always })],
  pairVillage: [
    one({
      resources: ['centre', 'foreign'],
      input: ({ unitId, today, provider }) => ({
        body: { unitId, providerKind: provider.kind, providerId: provider.id, note: '', validFrom: today },
      }),
      answers: (kind, at, status) => {
        if (!['dispatcher', 'foreigner'].includes(kind)) return [403]
        // The second who asks is told that they are paired already.
        return (at === 'foreign') === (kind === 'foreigner') ? [status, 409] : [422]
      },
    }),
  ],
  endPairing: [
    one({
      resources: ['centre', 'foreign'],
      make: pairingAt,
      input: byId,
      answers: (kind, at, status) =>
        ['dispatcher', 'foreigner'].includes(kind) ? inDistrict(kind, at, status) : [403],
    }),
  ],
  listSharedVehicles: [one({ resources: ['centre'], isRead: true, answers: always })],
  shareVehicle: [
    one({
      resources: ['centre'],
      make: freeOffering,
      input: (target) => {
        const { offeringId, today } = target as VehicleTarget
        const body = { name: '诊疗车', count: 2, weekdays: [1, 3, 5], offeringIds: [offeringId], validFrom: today }
        return { body }
      },
      answers: (kind, _at, status) => {
        // The second who asks is told that the offering has its vehicle already.
        if (kind === 'dispatcher') return [status, 409]
        return kind === 'foreigner' ? [422] : [403]
      },
    }),
  ],
  endSharedVehicle: [
    one({
      resources: ['centre'],
      make: vehicleAt,
      input: byId,
      answers: (kind, at, status) =>
        ['dispatcher', 'foreigner'].includes(kind) ? inDistrict(kind, at, status) : [403],
    }),
  ],
  listTravelOverrides: [one({ resources: ['centre'], isRead: true, answers: always })],
  overrideTravel: [
    one({
      resources: ['centre', 'foreign'],
      input: ({ unitId, otherUnitId, today }) => ({
        body: {
          fromUnitId: unitId,
          toUnitId: otherUnitId,
          minutes: 45,
          reason: '雪',
          validFrom: today,
          validUntil: null,
        },
      }),
      answers: (kind, at, status) => {
        if (!['dispatcher', 'foreigner'].includes(kind)) return [403]
        return (at === 'foreign') === (kind === 'foreigner') ? [status] : [422]
      },
    }),
  ],
  endTravelOverride: [
    one({
      resources: ['centre', 'foreign'],
      make: overrideAt,
      input: byId,
      answers: (kind, at, status) =>
        ['dispatcher', 'foreigner'].includes(kind) ? inDistrict(kind, at, status) : [403],
    }),
  ],
} satisfies Record<string, readonly Case[]>
