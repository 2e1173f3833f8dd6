/** Orders in any state of their life, made by the real operations, each with personal data that is found wherever it leaks. */
import { listCategories } from '../../server/modules/catalogue/index.ts'
import { answerOut, cancelOrder, deferOrder } from '../../server/modules/orders/answer-order.ts'
import { insertFollowUp } from '../../server/modules/orders/follow-up-rows.ts'
import {
  acceptOffer,
  confirmOrder,
  deliverOrder,
  enterAssistedOrder,
  evaluateOrder,
  offerOrder,
  offersOf,
  openPool,
  type Placed,
  placeOrder,
  scheduleOrder,
  startService,
  takeInOrder,
  type Wanted,
} from '../../server/modules/orders/index.ts'
import { linkTokenOf } from '../../server/modules/orders/order-link.ts'
import { pauseOrder } from '../../server/modules/orders/schedule-order.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { runWork, type Work } from '../../server/platform/work.ts'
import { type Cast, linkHolder, type Player } from './cast.ts'
import type { TestServer } from './server.ts'

/** How far an order got. The first nine follow one another; the others leave that way. */
export const STAGES = [
  'submitted',
  'dispatching',
  'offered',
  'accepted',
  'scheduled',
  'in_service',
  'delivered',
  'confirmed',
  'closed',
  'pool',
  'paused',
  'answering',
  'deferred',
  'called',
] as const
export type Stage = (typeof STAGES)[number]

/** Where an order stands and who is who to it. */
export interface Scene {
  readonly name: string
  readonly districtId: number
  readonly unitId: string
  readonly requester: Player
  /** Placed by somebody of the staff for the requester, whose phone it carries. */
  readonly placer: Player | null
  readonly dispatcher: Player
  readonly server: Player
  readonly provider: { readonly kind: 'agency' | 'team'; readonly id: string }
  readonly category: 'health-and-care' | 'legal-advice'
  readonly contact: Contact
}

/** What must be seen by nobody but whom it concerns. */
export interface Contact {
  readonly name: string
  readonly phone: string
  readonly address: string
}

export interface Staged {
  readonly id: string
  readonly number: string
  /** The offer made last, when one was made. */
  readonly offerId: string
  readonly followUpId: string
  readonly linkToken: string
  readonly link: Player
}

/** Name and phone under which every provider of the tests accepts; the requester sees them. */
export const PROVIDER_CONTACT = { contactName: '澹台扶摇', contactPhone: '13977553311' }

const TITLE = '请人上门帮忙'
const HOURS = 60

/** The scenes around Yanqing's own village, its neighbours and the other district. */
export function scenesOf({ places, ...cast }: Cast) {
  const { districtId } = cast.keeper.actor
  const contact = (name: string, player: Player, address: string): Contact => ({ name, phone: player.phone!, address })
  const home = {
    districtId,
    placer: null,
    dispatcher: cast.dispatcher,
    category: 'health-and-care',
  } as const
  const own = {
    ...home,
    unitId: places.village.id,
    requester: cast.resident,
    contact: contact('慕容听雪', cast.resident, '河湾村桃花坞九十九号隐庐'),
  }
  const byTeam = { server: cast.leader, provider: { kind: 'team', id: places.team } } as const
  return {
    own: { ...own, ...byTeam, name: 'own' },
    ownAgency: { ...own, name: 'ownAgency', server: cast.provider, provider: { kind: 'agency', id: places.agency.id } },
    ownAssisted: { ...own, ...byTeam, name: 'ownAssisted', placer: cast.agent },
    sibling: {
      ...home,
      name: 'sibling',
      unitId: places.sibling.id,
      requester: cast.cousin,
      server: cast.otherLeader,
      provider: { kind: 'team', id: places.otherTeam },
      contact: contact('上官寻梅', cast.cousin, '北沟村听涛巷七十七号'),
    },
    far: {
      ...home,
      name: 'far',
      unitId: places.far.id,
      requester: cast.stranger,
      server: cast.otherProvider,
      provider: { kind: 'agency', id: places.otherAgency.id },
      category: 'legal-advice',
      contact: contact('司徒望岳', cast.stranger, '远镇观云台五十五号'),
    },
    foreign: {
      ...home,
      name: 'foreign',
      districtId: cast.foreigner.actor.districtId,
      unitId: places.foreign.id,
      requester: cast.foreignResident,
      dispatcher: cast.foreigner,
      server: cast.foreignLeader,
      provider: { kind: 'team', id: places.foreignTeam },
      contact: contact('诸葛问柳', cast.foreignResident, '断桥边三十三号'),
    },
  } satisfies Record<string, Scene>
}
export type SceneName = keyof ReturnType<typeof scenesOf>

/** What a resident sends to place an order, and an operation gets. */
export async function wantedAt(work: Work, scene: Pick<Scene, 'unitId' | 'category' | 'contact'>): Promise<Wanted> {
  const categories = await listCategories(work.tx, work.now, dateIn(work.now))
  return {
    categoryId: categories.find((one) => one.slug === scene.category)!.id,
    offeringId: null,
    title: TITLE,
    details: '家里需要人手',
    unitId: scene.unitId,
    address: scene.contact.address,
    venue: '村民活动室',
    targetGroup: 'elderly',
    headcount: 2,
    windowFrom: null,
    windowUntil: null,
    urgency: 'normal',
    risks: [],
    agreementTriggers: [],
    contactName: scene.contact.name,
    placeAnyway: true,
  }
}

/** Places an order in a scene and takes it to a stage. */
export async function stageOrder(server: TestServer, scene: Scene, stage: Stage): Promise<Staged> {
  const run = <T>(who: Player, act: (work: Work) => Promise<T>): Promise<T> => runWork(server.host, who.actor, act)
  const placed = await place(run, scene)
  const { id } = placed
  await carryOn(run, scene, id, stage)
  if (stage === 'closed') await server.settle()
  const followUpId = stage === 'called' ? await followUp(run, scene, id) : ''
  return run(scene.dispatcher, async ({ tx }) => {
    const linkToken = linkTokenOf(tx, id)
    const offers = await offersOf(tx, id)
    const link = linkHolder(scene.districtId, id, linkToken)
    return { id, number: placed.number, offerId: offers.at(-1)?.id ?? '', followUpId, linkToken, link }
  })
}

type Run = <T>(who: Player, act: (work: Work) => Promise<T>) => Promise<T>

async function place(run: Run, scene: Scene): Promise<Placed> {
  const { placer, contact } = scene
  if (placer === null) return run(scene.requester, async (work) => placeOrder(work, await wantedAt(work, scene)))
  return run(placer, async (work) =>
    enterAssistedOrder(work, {
      ...(await wantedAt(work, scene)),
      contactPhone: contact.phone,
      channel: 'phone',
      callBackPhone: null,
      proxyRelation: null,
      consentGiven: true,
      readBack: true,
    }),
  )
}

async function carryOn(run: Run, scene: Scene, id: string, stage: Stage): Promise<void> {
  const { dispatcher, server, requester } = scene
  if (stage === 'submitted') return
  if (stage === 'answering') {
    const given = { exit: 'unlawful', reason: '不合法', alternative: '', reviewOn: null } as const
    await run(dispatcher, (work) => answerOut(work, id, given))
    return
  }
  if (stage === 'deferred') {
    const given = { reason: '缺设备', alternative: '先登记' }
    await run(dispatcher, (work) => deferOrder(work, id, { ...given, reviewOn: addDays(dateIn(work.now), 30) }))
    return
  }
  const triage = { note: '', risks: [], agreementTriggers: [], urgency: 'normal' } as const
  await run(dispatcher, (work) => takeInOrder(work, id, triage))
  if (stage === 'dispatching') return
  if (stage === 'pool') {
    await run(dispatcher, (work) => openPool(work, id))
    return
  }
  await run(dispatcher, (work) => offerOrder(work, id, { providers: [scene.provider], note: '' }))
  if (stage === 'offered') return
  const offer = (await run(dispatcher, ({ tx }) => offersOf(tx, id))).at(-1)!
  await run(server, (work) => acceptOffer(work, offer.id, PROVIDER_CONTACT))
  if (stage === 'paused') {
    const until = (work: Work) => addMinutes(work.now, 48 * HOURS)
    const why = { reason: 'waiting-for-requester', note: '出门了' }
    await run(server, (work) => pauseOrder(work, id, { ...why, until: until(work) }))
  }
  if (stage === 'accepted' || stage === 'paused') return
  await run(server, (work) => {
    const times = { from: addMinutes(work.now, HOURS), until: addMinutes(work.now, 3 * HOURS) }
    return scheduleOrder(work, id, { ...times, agreedWith: '本人', note: '' })
  })
  if (stage === 'scheduled') return
  await run(server, (work) => startService(work, id))
  if (stage === 'in_service') return
  await run(server, (work) => deliverOrder(work, id, { result: '办好了', actualHeadcount: 2 }))
  if (stage === 'delivered' || stage === 'called') return
  await run(requester, (work) => confirmOrder(work, id, { actualHeadcount: 2 }))
  if (stage === 'confirmed') return
  await run(requester, (work) => evaluateOrder(work, id, { stars: 5, solved: true, tags: [], note: '' }))
}

/** An open call to a silent requester, as the sweep makes it after seven working days. */
async function followUp(run: Run, scene: Scene, orderId: string): Promise<string> {
  return run(scene.dispatcher, async (work) => {
    const id = newUuid7(work.now)
    await insertFollowUp(work.tx, { id, orderId, kind: 'silent', at: work.now, dueAt: addMinutes(work.now, HOURS) })
    return id
  })
}

/** A cancelled order whose requester knows it: the shortest way to a closed one. */
export async function cancelledOrder(server: TestServer, scene: Scene): Promise<Placed> {
  const run: Run = (who, act) => runWork(server.host, who.actor, act)
  const placed = await place(run, scene)
  await run(scene.requester, (work) => cancelOrder(work, placed.id, '不用了'))
  return placed
}
