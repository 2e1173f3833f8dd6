/** Record books and certificates, asked by everybody. */
import { randomUUID } from 'node:crypto'
import { demandCorrection } from '../../server/modules/records/correct-record.ts'
import { enterRecords } from '../../server/modules/records/enter-record.ts'
import { listEntries } from '../../server/modules/records/record-book.ts'
import type { Actor } from '../../server/platform/actor.ts'
import {
  bookHours,
  freshVolunteer,
  makeCertificate,
  PREPARATION,
  requestOf,
  type Stage,
} from '../support/certificates.ts'
import type { Player } from '../support/cast.ts'
import { DISTRICT_B } from '../support/second-district.ts'
import { thing, whoMay } from './cases-of-things.ts'
import type { World } from './matrix.ts'
import type { Kind } from './who-may.ts'

const YANQING = 110119
const PLACES = ['station', 'far', 'foreign'] as const
type Place = (typeof PLACES)[number]
const isAtHome = (kind: Kind, place: string) => (place === 'foreign') === (kind === 'foreigner')
const TINY_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Who works at the place's organisation, or above it. */
const HANDLERS: Record<Place, readonly Kind[]> = {
  station: ['keeper', 'institute', 'dispatcher'],
  far: ['otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
const handlersOnly = (kind: Kind, place: string, status: number) =>
  isAtHome(kind, place) ? [HANDLERS[place as Place].includes(kind) ? status : 403] : [404]
/** The leader of the centre signs for all of the district, too; the handler, who prepared, never. */
const signersOnly =
  (handler: Kind | null) =>
  (kind: Kind, place: string, status: number): number[] => {
    if (!isAtHome(kind, place)) return [404]
    const signs = HANDLERS[place as Place].includes(kind) || (kind === 'centreLeader' && place !== 'foreign')
    return [signs && kind !== handler ? status : 403]
  }

const unitOf = ({ cast }: World, place: string) =>
  ({ station: cast.places.village, far: cast.places.far, foreign: cast.places.foreign })[place as Place].id

interface Made {
  readonly id: string
  readonly objectionId: string
  readonly unitId: string
}

/** Somebody of the place's district who neither prepares nor signs in any case. */
async function staffOf(world: World, place: string): Promise<Record<'handler' | 'signer', Actor>> {
  const { cast } = world
  if (place !== 'foreign') return { handler: cast.provider.actor, signer: cast.dispatcher.actor }
  return { handler: cast.foreigner.actor, signer: cast.foreigner.actor }
}

/** Prepares and signs as people who hold the place's unit, whoever asks afterwards. */
const at = (actor: Actor, unitId: string): Actor => ({
  ...actor,
  grants: [{ role: 'dispatcher', unitId, unitIds: new Set([unitId]) }],
})

const certificateIn =
  (stage: Stage) =>
  async (world: World, place: string): Promise<Made> => {
    const { cast, server } = world
    const unitId = unitOf(world, place)
    const districtId = place === 'foreign' ? DISTRICT_B : YANQING
    const { handler, signer } = await staffOf(world, place)
    const preparer = place === 'foreign' ? at(cast.foreignLeader.actor, unitId) : at(handler, unitId)
    const made = await makeCertificate(server, {
      holder: await freshVolunteer(server, districtId),
      unitId,
      handler: preparer,
      signer: at(signer, unitId),
      objector: place === 'foreign' ? cast.foreignResident.actor : cast.neighbour.actor,
      stage,
    })
    return { ...made, unitId }
  }

/** A certificate of the member of a team, who has at most one open at a time. */
const certificateOfMember =
  (stage: Stage) =>
  async (world: World): Promise<Made> => {
    const { cast, server } = world
    const unitId = cast.places.village.id
    await server.owner(async (owner) => {
      await owner.query(
        `update certificate set state = 'withdrawn', next_step = null, due_at = null, responsible_unit_id = null, id_number_cipher = null
          where person_id = $1 and next_step is not null`,
        [cast.member.personId],
      )
    })
    const staff = { handler: at(cast.keeper.actor, unitId), signer: at(cast.institute.actor, unitId) }
    const objector = cast.neighbour.actor
    const made = await makeCertificate(server, { holder: cast.member.actor, unitId, ...staff, objector, stage })
    return { ...made, unitId }
  }

const ofIt = ({ id }: Made) => ({ params: { id } })
const REASON = { reason: '材料不齐，请补充后再申请' }
const FACTS = { name: '急救培训', content: '心肺复苏', minutes: 120, giver: '区红十字会', day: '2026-01-10' }

/** An entry of the organisation about a volunteer of the district. */
async function enterFor(world: World, place: string): Promise<{ id: string; player: Player; unitId: string }> {
  const player = place === 'foreign' ? world.cast.foreignLeader : world.cast.member
  const unitId = unitOf(world, place)
  const enterer = place === 'foreign' ? world.cast.foreigner.actor : world.cast.dispatcher.actor
  await bookHours(world.server, enterer.districtId, { personId: player.personId, unitId, state: 'noticed' })
  // Several are entered at once.
  const facts = { ...FACTS, name: `急救培训 ${randomUUID()}` }
  const id = await world.server.work(async (work) => {
    await enterRecords(work, { unitId, kind: 'training', phones: [player.phone!], facts })
    const entries = await listEntries(work.tx, { personIds: [player.personId], limit: 50 })
    return entries.find((entry) => entry.name === facts.name)!.id
  }, enterer)
  return { id, player, unitId }
}

async function demandFor(world: World, place: string): Promise<{ id: string }> {
  const { id, player } = await enterFor(world, place)
  return { id: await world.server.work((work) => demandCorrection(work, id, '学时记少了'), player.actor) }
}

const ofPlaces = { resources: [...PLACES] }
const holderOnly = (kind: Kind, _place: string, status: number) => [kind === 'member' ? status : 404]

const entryCases = {
  readMyRecord: [whoMay()],
  demandRecordCorrection: [
    thing<{ id: string }>({
      resources: ['station'],
      make: enterFor,
      input: ({ id }) => ({ params: { id }, body: { reason: '学时记少了' } }),
      answers: holderOnly,
    }),
  ],
  enterRecords: [
    thing<unknown>({
      ...ofPlaces,
      make: (world, place) => {
        const { personId, actor } = place === 'foreign' ? world.cast.foreignLeader : world.cast.member
        return bookHours(world.server, actor.districtId, {
          personId,
          unitId: unitOf(world, place),
          state: 'noticed',
        })
      },
      input: (_made, _kind, place, world) => ({
        body: {
          unitId: unitOf(world, place),
          kind: 'training',
          ...FACTS,
          phones: [(place === 'foreign' ? world.cast.foreignLeader : world.cast.member).phone],
        },
      }),
      answers: handlersOnly,
    }),
  ],
  listRecordEntries: [whoMay()],
  correctRecordEntry: [
    thing<{ id: string }>({
      ...ofPlaces,
      make: enterFor,
      input: ({ id }) => ({ params: { id }, body: { correction: { ...FACTS, minutes: 180 } } }),
      answers: handlersOnly,
    }),
  ],
  answerRecordDemand: [
    thing<{ id: string }>({
      ...ofPlaces,
      make: demandFor,
      input: ({ id }) => ({ params: { id }, body: { outcome: 'declined', answer: '签到表写的是两小时' } }),
      answers: handlersOnly,
    }),
  ],
} as const

const ownCases = {
  requestCertificate: [
    thing<undefined>({
      resources: ['station'],
      input: (_made, _kind, _place, world) => ({ body: requestOf(world.cast.places.village.id) }),
      // Nobody has hours of an organisation that booked none.
      answers: () => [409],
    }),
    thing<{ unitId: string }>({
      resources: ['hours'],
      make: async (world) => {
        const { member, places } = world.cast
        await certificateOfMember('issued')(world)
        await bookHours(world.server, YANQING, { personId: member.personId, unitId: places.village.id })
        return { unitId: places.village.id }
      },
      input: ({ unitId }) => ({ body: requestOf(unitId) }),
      answers: (kind, _place, status) => [kind === 'member' ? status : 409],
    }),
  ],
  listMyCertificates: [whoMay()],
  downloadCertificate: [
    thing<Made>({
      resources: ['station'],
      isRead: true,
      make: certificateOfMember('issued'),
      input: ofIt,
      answers: holderOnly,
    }),
  ],
  withdrawCertificate: [
    thing<Made>({
      resources: ['station'],
      make: certificateOfMember('on-notice'),
      input: ofIt,
      answers: holderOnly,
    }),
  ],
} as const

const publicCases = {
  readCertificate: [
    thing<Made>({
      ...ofPlaces,
      isRead: true,
      make: certificateIn('issued'),
      input: ofIt,
      answers: (kind, place, status) => [signersOnly(null)(kind, place, status)[0] === status ? status : 404],
    }),
    thing<Made>({
      resources: ['member'],
      isRead: true,
      make: certificateOfMember('requested'),
      input: ofIt,
      answers: (kind, _place, status) => [
        kind === 'member' || [...HANDLERS.station, 'centreLeader'].includes(kind) ? status : 404,
      ],
    }),
  ],
  checkCertificate: [
    thing<Made>({
      resources: ['station'],
      isRead: true,
      make: certificateIn('issued'),
      input: () => ({ params: { serial: '110119100201-2026-0001' }, query: { code: 'A'.repeat(20) } }),
      answers: () => [404],
    }),
  ],
  listCertificateNotices: [whoMay()],
  listMyObjections: [whoMay()],
  objectToCertificate: [
    thing<Made>({
      ...ofPlaces,
      make: certificateIn('on-notice'),
      input: (made) => ({ ...ofIt(made), body: REASON }),
      answers: (kind, place, status) => (isAtHome(kind, place) ? [status] : [404]),
    }),
  ],
} as const

const staffCases = {
  listCertificates: [whoMay()],
  prepareCertificate: [
    thing<Made>({
      ...ofPlaces,
      make: certificateIn('requested'),
      input: (made) => ({ ...ofIt(made), body: PREPARATION }),
      answers: handlersOnly,
    }),
  ],
  refuseCertificate: [
    thing<Made>({
      ...ofPlaces,
      make: certificateIn('on-notice'),
      input: (made) => ({ ...ofIt(made), body: REASON }),
      answers: handlersOnly,
    }),
  ],
  answerObjection: [
    thing<Made>({
      ...ofPlaces,
      make: certificateIn('objected'),
      input: ({ objectionId }) => ({ params: { id: objectionId }, body: { isUpheld: false, answer: '已核对签到表' } }),
      answers: signersOnly(null),
    }),
  ],
  signOffCertificate: [
    thing<Made>({ ...ofPlaces, make: certificateIn('ready'), input: ofIt, answers: signersOnly(null) }),
  ],
  revokeCertificate: [
    thing<Made>({
      ...ofPlaces,
      make: certificateIn('issued'),
      input: (made) => ({ ...ofIt(made), body: REASON }),
      answers: signersOnly(null),
    }),
  ],
  saveSeal: [
    thing<undefined>({
      ...ofPlaces,
      input: (_made, _kind, place, world) => ({
        params: { id: unitOf(world, place) },
        body: { dataBase64: TINY_PNG },
      }),
      answers: (kind, place, status) => [signersOnly(null)(kind, place, status)[0] === status ? status : 403],
    }),
  ],
  readSeal: [
    thing<Made>({
      ...ofPlaces,
      isRead: true,
      input: (_made, _kind, place, world) => ({ params: { id: unitOf(world, place) } }),
      // No seal has been uploaded where saveSeal was not asked before; who may not is told so in any case.
      answers: (kind, place, status) => (signersOnly(null)(kind, place, status)[0] === status ? [status, 404] : [403]),
    }),
  ],
} as const

export const recordCases = { ...entryCases, ...ownCases, ...publicCases, ...staffCases } as const
