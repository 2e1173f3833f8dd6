import { listCategories, listOfferings } from '#modules/catalogue/index.ts'
import {
  acceptOffer,
  answerOut,
  checkInAtOrder,
  confirmOrder,
  declineOffer,
  deferOrder,
  deliverOrder,
  dueMatters,
  enterAssistedOrder,
  enterOrderBatch,
  evaluateOrder,
  lapse,
  offerOrder,
  offersOf,
  openPool,
  placeOrder,
  reopenOrder,
  scheduleOrder,
  startService,
  takeInOrder,
  type Placed,
  type Wanted,
} from '#modules/orders/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { addMinutes, dateIn, addDays } from '#platform/dates.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runRead, runWork, type Work, type WorkHost } from '#platform/work.ts'
import { type DemoPeople, unitByCode } from './demo-people.ts'
import { readSeed, YANQING } from './district-plan.ts'
import { openStage, type Stage } from './demo-stage.ts'

interface Cast {
  readonly staff: ReadonlyMap<string, Actor>
  readonly people: DemoPeople
  readonly definitions: readonly JobDefinition[]
  readonly setShift: (minutes: number) => Promise<void>
}

/** A scene of db/seed/demo/scenes.json: what is ordered, by whom, and how far it gets. */
interface Scene {
  readonly hoursBack: number
  readonly way: 'web' | 'proxy' | 'phone' | 'paper' | 'batch'
  readonly by: string
  readonly category: string
  /** Words by which the offering is found; none for a custom order. */
  readonly offering?: string
  readonly title: string
  readonly details: string
  readonly code: string
  readonly address?: string
  readonly headcount: number
  readonly urgency?: 'urgent'
  readonly contact?: { readonly name: string; readonly phone: string }
  readonly until: Stop
  readonly provider?: 'olive' | 'greens' | 'health' | 'justice'
  readonly stars?: number
  readonly note?: string
}

type Stop =
  | 'submitted'
  | 'dispatching'
  | 'offered'
  | 'pool'
  | 'declined'
  | 'accepted'
  | 'scheduled'
  | 'in_service'
  | 'delivered'
  | 'confirmed'
  | 'closed'
  | 'reopened'
  | 'redirected'
  | 'deferred'

const REASONS = { triage: '', invite: '' } as const

const STEP_HOURS = 12

async function settleOrders(host: WorkHost): Promise<void> {
  const due = await runRead(host.db, systemActor(YANQING), ({ tx, now }) => dueMatters(tx, now))
  for (const matter of due) await runWork(host, systemActor(YANQING), (work) => lapse(work, matter))
}

/** Plays every scene of the demonstration, oldest first, and lets what falls due between them happen. */
export async function playDemo(host: WorkHost, log: Log, cast: Cast): Promise<void> {
  const scenes = await readSeed<Scene[]>('demo/scenes.json')
  const stage = openStage(host, { ...cast, settle: settleOrders, stepHours: STEP_HOURS })
  for (const scene of scenes.toSorted((a, b) => b.hoursBack - a.hoursBack)) {
    await stage.at(scene.hoursBack)
    await playScene(host, stage, cast, scene).catch((error: unknown) => {
      log.error({ err: error, scene: scene.title }, 'a scene of the demonstration failed')
      throw error
    })
  }
  await stage.at(0)
}

async function playScene(host: WorkHost, stage: Stage, cast: Cast, scene: Scene): Promise<void> {
  const placed = await place(host, stage, cast, scene)
  for (const order of placed) await carryOn(host, stage, cast, scene, order)
}

async function place(host: WorkHost, stage: Stage, cast: Cast, scene: Scene): Promise<readonly Placed[]> {
  const actor = cast.staff.get(scene.by) ?? cast.people.residents.get(scene.by)!
  const wanted = await runRead(host.db, actor, (read) => wantedOf(read as unknown as Work, scene))
  if (scene.way === 'web') return [await stage.act(actor, (work) => placeOrder(work, wanted))]
  const contact = scene.contact!
  const given = { ...wanted, contactName: contact.name, contactPhone: contact.phone }
  if (scene.way === 'batch') return stage.act(actor, (work) => enterOrderBatch(work, [given], true))
  const isProxy = scene.way === 'proxy'
  const assisted = {
    ...given,
    channel: scene.way,
    callBackPhone: isProxy ? contact.phone : null,
    proxyRelation: isProxy ? scene.note! : null,
    consentGiven: true,
    readBack: scene.way !== 'paper',
  }
  return [await stage.act(actor, (work) => enterAssistedOrder(work, assisted))]
}

async function wantedOf(work: Work, scene: Scene): Promise<Wanted> {
  const today = dateIn(work.now)
  const category = (await listCategories(work.tx, work.now, today)).find((row) => row.slug === scene.category)!
  const unit = await unitByCode(work, scene.code)
  const [offering] =
    scene.offering === undefined ? [] : await listOfferings(work.tx, work.now, { q: scene.offering, limit: 1 })
  return {
    categoryId: category.id,
    offeringId: offering?.id ?? null,
    title: scene.title,
    details: scene.details,
    unitId: unit.id,
    address: scene.address ?? null,
    venue: '',
    targetGroup: 'all',
    headcount: scene.headcount,
    windowFrom: null,
    windowUntil: null,
    urgency: scene.urgency ?? 'normal',
    risks: [],
    agreementTriggers: [],
    contactName: work.actor.kind === 'resident' ? scene.contact!.name : '',
    placeAnyway: true,
  }
}

const ORDER_OF_STOPS: readonly Stop[] = [
  'dispatching',
  'offered',
  'accepted',
  'scheduled',
  'in_service',
  'delivered',
  'confirmed',
  'closed',
  'reopened',
]

/** Takes an order as far as its scene says, each step by whoever would do it. */
async function carryOn(host: WorkHost, stage: Stage, cast: Cast, scene: Scene, { id }: Placed): Promise<void> {
  const dispatcher = cast.staff.get('dispatcher')!
  const note = scene.note ?? REASONS.triage
  if (scene.until === 'submitted') return
  if (scene.until === 'redirected') {
    await stage.act(dispatcher, (work) =>
      answerOut(work, id, { exit: 'out-of-scope', reason: note, alternative: scene.details, reviewOn: null }),
    )
    return
  }
  if (scene.until === 'deferred') {
    await stage.act(dispatcher, (work) =>
      deferOrder(work, id, { reason: note, alternative: scene.details, reviewOn: addDays(dateIn(work.now), 60) }),
    )
    return
  }
  await stage.act(dispatcher, (work) =>
    takeInOrder(work, id, { note: '', risks: [], agreementTriggers: [], urgency: scene.urgency ?? 'normal' }),
  )
  const target = ORDER_OF_STOPS.indexOf(scene.until === 'pool' || scene.until === 'declined' ? 'offered' : scene.until)
  if (target < 1) return
  if (scene.until === 'pool') {
    await stage.act(dispatcher, (work) => openPool(work, id))
    return
  }
  const server = providerOf(cast, scene)
  await stage.act(dispatcher, async (work) => offerOrder(work, id, { providers: [await server.provider()], note: '' }))
  const offer = (await runRead(host.db, dispatcher, ({ tx }) => offersOf(tx, id))).at(-1)!
  if (scene.until === 'declined') {
    await stage.act(server.actor, (work) => declineOffer(work, offer.id, { reason: 'no-capacity', note }))
    return
  }
  if (target < 2) return
  await stage.act(server.actor, (work) =>
    acceptOffer(work, offer.id, { contactName: server.contact.name, contactPhone: server.contact.phone }),
  )
  if (target >= 3) await serve(stage, cast, scene, id, server, target)
}

type Server = ReturnType<typeof providerOf>

async function serve(
  stage: Stage,
  cast: Cast,
  scene: Scene,
  id: string,
  server: Server,
  target: number,
): Promise<void> {
  let hours = scene.hoursBack
  const wait = async (by: number) => {
    hours = Math.max(0, hours - by)
    await stage.at(hours)
  }
  await stage.act(server.actor, (work) =>
    scheduleOrder(work, id, {
      from: addMinutes(work.now, 60),
      until: addMinutes(work.now, target === 3 ? 60 * 50 : 180),
      agreedWith: scene.contact?.name ?? '',
      note: '',
    }),
  )
  if (target < 4) return
  await wait(1)
  const member = cast.people.residents.get('13900000012')!
  if (server.isTeam && scene.provider === 'olive') {
    const signed = { direction: 'in', method: 'leader-co-sign', code: null, personId: member.personId } as const
    await stage.act(server.actor, (work) => checkInAtOrder(work, id, signed, work.now))
  } else await stage.act(server.actor, (work) => startService(work, id))
  if (target < 5) return
  await wait(2)
  await stage.act(server.actor, (work) =>
    deliverOrder(work, id, { result: scene.note ?? scene.title, actualHeadcount: scene.headcount }),
  )
  if (target < 6) return
  await wait(20)
  await judge(stage, cast, scene, id, target)
}

async function judge(stage: Stage, cast: Cast, scene: Scene, id: string, target: number): Promise<void> {
  const requester = cast.people.residents.get(scene.by)!
  await stage.act(requester, (work) => confirmOrder(work, id, { actualHeadcount: scene.headcount }))
  if (target < 7) return
  const stars = scene.stars ?? 5
  await stage.act(requester, (work) =>
    evaluateOrder(work, id, { stars, solved: stars > 2, tags: [], note: scene.note ?? '' }),
  )
  if (target === 8) await stage.act(requester, (work) => reopenOrder(work, id, scene.note ?? ''))
}

function providerOf(cast: Cast, scene: Scene) {
  if (scene.provider === 'olive' || scene.provider === 'greens') {
    const phone = scene.provider === 'olive' ? '13900000011' : '13900000013'
    const teamId = cast.people.teams.get(scene.provider)!
    return {
      actor: cast.people.residents.get(phone)!,
      isTeam: true,
      contact: { name: scene.contact?.name ?? '', phone },
      provider: async () => ({ kind: 'team', id: teamId }) as const,
    }
  }
  const actor = cast.staff.get(scene.provider!)!
  const unitId = actor.grants[0]!.unitId
  return {
    actor,
    isTeam: false,
    contact: { name: scene.contact?.name ?? '', phone: '13900000200' },
    provider: async () => ({ kind: 'agency', id: unitId }) as const,
  }
}
