// What others do to an order while a journey looks at one person only: done through the API, as their screens would.
import { type AnswerOf, PUBLIC } from '../../scripts/smoke/client.ts'
import type { Play } from './journey.ts'

const MINUTE = 60_000

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

/** Triages an order and binds it to the health commission. */
export async function dispatchToHealth(play: Play, id: string): Promise<AnswerOf<'makeOffer'>> {
  const dispatcher = await play.account('dispatcher')
  const body = { note: '', urgency: 'normal', risks: [], agreementTriggers: [] } as const
  await play.client.call(dispatcher, 'takeIn', { params: { id }, body: { ...body, risks: [], agreementTriggers: [] } })
  const { rows } = await play.client.call(PUBLIC, 'listUnits', { query: { kind: 'agency', q: '卫健', limit: 5 } })
  const agency = rows[0]
  if (agency === undefined) throw new Error('the demonstration has no health commission')
  const providers = [{ kind: 'agency' as const, id: agency.id }]
  return play.client.call(dispatcher, 'makeOffer', { params: { id }, body: { providers, note: '' } })
}

/** Dispatches, accepts, schedules, serves and delivers. */
export async function serveByHealth(play: Play, id: string): Promise<void> {
  const offered = await dispatchToHealth(play, id)
  const offer = offered.offers.find((one) => one.state === 'open')
  const health = await play.account('health')
  const { client } = play
  const person = { contactName: '白术', contactPhone: '13900000201' }
  await client.call(health, 'acceptOffer', { params: { id: offer?.id ?? '' }, body: person })
  const now = Date.parse((await client.call(PUBLIC, 'readClock')).now)
  const times = { from: new Date(now + 5 * MINUTE).toISOString(), until: new Date(now + 65 * MINUTE).toISOString() }
  const params = { id }
  await client.call(health, 'scheduleOrder', { params, body: { ...times, agreedWith: '本人', note: '' } })
  await client.call(health, 'startService', { params })
  await client.call(health, 'deliverOrder', { params, body: { result: '上门做完了', actualHeadcount: 3 } })
}
