import type { Offering } from '../../server/modules/catalogue/index.ts'
import { createOffering, findOffering } from '../../server/modules/catalogue/index.ts'
import { openUnit } from '../../server/modules/orgs/index.ts'
import { grantViews } from '../../server/modules/people/person-views.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { makeStaff, type Player } from '../support/cast.ts'
import { DISTRICT_B } from '../support/second-district.ts'
import { YANQING } from '../support/database.ts'
import { planCases } from './cases-of-plans.ts'
import { peopleCases } from './cases-of-people.ts'
import { type Case, type CaseInput, freshLogin, throwawaySession, type World } from './matrix.ts'
import { offeringOf } from './cases-of-orders.ts'
import { type Kind, PROVIDERS } from './who-may.ts'

const HOME = ['own', 'sibling', 'far', 'foreign'] as const

export interface ThingCase<Target> {
  readonly resources?: readonly string[]
  readonly isRead?: boolean
  readonly make?: (world: World, resource: string) => Promise<Target>
  readonly input?: (target: Target, kind: Kind, resource: string, world: World) => CaseInput | Promise<CaseInput>
  readonly answers: (kind: Kind, resource: string, status: number) => readonly number[]
}

export function thing<Target>({ resources, isRead, make, input, answers }: ThingCase<Target>): Case {
  return {
    resources: resources ?? HOME,
    isRead: isRead === true,
    make: async (world, resource) => make?.(world, resource),
    input: async (target, kind, resource, world) => (await input?.(target as Target, kind, resource, world)) ?? {},
    answers,
  }
}

/** Whether a caller asks in the district of the thing. */
export const isAtHome = (kind: Kind, resource: string) => (resource === 'foreign') === (kind === 'foreigner')

/** Anybody who may use the route may have it, in the own district. */
export const everybody = (kind: Kind, resource: string, status: number) => (isAtHome(kind, resource) ? [status] : [404])
/** A route without a thing: whoever passes its gate. */
export const whoMay = (
  given: Omit<ThingCase<undefined>, 'answers'> & { answers?: ThingCase<undefined>['answers'] } = {},
) => thing<undefined>({ resources: ['own'], isRead: true, answers: (_kind, _resource, status) => [status], ...given })
/** The same answer for everybody who passes the gate. */
const always = (...statuses: number[]) => ({ answers: () => statuses })

export const unitIdOf = (world: World, resource: string) => {
  const { places } = world.cast
  return { own: places.village, sibling: places.sibling, far: places.far, foreign: places.foreign }[resource]!.id
}
export const districtOf = (resource: string) => (resource === 'foreign' ? DISTRICT_B : YANQING)

const newAgency = (parentId: string) =>
  ({ kind: 'agency', parentId, name: '区气象局', nameEn: null, code: null, validFrom: '2020-01-01' }) as const

/** Somebody of the staff whom nobody needs afterwards. */
async function spareStaff(world: World, resource: string): Promise<Player & { grantId: string }> {
  const given = {
    name: '耿备用',
    login: freshLogin(),
    role: 'station-keeper',
    unitId: unitIdOf(world, resource),
  } as const
  const spare = await makeStaff(world.server.host, districtOf(resource), given)
  const [grant] = await world.server.work(({ tx, now }) => grantViews(tx, [spare.personId], now), spare.actor)
  return { ...spare, grantId: grant!.grantId }
}

const staffCases = {
  listStaff: [whoMay()],
  appointStaff: [
    thing({
      input: (_target, _kind, resource, world) => ({
        body: { name: '耿新来', login: freshLogin(), role: 'station-keeper', unitId: unitIdOf(world, resource) },
      }),
      answers: everybody,
    }),
  ],
  grantRole: [
    thing({
      make: spareStaff,
      input: ({ personId }, _kind, _resource, world) => ({
        params: { id: personId },
        body: { role: 'auditor', unitId: world.cast.places.centre.id },
      }),
      answers: everybody,
    }),
    // A unit of another district is none of ours.
    thing({
      resources: ['foreign'],
      make: (world) => spareStaff(world, 'own'),
      input: ({ personId }, _kind, _resource, world) => ({
        params: { id: personId },
        body: { role: 'station-keeper', unitId: world.cast.places.foreign.id },
      }),
      answers: () => [404],
    }),
  ],
  endGrant: [thing({ make: spareStaff, input: ({ grantId }) => ({ params: { id: grantId } }), answers: everybody })],
  disableStaff: [
    thing({ make: spareStaff, input: ({ personId }) => ({ params: { id: personId } }), answers: everybody }),
  ],
  readFirstSteps: [whoMay()],
  tickFirstStep: [
    thing({
      resources: ['own'],
      input: () => ({ params: { step: 'units' }, body: { isTicked: true } }),
      answers: (_kind, _resource, status) => [status],
    }),
  ],
  updateUnitContact: [
    thing({
      input: (_target, _kind, resource, world) => ({
        params: { id: unitIdOf(world, resource) },
        body: { phone: null },
      }),
      answers: everybody,
    }),
  ],
  renameUnit: [
    thing({
      input: (_target, _kind, resource, world) => ({
        params: { id: unitIdOf(world, resource) },
        body: { name: '明年的新名', code: null, validFrom: addDays(dateIn(new Date()), 400) },
      }),
      answers: everybody,
    }),
  ],
  openUnit: [
    thing({
      resources: ['own', 'foreign'],
      input: (_target, _kind, resource, { cast: { places } }) => ({
        body: newAgency(resource === 'own' ? places.centre.id : places.foreign.id),
      }),
      answers: everybody,
    }),
  ],
  endUnit: [
    thing({
      resources: ['own', 'foreign'],
      make: ({ server, cast: { places } }, resource) =>
        resource === 'own'
          ? server.work((work) => openUnit(work, newAgency(places.centre.id)), systemActor(YANQING))
          : Promise.resolve(places.foreign.id),
      input: (id, _kind, _resource, { cast: { places } }) => ({
        params: { id },
        body: { validUntil: dateIn(new Date()), successorId: places.centre.id },
      }),
      answers: everybody,
    }),
  ],
} satisfies Record<string, readonly Case[]>

const openCases = {
  listUnits: [whoMay()],
  readUnit: [
    thing({
      isRead: true,
      input: (_target, _kind, resource, world) => ({ params: { id: unitIdOf(world, resource) } }),
      answers: everybody,
    }),
  ],
  listTeams: [whoMay()],
  readTeam: [
    thing({
      isRead: true,
      input: (_t, _k, resource, world) => ({ params: { id: teamOf(world, resource) } }),
      answers: everybody,
    }),
  ],
  listCategories: [whoMay()],
  readFigures: [whoMay()],
  listOfferings: [whoMay()],
  readClock: [whoMay()],
  listDemoAccounts: [whoMay()],
  listOutbox: [whoMay()],
  shiftClock: [whoMay({ input: () => ({ body: { minutes: 1 } }) })],
  requestCode: [whoMay({ input: () => ({ body: { phone: `139${String(randomDigits())}` } }) })],
  residentLogin: [whoMay({ input: () => ({ body: { phone: '13986429999', code: '000000' } }), ...always(401) })],
  staffLogin: [
    whoMay({ input: () => ({ body: { login: 'nobody', password: 'nothing', totp: '000000' } }), ...always(401) }),
  ],
  openInvitation: [whoMay({ input: () => ({ body: { token: 'x'.repeat(43) } }), ...always(404) })],
  acceptInvitation: [
    whoMay({ input: () => ({ body: { token: 'x'.repeat(43), password: 'nothing', totp: '000000' } }), ...always(404) }),
  ],
  recordReceipt: [
    whoMay({
      input: () => ({ body: { gatewayId: 'none', kind: 'delivered', at: new Date().toISOString() } }),
      ...always(401),
    }),
  ],
  trackOrder: [
    thing({
      isRead: true,
      make: async (world, resource) => ({
        number: world.openNumbers[districtOf(resource)]!,
        tail: world.scenes[resource === 'foreign' ? 'foreign' : 'own'].contact.phone.slice(-4),
      }),
      resources: ['own', 'foreign'],
      input: ({ number, tail }) => ({ body: { number, phoneTail: tail } }),
      answers: everybody,
    }),
    whoMay({
      input: (_t, _k, _r, world) => ({ body: { number: world.openNumbers[YANQING]!, phoneTail: '0000' } }),
      ...always(404),
    }),
  ],
} satisfies Record<string, readonly Case[]>

function randomDigits(): number {
  return 10_000_000 + Math.floor(Math.random() * 89_999_999)
}

const ownCases = {
  logout: [
    thing<undefined>({
      resources: ['own'],
      // Whoever signs out needs another session for the next cell.
      input: async (_target, kind, _resource, world) =>
        kind === 'link' || kind === 'visitor' ? {} : { as: await throwawaySession(world, world.cast[kind]) },
      answers: () => [204],
    }),
  ],
  readMe: [whoMay()],
  checkSession: [whoMay()],
  updateMe: [whoMay({ input: () => ({ body: { elderMode: false } }) })],
  listMyLooks: [whoMay()],
  listMyOrders: [whoMay()],
  readMyPoints: [whoMay()],
  registerVolunteer: [whoMay({ input: () => ({ body: { skills: [], consent: true } }), answers: () => [201] })],
  readBudget: [whoMay()],
  fundBudget: [whoMay({ input: () => ({ body: { points: 10, reason: '年度预算' } }) })],
  verifyLedger: [whoMay()],
  verifyAudit: [whoMay()],
  listAudit: [whoMay()],
  listOrders: [whoMay()],
  countOrders: [whoMay()],
  listOffers: [
    whoMay({
      input: () => ({ query: { box: 'open' } }),
      // Whoever provides nothing has no inbox; a member of a team only sees what it serves.
      answers: (kind) => (['leader', 'otherLeader', ...PROVIDERS].includes(kind) ? [200] : [403]),
    }),
    whoMay({
      input: () => ({ query: { box: 'mine' } }),
      answers: (kind) => (['leader', 'otherLeader', 'member', ...PROVIDERS].includes(kind) ? [200] : [403]),
    }),
  ],
  listFollowUps: [whoMay({ answers: (kind) => (kind === 'caller' ? [200] : [403]) })],
  findSimilarOrders: [
    thing({
      isRead: true,
      make: async (world, resource) => {
        const scene = world.scenes[resource as 'own']
        const { rows } = await world.server.owner((client) =>
          client.query('select id from category where district_id = $1 and slug = $2', [
            scene.districtId,
            scene.category,
          ]),
        )
        return {
          contactPhone: scene.contact.phone,
          unitId: scene.unitId,
          categoryId: String(rows[0].id),
          title: '请人上门帮忙',
        }
      },
      input: (body) => ({ body }),
      // An identifier that the district does not know finds nothing.
      answers: () => [200],
    }),
  ],
} satisfies Record<string, readonly Case[]>

const RATES_OF: Record<string, readonly Kind[]> = {
  own: ['keeper', 'institute', 'dispatcher', 'centreLeader', 'auditor'],
  sibling: ['siblingKeeper', 'institute', 'dispatcher', 'centreLeader', 'auditor'],
  far: ['otherInstitute', 'dispatcher', 'centreLeader', 'auditor'],
  foreign: ['foreigner'],
}
const period = () => ({ from: addDays(dateIn(new Date()), -30), until: addDays(dateIn(new Date()), 1) })

function rates(more: Record<string, string>): Case[] {
  return [
    thing({
      isRead: true,
      input: (_t, _k, resource, world) => ({ query: { ...period(), ...more, unitId: unitIdOf(world, resource) } }),
      answers: (kind, resource) =>
        !isAtHome(kind, resource) ? [404] : RATES_OF[resource]!.includes(kind) ? [200] : [403],
    }),
    // An agency's rates are its own and the centre's to see; who dispatches needs them too.
    thing({
      isRead: true,
      resources: ['own'],
      input: (_t, _k, _r, world) => ({ query: { ...period(), ...more, providerId: world.cast.places.agency.id } }),
      answers: (kind) => {
        const may: readonly Kind[] = [
          'provider',
          'centreLeader',
          'auditor',
          'dispatcher',
          'institute',
          'otherInstitute',
        ]
        return may.includes(kind) ? [200] : kind === 'foreigner' ? [404] : [403]
      },
    }),
  ]
}

const rateCases = { readRates: rates({}), listRateOrders: rates({ rate: 'response' }) } satisfies Record<string, Case[]>

export function teamOf(world: World, resource: string): string {
  const { team, otherTeam, foreignTeam } = world.cast.places
  return resource === 'foreign' ? foreignTeam : resource === 'own' ? team : otherTeam
}

interface Editable {
  readonly id: string
  readonly version: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** An offering of the own agency, of a team, of another agency, or of another district's team. */
async function spareOffering(world: World, resource: string): Promise<Editable> {
  const { cast } = world
  const { places } = cast
  const provider = {
    own: { kind: 'agency', id: places.agency.id },
    sibling: { kind: 'team', id: places.otherTeam },
    far: { kind: 'agency', id: places.otherAgency.id },
    foreign: { kind: 'team', id: places.foreignTeam },
  }[resource] as Offering['provider']
  const by = resource === 'foreign' ? cast.foreignLeader : resource === 'sibling' ? cast.otherLeader : cast.editor
  const pattern = (await offeringOf(world, cast.editor, places.agency.id))!
  const fields = { ...fieldsOf(pattern), provider: { kind: provider.kind, id: provider.id } }
  const made = await world.server.work(async (work) => {
    const { rows } = await world.server.owner((client) =>
      client.query(`select id from category where district_id = $1 and slug = 'health-and-care'`, [work.tx.districtId]),
    )
    const known = { ...fields, categoryId: String(rows[0].id), areaUnitIds: [] }
    const id = await createOffering(work, known as never)
    return { offering: (await findOffering(work.tx, id, work.now))!, known }
  }, by.actor)
  return { id: made.offering.id, version: made.offering.version, fields: made.known }
}

function fieldsOf(offering: Offering): Record<string, unknown> {
  const { title, titleEn, summary, summaryEn, targetGroups, durationMinutes, headcountMin, headcountMax } = offering
  const { leadWorkingDays, monthlyQuota, venueNeeds, licenceNeeds, openHours, blackoutDays, isRisky } = offering
  return {
    title,
    titleEn,
    summary,
    summaryEn,
    targetGroups,
    durationMinutes,
    headcountMin,
    headcountMax,
    leadWorkingDays,
    monthlyQuota,
    venueNeeds,
    licenceNeeds,
    openHours,
    blackoutDays,
    isRisky,
  }
}

/** The editors at the centre, and whoever speaks for the provider. Offerings are public, so the others are told "not yours". */
const EDITS: Record<string, readonly Kind[]> = {
  own: ['editor', 'admin', 'provider'],
  sibling: ['editor', 'admin', 'otherLeader'],
  far: ['editor', 'admin', 'otherProvider'],
  foreign: [],
}
const edits = (kind: Kind, resource: string, status: number) =>
  EDITS[resource]!.includes(kind) ? [status] : isAtHome(kind, resource) ? [403] : [404]

const catalogueCases = {
  saveCategory: [
    whoMay({
      input: () => ({
        body: {
          slug: 'gardens',
          name: '庭院',
          nameEn: 'Gardens',
          summary: '',
          summaryEn: '',
          sort: 900,
          validFrom: '2020-01-01',
          validUntil: null,
        },
      }),
      answers: (kind) => (kind === 'editor' || kind === 'admin' ? [201] : [403]),
    }),
  ],
  readOffering: [
    thing({ isRead: true, make: spareOffering, input: ({ id }) => ({ params: { id } }), answers: everybody }),
  ],
  createOffering: [
    thing({
      make: spareOffering,
      input: ({ fields }) => ({ body: fields }),
      // What another district's category or team is, is not known here.
      answers: (kind, resource, status) => (isAtHome(kind, resource) ? edits(kind, resource, status) : [422]),
    }),
  ],
  updateOffering: [
    thing({
      make: spareOffering,
      input: ({ id, version, fields }) => ({ params: { id }, version, body: fields }),
      answers: edits,
    }),
  ],
  confirmOffering: [thing({ make: spareOffering, input: ({ id }) => ({ params: { id } }), answers: edits })],
  endOffering: [thing({ make: spareOffering, input: ({ id }) => ({ params: { id } }), answers: edits })],
} satisfies Record<string, readonly Case[]>

export const thingCases = {
  ...staffCases,
  ...openCases,
  ...ownCases,
  ...rateCases,
  ...catalogueCases,
  ...planCases,
  ...peopleCases,
}
