import { listOfferings } from '../../server/modules/catalogue/index.ts'
import { checkInCode } from '../../server/modules/orders/index.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import {
  PROVIDER_CONTACT,
  type Scene,
  type SceneName,
  type Stage,
  type Staged,
  stageOrder,
  wantedAt,
} from '../support/http-orders.ts'
import type { Case, CaseInput, World } from './matrix.ts'
import { type Kind, orderAnswer, type Party } from './who-may.ts'

const SCENES = ['own', 'sibling', 'far', 'foreign'] as const
/** Served by an agency instead of a team. */
const BY_AGENCY = [...SCENES, 'ownAgency'] as const
/** Entered by the phone desk instead of the resident. */
const BY_PLACER = [...SCENES, 'ownAssisted'] as const
const HOUR = 60
// One white pixel.
export const PIXEL_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII='

interface OrderAct {
  readonly scenes?: readonly SceneName[]
  readonly stage: Stage
  readonly by: readonly Party[] | 'any'
  readonly body?: (target: Staged, scene: Scene, kind: Kind, world: World) => unknown
  /** Whose id the address names; the order's by default. */
  readonly id?: (target: Staged) => string
  /** What the address names beside the id. */
  readonly params?: Readonly<Record<string, string>>
  /** Answers to those who may, when they differ from the route's success. */
  readonly success?: (kind: Kind, scene: SceneName) => readonly number[]
  /** Answers to those who may not, when the object's own refusal comes before the order's. */
  readonly refused?: readonly number[]
  readonly isRead?: true
}

/** A route on one order: who is what to it decides. */
function act({ scenes, stage, by, body, id, params, success, refused, isRead }: OrderAct): Case {
  return {
    resources: scenes ?? SCENES,
    isRead: isRead === true,
    make: (world, resource) => stageOrder(world.server, world.scenes[resource as SceneName], stage),
    async input(target, kind, resource, world): Promise<CaseInput> {
      const staged = target as Staged
      const scene = world.scenes[resource as SceneName]
      return {
        params: { id: id === undefined ? staged.id : id(staged), ...params },
        ...(body !== undefined && { body: await body(staged, scene, kind, world) }),
        link: staged.link,
      }
    },
    answers(kind, resource, status) {
      const scene = resource as SceneName
      const wanted = orderAnswer(kind, scene, stage, by, success?.(kind, scene) ?? [status])
      return wanted.length === 1 && wanted[0] === 403 && refused !== undefined ? refused : wanted
    },
    async state(world, target) {
      const { rows } = await world.server.owner((client) =>
        client.query('select state, version, outcome from service_order where id = $1', [(target as Staged).id]),
      )
      return rows[0]
    },
  }
}

const RESPONSIBLE = ['responsible'] as const
const REQUESTER = ['requester', 'placer'] as const
const PROVIDER = ['provider'] as const
const note = { note: '' }
const reason = { reason: '写明原因' }
const soon = () => addDays(dateIn(new Date()), 20)
const at = (hours: number) => addMinutes(new Date(), hours * HOUR).toISOString()

/** Stations and institutes dispatch their own teams; agencies and teams of others are the centre's to ask. */
const REACHES: Record<SceneName, readonly Kind[]> = {
  own: ['institute', 'dispatcher'],
  ownAssisted: ['institute', 'dispatcher'],
  ownAgency: ['dispatcher'],
  sibling: ['dispatcher'],
  far: ['dispatcher'],
  foreign: ['foreigner'],
}

function claimant(kind: Kind, { provider }: Scene, { cast: { places } }: World) {
  const own: Partial<Record<Kind, Scene['provider']>> = {
    leader: { kind: 'team', id: places.team },
    otherLeader: { kind: 'team', id: places.otherTeam },
    provider: { kind: 'agency', id: places.agency.id },
    otherProvider: { kind: 'agency', id: places.otherAgency.id },
  }
  return own[kind] ?? provider
}

/** Only agencies that offer the category may claim; both teams serve both categories. */
function claimAnswer(kind: Kind, scene: SceneName): readonly number[] {
  const isLegal = scene === 'far'
  return (kind === 'provider' && isLegal) || (kind === 'otherProvider' && !isLegal) ? [422] : [200]
}

async function codeOf(target: Staged, scene: Scene, world: World): Promise<string> {
  const { server } = scene
  return world.server.work(async (work) => (await checkInCode(work, target.id, new Date())).code, server.actor)
}

export const orderCases = {
  readOrder: [
    act({ scenes: [...BY_AGENCY, 'ownAssisted'], stage: 'accepted', by: 'any', isRead: true }),
    act({ stage: 'offered', by: 'any', isRead: true }),
    act({ stage: 'pool', by: 'any', isRead: true }),
  ],
  readTimeline: [act({ stage: 'accepted', by: 'any', isRead: true })],
  revealContact: [
    act({
      scenes: [...BY_AGENCY, 'ownAssisted'],
      stage: 'accepted',
      by: ['responsible', 'provider', 'desk'],
      body: () => ({ purpose: 'visit' }),
    }),
    act({ stage: 'called', by: ['responsible', 'provider', 'desk', 'caller'], body: () => ({ purpose: 'follow-up' }) }),
    // Who is only asked knows no address yet.
    act({ stage: 'offered', by: ['responsible', 'desk'], body: () => ({ purpose: 'dispatch' }) }),
  ],
  takeIn: [
    act({
      stage: 'submitted',
      by: RESPONSIBLE,
      body: () => ({ ...note, agreementTriggers: [], risks: [], urgency: 'normal' }),
    }),
  ],
  answerOut: [
    act({
      stage: 'submitted',
      by: RESPONSIBLE,
      body: () => ({ ...reason, exit: 'unlawful', alternative: '', reviewOn: null }),
    }),
  ],
  mergeOrder: [
    act({
      stage: 'submitted',
      by: RESPONSIBLE,
      body: (_target, scene, _kind, world) => ({ ...reason, intoNumber: world.openNumbers[scene.districtId] }),
    }),
  ],
  deferOrder: [
    act({ stage: 'submitted', by: RESPONSIBLE, body: () => ({ ...reason, alternative: '先等等', reviewOn: soon() }) }),
  ],
  passUpOrder: [act({ stage: 'submitted', by: RESPONSIBLE, body: () => reason })],
  cancelOrder: [act({ scenes: BY_PLACER, stage: 'submitted', by: REQUESTER, body: () => reason })],
  listCandidates: [act({ stage: 'dispatching', by: 'any', isRead: true })],
  makeOffer: [
    act({
      scenes: BY_AGENCY,
      stage: 'dispatching',
      by: RESPONSIBLE,
      body: (_target, scene) => ({ ...note, providers: [scene.provider] }),
      success: (kind, scene) => (REACHES[scene].includes(kind) ? [201] : [422]),
    }),
  ],
  openPool: [act({ stage: 'dispatching', by: RESPONSIBLE })],
  withdrawOffer: [act({ stage: 'offered', by: RESPONSIBLE, id: (target) => target.offerId, body: () => reason })],
  acceptOffer: [
    act({
      scenes: BY_AGENCY,
      stage: 'offered',
      by: ['asked'],
      id: (target) => target.offerId,
      body: () => PROVIDER_CONTACT,
      refused: [403, 404],
    }),
  ],
  declineOffer: [
    act({
      scenes: BY_AGENCY,
      stage: 'offered',
      by: ['asked'],
      id: (target) => target.offerId,
      body: () => ({ ...note, reason: 'no-capacity' }),
      refused: [403, 404],
    }),
  ],
  claimOrder: [
    act({
      stage: 'pool',
      by: ['asked'],
      body: (_target, scene, kind, world) => ({ ...PROVIDER_CONTACT, provider: claimant(kind, scene, world) }),
      success: claimAnswer,
    }),
  ],
  recordAgreement: [
    act({
      stage: 'dispatching',
      by: RESPONSIBLE,
      body: () => ({ ...note, agreementSigned: true, insuranceConfirmed: true }),
    }),
  ],
  scheduleOrder: [
    act({
      scenes: BY_AGENCY,
      stage: 'accepted',
      by: PROVIDER,
      body: () => ({ ...note, from: at(2), until: at(4), agreedWith: '本人' }),
    }),
  ],
  returnOrder: [
    act({ scenes: BY_AGENCY, stage: 'accepted', by: PROVIDER, body: () => ({ reason: 'unsafe', note: '路断了' }) }),
  ],
  reassignOrder: [act({ stage: 'accepted', by: RESPONSIBLE, body: () => reason })],
  pauseOrder: [
    act({
      scenes: BY_AGENCY,
      stage: 'accepted',
      by: ['provider', 'responsible'],
      body: () => ({ reason: 'waiting-for-material', note: '等材料', until: at(72) }),
    }),
  ],
  resumeOrder: [act({ stage: 'paused', by: ['provider', 'responsible'] })],
  remindOrder: [act({ scenes: BY_PLACER, stage: 'dispatching', by: REQUESTER, body: () => note })],
  showCheckInCode: [act({ scenes: BY_AGENCY, stage: 'scheduled', by: PROVIDER, isRead: true })],
  showPin: [act({ scenes: BY_PLACER, stage: 'scheduled', by: REQUESTER, isRead: true })],
  checkIn: [
    act({
      scenes: BY_AGENCY,
      stage: 'scheduled',
      by: ['provider', 'member'],
      async body(target, scene, _kind, world) {
        const code = await codeOf(target, scene, world)
        return { direction: 'in', method: 'rotating-code', code, personId: null }
      },
      // Nobody can be at two places: whoever is checked in at the last cell's order may not be at this one as well.
      success: (_kind, scene) => (scene === 'ownAgency' || scene === 'far' ? [422] : [201, 409]),
    }),
  ],
  startService: [act({ scenes: BY_AGENCY, stage: 'scheduled', by: PROVIDER })],
  deliverOrder: [
    act({
      scenes: BY_AGENCY,
      stage: 'in_service',
      by: PROVIDER,
      body: () => ({ result: '办好了', actualHeadcount: 3 }),
    }),
  ],
  addPhoto: [
    act({
      scenes: BY_PLACER,
      stage: 'accepted',
      by: ['requester', 'placer', 'responsible', 'provider'],
      body: () => ({ kind: 'request', dataBase64: PIXEL_PNG, publishConsent: false }),
    }),
  ],
  // No such photo: whoever may see the order learns that, everybody else not even that there is an order.
  readPhoto: [
    act({
      stage: 'accepted',
      by: 'any',
      params: { fileId: '018f0000-0000-7000-8000-000000000000' },
      success: () => [404],
      isRead: true,
    }),
  ],
  confirmOrder: [
    act({
      scenes: BY_PLACER,
      stage: 'delivered',
      by: [...REQUESTER, 'responsible'],
      body: () => ({ actualHeadcount: null }),
    }),
  ],
  disputeOrder: [act({ scenes: BY_PLACER, stage: 'delivered', by: REQUESTER, body: () => reason })],
  evaluateOrder: [
    act({
      scenes: BY_PLACER,
      stage: 'delivered',
      by: ['requester'],
      body: () => ({ ...note, stars: 4, solved: true, tags: [] }),
    }),
  ],
  reopenOrder: [
    act({ stage: 'confirmed', by: ['requester'], body: () => reason }),
    act({ stage: 'closed', by: ['requester'], body: () => reason }),
  ],
  recordReached: [
    act({
      stage: 'called',
      by: ['responsible', 'caller'],
      body: () => ({ ...note, by: 'call', spokenTo: '本人' }),
    }),
  ],
  recordFollowUp: [
    act({
      stage: 'called',
      by: ['caller'],
      id: (target) => target.followUpId,
      body: () => ({ ...note, result: 'no-answer', spokenTo: null, solved: null, stars: null, headcountHeard: null }),
    }),
  ],
} satisfies Record<string, readonly Case[]>

/** Orders placed for a village: who is responsible for it, and the phone desk for all. */
const PLACES_FOR: Record<string, readonly Kind[]> = {
  own: ['keeper', 'institute', 'dispatcher', 'agent'],
  sibling: ['siblingKeeper', 'institute', 'dispatcher', 'agent'],
  far: ['otherInstitute', 'dispatcher', 'agent'],
  foreign: ['foreigner'],
}

function placing(body: (wanted: object, scene: Scene, kind: Kind) => unknown, everybody: boolean): Case {
  return {
    resources: ['own', 'sibling', 'far', 'foreign'],
    isRead: false,
    make: async (world, resource) => {
      const scene = world.scenes[resource as SceneName]
      const wanted = await world.server.work((work) => wantedAt(work, scene), scene.dispatcher.actor)
      return { wanted: JSON.parse(JSON.stringify(wanted)) as object, scene }
    },
    async input(target, kind) {
      const { wanted, scene } = target as { wanted: object; scene: Scene }
      return { body: body(wanted, scene, kind) }
    },
    answers(kind, resource, status) {
      const isAtHome = (resource === 'foreign') === (kind === 'foreigner')
      if (everybody) return isAtHome ? [status] : [422]
      if (PLACES_FOR[resource]!.includes(kind)) return [status]
      return isAtHome ? [403] : [403, 404, 422]
    },
  }
}

const phoneOrder = {
  channel: 'phone',
  callBackPhone: null,
  proxyRelation: null,
  consentGiven: true,
  readBack: true,
}

export const placingCases = {
  placeOrder: [placing((wanted) => wanted, true)],
  placeAssistedOrder: [
    placing((wanted, scene) => ({ ...wanted, ...phoneOrder, contactPhone: scene.contact.phone }), false),
  ],
  placeOrderBatch: [
    placing((wanted, scene) => {
      const { placeAnyway: _, ...row } = wanted as { placeAnyway?: boolean }
      return { orders: [{ ...row, contactPhone: scene.contact.phone }], placeAnyway: true }
    }, false),
  ],
} satisfies Record<string, readonly Case[]>

/** The first offering of a provider, as the operation sees it. */
export function offeringOf(world: World, districtActor: Scene['dispatcher'], providerId: string) {
  return world.server.work(
    async ({ tx, now }) => (await listOfferings(tx, now, { providerId, limit: 1 }))[0],
    districtActor.actor,
  )
}
