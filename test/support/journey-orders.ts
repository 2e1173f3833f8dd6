// What others do to an order while a journey looks at one person only: done through the API, as their screens would.
import { type AnswerOf, eventually, linkAccount, PUBLIC } from '../../scripts/smoke/client.ts'
import type { Play } from './journey.ts'

const MINUTE = 60_000
/** Who serves for the health commission; a blind caller must never read it. */
export const NAME_OF_HEALTH = '白术'

export type PlacedOrder = AnswerOf<'placeAssistedOrder'>

interface Wish {
  readonly title: string
  readonly categorySlug?: string
  readonly phone: string
  readonly name?: string
  readonly village?: string
}

/** Places an order as the phone desk does. */
export async function placeByPhone(play: Play, wish: Wish): Promise<PlacedOrder> {
  const { client } = play
  const category = (await client.call(PUBLIC, 'listCategories')).rows.find(
    (row) => row.slug === (wish.categorySlug ?? 'health-and-care'),
  )
  const query = { kind: 'station', q: wish.village ?? '上磨村委会', limit: 5 }
  const village = (await client.call(PUBLIC, 'listUnits', { query })).rows[0]
  if (category === undefined || village === undefined) throw new Error(`no category or village for ${wish.title}`)
  return client.call(await play.account('agent'), 'placeAssistedOrder', {
    body: {
      channel: 'phone',
      title: wish.title,
      details: '',
      categoryId: category.id,
      offeringId: null,
      unitId: village.id,
      address: null,
      venue: '',
      targetGroup: 'all',
      headcount: 3,
      windowFrom: null,
      windowUntil: null,
      urgency: 'normal',
      risks: [],
      agreementTriggers: [],
      contactName: wish.name ?? '韩大妈',
      contactPhone: wish.phone,
      callBackPhone: null,
      proxyRelation: null,
      consentGiven: true,
      readBack: true,
      placeAnyway: true,
    },
  })
}

/** Triages an order as a dispatcher who finds nothing risky. */
export async function takeIn(play: Play, id: string): Promise<void> {
  const body = { note: '', urgency: 'normal' as const, risks: [], agreementTriggers: [] }
  await play.client.call(await play.account('dispatcher'), 'takeIn', { params: { id }, body })
}

/** Triages an order and binds an agency to it, or invites a team, by the words of its name. */
export async function dispatchTo(play: Play, id: string, kind: 'agency' | 'team', name: string): Promise<string> {
  await takeIn(play, id)
  const query = { q: name, limit: 5 }
  const found =
    kind === 'team'
      ? await play.client.call(PUBLIC, 'listTeams', { query })
      : await play.client.call(PUBLIC, 'listUnits', { query: { ...query, kind } })
  const provider = found.rows[0]
  if (provider === undefined) throw new Error(`the demonstration has no ${kind} ${name}`)
  const body = { providers: [{ kind, id: provider.id }], note: '' }
  const order = await play.client.call(await play.account('dispatcher'), 'makeOffer', { params: { id }, body })
  const offer = order.offers.find((one) => one.state === 'open')
  if (offer === undefined) throw new Error(`${name} was not asked`)
  return offer.id
}

/** Dispatches to the health commission, which accepts, schedules, serves and delivers. */
export async function serveByHealth(play: Play, id: string): Promise<void> {
  const { client } = play
  const offerId = await dispatchTo(play, id, 'agency', '卫')
  const health = await play.account('health')
  const params = { id }
  const person = { contactName: NAME_OF_HEALTH, contactPhone: '13900000201' }
  await client.call(health, 'acceptOffer', { params: { id: offerId }, body: person })
  const now = Date.parse((await client.call(PUBLIC, 'readClock')).now)
  const times = { from: new Date(now + 5 * MINUTE).toISOString(), until: new Date(now + 65 * MINUTE).toISOString() }
  await client.call(health, 'scheduleOrder', { params, body: { ...times, agreedWith: '本人', note: '' } })
  await client.call(health, 'startService', { params })
  await client.call(health, 'deliverOrder', { params, body: { result: '上门做完了', actualHeadcount: 3 } })
}

/** The requester confirms and evaluates by the link of the message. */
export async function judgeByLink(play: Play, id: string, phone: string): Promise<void> {
  const { client } = play
  const message = await eventually(20, 'the message of the delivery', async () =>
    (await client.outbox(phone, 'order-delivered')).at(0),
  )
  const link = linkAccount(message.text)
  const params = { id }
  await client.call(link, 'readOrder', { params })
  await client.call(link, 'confirmOrder', { params, body: { actualHeadcount: 3 } })
  await client.call(link, 'evaluateOrder', { params, body: { stars: 4, solved: true, tags: [], note: '' } })
}
