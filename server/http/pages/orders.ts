import type { FastifyReply } from 'fastify'
import { type FormState, type RequesterAct, requesterActs, SEEN_IMAGE } from '#contract/pages.ts'
import type { OrderView } from '#contract/order-shapes.ts'
import { districtOfRequest } from '../district.ts'
import { orderLinkActor } from '../modules.ts'
import { clientIdOf, type Labels, listIn, neededIn, newForm, numberIn, textIn, type Values } from './forms.ts'
import { get, type PageRoute, paramOf, post, queryOf, submit } from './page-route.ts'
import { notFound, type Visit } from './visit.ts'

const PHOTO_CACHE_SECONDS = 3600
/** The smallest picture there is, of nothing. */
const EMPTY_GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')

/** The same pages for whoever is signed in, and for the holder of the order's private link. */
export const orderPages: PageRoute[] = [
  get('/orders/:id', (visit) => orderPage(visit)),
  get('/orders/:id/photos/:fileId', photo),
  get('/orders/:id/:act', (visit) => actPage(visit)),
  post('/orders/:id/:act', act),
  ...[
    get('/o/:token', orderPage),
    get(`/o/:token/${SEEN_IMAGE}`, seenImage),
    get('/o/:token/photos/:fileId', photo),
    get('/o/:token/:act', (visit: Visit) => actPage(visit)),
    post('/o/:token/:act', act),
  ].map((page): PageRoute => ({
    ...page,
    async as(host, request, session) {
      const districtId = await districtOfRequest(host.db, request.hostname)
      const { token } = request.params as { token: string }
      const actor = await orderLinkActor(host.db, districtId, token, session.actor.locale)
      if (actor === null) throw notFound()
      return { actor, token: null, byCookie: false }
    },
  })),
]

const LABELS: Readonly<Record<RequesterAct, Labels>> = {
  confirm: { actualHeadcount: ['actualHeadcount', 'resident.confirm.headcount'] },
  dispute: { reason: ['reason', 'resident.reason.why'] },
  evaluate: {
    solved: ['solved', 'resident.evaluate.solved'],
    stars: ['stars', 'resident.evaluate.stars'],
    tags: ['tags', 'resident.evaluate.tags'],
    note: ['note', 'resident.evaluate.note'],
  },
  reopen: { reason: ['reason', 'resident.reason.why'] },
  remind: { note: ['note', 'resident.reason.say'] },
  cancel: { reason: ['reason', 'resident.reason.say'] },
}

function placeOf(visit: Visit): { id: string; base: string; byLink: boolean } {
  const { linkOrderId } = visit.caller.actor
  if (linkOrderId !== null) return { id: linkOrderId, base: `/o/${paramOf(visit, 'token')}`, byLink: true }
  const id = paramOf(visit, 'id')
  return { id, base: `/orders/${id}`, byLink: false }
}

async function orderPage(visit: Visit): Promise<FastifyReply> {
  const { id, base, byLink } = placeOf(visit)
  const params = { id }
  const order = await visit.call('readOrder', { params, unseen: byLink })
  const [timeline, pin, units] = await Promise.all([
    visit.call('readTimeline', { params }),
    order.moves.includes('show-pin') ? visit.call('showPin', { params }) : null,
    visit.units(),
  ])
  return visit.render('order', {
    order,
    timeline: timeline.rows,
    pin: pin?.pin ?? null,
    responsiblePhone: units.find(order.responsibleUnit.id)?.phone ?? null,
    base,
    byLink,
    done: queryOf(visit, 'done') || null,
  })
}

/**
 * Messengers fetch a link to show a preview of it, and that is not reaching anybody (promise 2). They do not fetch the
 * pictures of the page; every browser does, with and without JavaScript.
 */
async function seenImage(visit: Visit): Promise<FastifyReply> {
  await visit.call('readOrder', { params: { id: placeOf(visit).id } })
  return visit.reply.header('cache-control', 'no-store').type('image/gif').send(EMPTY_GIF)
}

/** One photo as an image, for whoever may see the order. */
async function photo(visit: Visit): Promise<FastifyReply> {
  const params = { id: placeOf(visit).id, fileId: paramOf(visit, 'fileId') }
  const { mediaType, dataBase64 } = await visit.call('readPhoto', { params })
  // A photo never changes under its id.
  return visit.reply
    .header('cache-control', `private, max-age=${PHOTO_CACHE_SECONDS}`)
    .type(mediaType)
    .send(Buffer.from(dataBase64, 'base64'))
}

function actOf(visit: Visit): RequesterAct {
  const asked = paramOf(visit, 'act')
  const found = requesterActs.find((one) => one === asked)
  if (found === undefined) throw notFound()
  return found
}

async function actPage(visit: Visit, again?: FormState, status = 200): Promise<FastifyReply> {
  const name = actOf(visit)
  const { id, base, byLink } = placeOf(visit)
  const order = await visit.call('readOrder', { params: { id }, unseen: byLink })
  // Done already, or no longer possible: the order's own page says how it stands.
  if (!order.moves.includes(name) && again === undefined) return visit.redirect(base)
  const form = again ?? newForm(valuesAtFirst(name, order))
  return visit.render(
    'act',
    { act: name, form, order, action: `${base}/${name}`, back: base, teams: [], members: [] },
    status,
  )
}

function valuesAtFirst(name: RequesterAct, order: OrderView): Record<string, string> {
  return name === 'confirm' ? { actualHeadcount: String(order.actualHeadcount ?? order.headcount) } : {}
}

async function act(visit: Visit): Promise<FastifyReply> {
  const name = actOf(visit)
  const { id, base } = placeOf(visit)
  return submit(
    visit,
    LABELS[name],
    async (values) => {
      await perform(visit, name, id, values)
      return visit.redirect(`${base}?done=${name}`)
    },
    (form, status) => actPage(visit, form, status),
  )
}

async function perform(visit: Visit, name: RequesterAct, id: string, values: Values): Promise<void> {
  const write = { params: { id }, clientId: clientIdOf(values) }
  switch (name) {
    case 'confirm':
      await visit.call('confirmOrder', {
        ...write,
        body: { actualHeadcount: numberIn(values, 'actualHeadcount') ?? null },
      })
      return
    case 'dispute':
      await visit.call('disputeOrder', { ...write, body: { reason: neededIn(values, 'reason') } })
      return
    case 'evaluate':
      await visit.call('evaluateOrder', { ...write, body: evaluationIn(values) })
      return
    case 'reopen':
      await visit.call('reopenOrder', { ...write, body: { reason: neededIn(values, 'reason') } })
      return
    case 'remind':
      await visit.call('remindOrder', { ...write, body: { note: textIn(values, 'note') } })
      return
    case 'cancel':
      await visit.call('cancelOrder', { ...write, body: { reason: textIn(values, 'reason') } })
  }
}

function evaluationIn(values: Values) {
  return {
    stars: numberIn(values, 'stars'),
    solved: { yes: true, no: false }[textIn(values, 'solved')],
    tags: listIn(values, 'tags'),
    note: textIn(values, 'note'),
  }
}
