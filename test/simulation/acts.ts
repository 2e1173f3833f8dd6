/** What people do through the API: for each act the request that follows from its draw, or nothing where it cannot be made. */
import type { RouteName } from '../../contract/routes.ts'
import {
  agreementTriggers,
  declineReasons,
  pauseReasons,
  returnReasons,
  risks,
  triageExits,
} from '../../contract/order-shapes.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import { type Random, randomOf } from '../chaos/random.ts'
import { FREE_VOLUNTEERS, phoneOf, RESIDENTS, TEAMS } from './cast.ts'
import type { District } from './district.ts'
import type { OrderNow } from './survey.ts'

export interface Request {
  readonly route: RouteName
  readonly params?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, string>>
  /** The version an edit names. */
  readonly ifMatch?: string
}

/** What an act may look at when it is put into a request. */
export interface Scene {
  readonly district: District
  readonly by: string
  /** The order it is about, as it stands now. */
  readonly order: OrderNow | undefined
  readonly other: OrderNow | undefined
  readonly now: Date
  readonly random: Random
  /** A mark that no other step's texts have. */
  readonly mark: string
  /** Asks the API as somebody, for a PIN or a code; undefined when it is refused. */
  ask(by: string, route: RouteName, params: Readonly<Record<string, string>>): Promise<unknown>
  /** Check-in codes that were read before, oldest first. */
  readonly oldCodes: string[]
}

type Builder = (scene: Scene) => Promise<Request | undefined> | Request | undefined

const HOUR_MINUTES = 60
const DAY_MINUTES = 1440
const NAMES = ['贺来电', '花代言', '怀纸卡', '霍托人'] as const
const TITLES = ['教老人用手机', '量血压', '修剪果树', '讲讲继承', '陪聊天', '做康复', '读书会'] as const
/** Who serves what: keys of teams, slugs of agencies. */
export const AREA: Readonly<Record<string, readonly string[]>> = {
  science: ['science-association', 'olive', 'greens', 'far'],
  'health-and-care': ['health-commission', 'olive', 'far'],
  'legal-advice': ['greens', 'far'],
}
const TEAM_OF = new Map(TEAMS.map((team) => [team.key, team]))
const TEAM_NAMED = new Map(TEAMS.map((team) => [team.name, team]))

const chance = (random: Random, percent: number) => random.below(100) < percent

/** An act on the order of the scene. */
function onOrder(route: RouteName, body: (scene: Scene & { order: OrderNow }) => Request['body']): Builder {
  return (scene) => {
    const { order } = scene
    if (order === undefined) return undefined
    const given = body({ ...scene, order })
    return { route, params: { id: order.id }, ...(given !== undefined && { body: given }) }
  }
}

function wanted({ district, random, now, mark }: Scene): Record<string, unknown> {
  const offering = chance(random, 55) ? random.pick(district.offerings) : null
  const slug = random.pick(Object.keys(AREA))
  const stations = district.units.filter((unit) => unit.kind === 'station')
  const places = chance(random, 90) ? stations : district.units
  const days = 1 + random.below(40)
  const from = addMinutes(now, days * DAY_MINUTES)
  const window = chance(random, 30)
  return {
    categoryId: offering?.categoryId ?? district.categories.find((one) => one.key === slug)!.id,
    offeringId: offering?.id ?? null,
    title: `${random.pick(TITLES)} ${mark}`,
    details: chance(random, 30) ? '越早越好' : '',
    unitId: random.pick(places).id,
    address: chance(random, 50) ? '幸福路十二号' : null,
    venue: chance(random, 20) ? '活动室' : '',
    targetGroup: random.pick(['all', 'elderly', 'farmers']),
    headcount: 1 + random.below(chance(random, 90) ? 8 : 60),
    windowFrom: window ? from.toISOString() : null,
    windowUntil: window ? addMinutes(from, random.pick([30, 180, 3 * DAY_MINUTES])).toISOString() : null,
    urgency: chance(random, 20) ? 'urgent' : 'normal',
    risks: chance(random, 12) ? [random.pick(risks)] : [],
    agreementTriggers: chance(random, 8) ? [random.pick(agreementTriggers)] : [],
  }
}

/** A phone of somebody who is registered, or of nobody we know. */
function somePhone(random: Random): string {
  return phoneOf(chance(random, 50) ? 1 + random.below(RESIDENTS.length) : 500 + random.below(20))
}

function assisted(scene: Scene): Record<string, unknown> {
  const { random } = scene
  const phone = somePhone(random)
  return {
    ...wanted(scene),
    contactName: random.pick(NAMES),
    contactPhone: phone,
    channel: random.pick(['proxy', 'phone', 'paper']),
    callBackPhone: chance(random, 90) ? phone : null,
    proxyRelation: chance(random, 90) ? '女儿' : null,
    consentGiven: chance(random, 95),
    readBack: chance(random, 90),
    placeAnyway: chance(random, 80),
  }
}

/** The id of an order's offer to whom the actor speaks for: the open one, else the last. */
async function offerOf({ district, order, by }: Scene): Promise<string | undefined> {
  if (order === undefined) return undefined
  const team = TEAMS.find(({ people }) => people.slice(0, 2).includes(by))
  const [row] = await district.ground.rows<{ id: string }>(
    {
      text: `select f.id from order_offer f left join team t on t.district_id = f.district_id and t.id = f.provider_team_id
              where f.district_id = $1 and f.order_id = $2
              order by coalesce(t.name = $3, $3 is null) desc, f.state = 'open' desc, f.made_at desc, f.id desc limit 1`,
    },
    [district.ground.districtId, order.id, team?.name ?? null],
  )
  return row?.id
}

const onOffer =
  (route: RouteName, body: (scene: Scene) => Request['body']): Builder =>
  async (scene) => {
    const id = await offerOf(scene)
    return id === undefined ? undefined : { route, params: { id }, body: body(scene) ?? {} }
  }

/** Whom a dispatcher asks: one agency, or one to three teams; now and then somebody who cannot. */
function asked({ district, order, random }: Scene & { order: OrderNow }) {
  const fitting = chance(random, 90) ? AREA[order.category] : [...TEAM_OF.keys(), 'health-commission']
  const keys = fitting ?? ['olive']
  const first = random.pick(keys)
  const teams = keys.filter((key) => TEAM_OF.has(key) && key !== first)
  const others = TEAM_OF.has(first) && chance(random, 40) ? [random.pick(teams.length > 0 ? teams : [first])] : []
  return [first, ...others].map((key) => providerNamed(district, key))
}

function providerNamed(district: District, key: string): { kind: 'agency' | 'team'; id: string } {
  const team = district.teams.find((one) => one.key === key)
  if (team !== undefined) return { kind: 'team', id: team.id }
  return { kind: 'agency', id: district.units.find((one) => one.key === key)!.id }
}

const CONTACT = { contactName: '车领航', contactPhone: '13986430007' }

const checkIn =
  (direction: 'in' | 'out'): Builder =>
  async (scene) => {
    const { order, random, district, by, oldCodes } = scene
    if (order === undefined) return undefined
    const team = TEAM_NAMED.get(order.provider ?? '')
    const base = { direction, code: null as string | null, personId: null as string | null }
    const request = (body: Record<string, unknown>): Request => ({ route: 'checkIn', params: { id: order.id }, body })
    const way = random.below(10)
    if (way < 5) {
      const present = direction === 'out' && order.present.length > 0 ? order.present : undefined
      const name = random.pick(present ?? (chance(random, 90) ? team?.people.slice(1) : undefined) ?? [by])
      const personId = district.people.get(name)?.personId ?? null
      return request({ ...base, method: 'leader-co-sign', personId })
    }
    if (way < 7) {
      const shown = (await scene.ask('link', 'showPin', { id: order.id })) as { pin: string } | undefined
      const pin = shown?.pin ?? '0000'
      const forged = String((Number(pin) + 1) % 10_000).padStart(4, '0')
      return request({ ...base, method: 'beneficiary-pin', code: chance(random, 75) ? pin : forged })
    }
    const leader = team?.people[0] ?? by
    const shown = (await scene.ask(leader, 'showCheckInCode', { id: order.id })) as { code: string } | undefined
    const late = chance(random, 30) ? oldCodes.at(0) : undefined
    if (shown !== undefined) oldCodes.push(shown.code)
    return request({ ...base, method: 'rotating-code', code: late ?? shown?.code ?? '000000' })
  }

async function followUp({ district, order, random }: Scene): Promise<Request | undefined> {
  if (order === undefined) return undefined
  const [row] = await district.ground.rows<{ id: string }>(
    {
      text: `select id from follow_up where district_id = $1 and order_id = $2 order by state = 'open' desc, created_at desc, id desc limit 1`,
    },
    [district.ground.districtId, order.id],
  )
  if (row === undefined) return undefined
  const spoke = chance(random, 35)
  const body = {
    result: spoke ? 'spoke' : random.pick(['no-answer', 'wrong-number', 'call-later']),
    spokenTo: spoke ? random.pick(NAMES) : null,
    solved: spoke ? chance(random, 80) : null,
    stars: spoke ? 1 + random.below(5) : null,
    headcountHeard: spoke ? random.below(10) : null,
    note: '',
  }
  return { route: 'recordFollowUp', params: { id: row.id }, body }
}

const teamOfDraw = ({ district, random }: Scene): Readonly<Record<string, string>> => ({
  id: random.pick(district.teams).id,
})

export const BUILDERS = {
  place: (scene) => ({
    route: 'placeOrder',
    body: {
      ...wanted(scene),
      contactName: scene.by,
      ...(chance(scene.random, 15) && { contactPhone: somePhone(scene.random) }),
      placeAnyway: chance(scene.random, 85),
    },
  }),
  'place-assisted': (scene) => ({ route: 'placeAssistedOrder', body: assisted(scene) }),
  'place-batch': (scene) => ({
    route: 'placeOrderBatch',
    body: {
      orders: [0, 1].map((row) => ({
        ...wanted({ ...scene, mark: `${scene.mark}.${row}` }),
        contactName: scene.random.pick(NAMES),
        contactPhone: somePhone(scene.random),
      })),
      placeAnyway: true,
    },
  }),
  'take-in': onOrder('takeIn', ({ random }) => ({
    note: '',
    agreementTriggers: chance(random, 6) ? [random.pick(agreementTriggers)] : [],
    risks: chance(random, 8) ? [random.pick(risks)] : [],
    urgency: chance(random, 15) ? 'urgent' : 'normal',
  })),
  'answer-out': onOrder('answerOut', ({ random, now }) => ({
    exit: random.pick(triageExits),
    reason: '不在服务范围',
    alternative: chance(random, 85) ? '请找政务服务中心' : '',
    reviewOn: chance(random, 70) ? addDays(dateIn(now), 1 + random.below(20)) : null,
  })),
  merge: ({ order, other }) =>
    order === undefined || other === undefined
      ? undefined
      : { route: 'mergeOrder', params: { id: order.id }, body: { intoNumber: other.number, reason: '同一件事' } },
  defer: onOrder('deferOrder', ({ random, now }) => ({
    reason: '等开春',
    alternative: '先到村里的活动室',
    reviewOn: addDays(dateIn(now), random.below(9)),
  })),
  'pass-up': onOrder('passUpOrder', () => ({ reason: '本级办不了' })),
  cancel: onOrder('cancelOrder', () => ({ reason: '不需要了' })),
  offer: onOrder('makeOffer', (scene) => ({ providers: asked(scene), note: '' })),
  'open-pool': onOrder('openPool', () => ({})),
  withdraw: onOffer('withdrawOffer', () => ({ reason: '弄错了' })),
  accept: onOffer('acceptOffer', () => CONTACT),
  decline: onOffer('declineOffer', ({ random }) => ({ reason: random.pick(declineReasons), note: '' })),
  claim: (scene) => {
    const { order, district, by } = scene
    if (order === undefined) return undefined
    const key =
      TEAMS.find(({ people }) => people.slice(0, 2).includes(by))?.key ??
      (by === 'health' ? 'health-commission' : 'science-association')
    const body = { provider: providerNamed(district, key), ...CONTACT }
    return { route: 'claimOrder', params: { id: order.id }, body }
  },
  agreement: onOrder('recordAgreement', ({ random }) => ({
    agreementSigned: chance(random, 80),
    insuranceConfirmed: chance(random, 80),
    note: '',
  })),
  schedule: onOrder('scheduleOrder', ({ random, now }) => {
    const from = addMinutes(now, random.pick([20, HOUR_MINUTES, 5 * HOUR_MINUTES, DAY_MINUTES, 3 * DAY_MINUTES]))
    const until = addMinutes(from, random.pick([HOUR_MINUTES, 2 * HOUR_MINUTES, -10]))
    return { from: from.toISOString(), until: until.toISOString(), agreedWith: '家里人', note: '' }
  }),
  return: onOrder('returnOrder', ({ random }) => ({ reason: random.pick(returnReasons), note: '做不了' })),
  reassign: onOrder('reassignOrder', () => ({ reason: '换一队' })),
  pause: onOrder('pauseOrder', ({ random, now }) => ({
    reason: random.pick(pauseReasons),
    note: '等回话',
    until: addMinutes(now, random.pick([HOUR_MINUTES, DAY_MINUTES, 4 * DAY_MINUTES])).toISOString(),
  })),
  resume: onOrder('resumeOrder', () => ({})),
  remind: onOrder('remindOrder', ({ random }) => ({ note: chance(random, 50) ? '到哪一步了' : '' })),
  'check-in': checkIn('in'),
  'check-out': checkIn('out'),
  start: onOrder('startService', () => ({})),
  deliver: onOrder('deliverOrder', ({ random, order }) => ({
    result: '办好了',
    actualHeadcount: Math.max(0, order.headcount - 1 + random.below(3)),
  })),
  confirm: onOrder('confirmOrder', ({ random }) => ({ actualHeadcount: chance(random, 60) ? null : random.below(12) })),
  dispute: onOrder('disputeOrder', () => ({ reason: '没有来' })),
  evaluate: onOrder('evaluateOrder', ({ random }) => ({
    stars: 1 + random.below(5),
    solved: chance(random, 80),
    tags: [],
    note: '',
  })),
  reopen: onOrder('reopenOrder', () => ({ reason: '没有解决' })),
  reached: onOrder('recordReached', ({ random }) => ({
    by: random.pick(['call', 'visit']),
    spokenTo: random.pick(NAMES),
    note: '',
  })),
  reveal: onOrder('revealContact', ({ random }) => ({ purpose: random.pick(['call-requester', 'visit', 'dispatch']) })),
  look: ({ order }) => (order === undefined ? undefined : { route: 'readOrder', params: { id: order.id } }),
  track: ({ order, random }) =>
    order === undefined
      ? undefined
      : { route: 'trackOrder', body: { number: order.number, phoneTail: `000${random.below(10)}` } },
  'follow-up': followUp,
  fund: ({ random, mark }) => ({
    route: 'fundBudget',
    body: { points: 1 + random.below(30), reason: `拨付 ${mark}` },
  }),
  join: (scene) => ({ route: 'joinTeam', params: teamOfDraw(scene), body: {} }),
  leave: (scene) => ({ route: 'leaveTeam', params: teamOfDraw(scene), body: {} }),
  volunteer: () => ({ route: 'registerVolunteer', body: { skills: [], consent: true } }),
  'wrong-code': ({ random }) => ({
    route: 'residentLogin',
    body: { phone: phoneOf(1 + random.below(40)), code: String(random.below(1_000_000)).padStart(6, '0') },
  }),
  rename: ({ random }) => ({ route: 'updateMe', body: { elderMode: chance(random, 50) } }),
} satisfies Record<string, Builder>

export type ActName = keyof typeof BUILDERS
export const WALKERS: readonly string[] = [...RESIDENTS, ...FREE_VOLUNTEERS]

/** The request of an act; undefined when what it is about is not there. */
export async function requestOf(
  act: ActName,
  draw: number,
  scene: Omit<Scene, 'random'>,
): Promise<Request | undefined> {
  const build: Builder = BUILDERS[act]
  return build({ ...scene, random: randomOf(draw) })
}
