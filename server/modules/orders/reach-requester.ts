import { sendMessage } from '#modules/notifications/index.ts'
import type { Template, TemplateParams } from '#modules/notifications/index.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { type AnswerKind, findClosingAnswer, insertAnswer, markReached, type ReachedBy } from './answer-rows.ts'
import { stopClocks } from './clock-rows.ts'
import { closeOrder } from './close-order.ts'
import { deadlines } from './deadlines.ts'
import { linkPathOf } from './order-link.ts'
import type { Order } from './order.ts'
import { updateOrder } from './order-rows.ts'
import { contactPhoneOf } from './order-views.ts'
import { refuse } from './refusals.ts'
import { lockFor } from './move-order.ts'

type OrderTemplate = Extract<Template, `order-${string}`>

/** Sends one of the order's texts to its contact, with number and private link. */
export async function tellRequester(work: Work, order: Order, template: OrderTemplate): Promise<string> {
  const params = { number: order.number, link: linkPathOf(work.tx, order.id) } as TemplateParams<OrderTemplate>
  const toPhone = await contactPhoneOf(work.tx, order.id)
  return sendMessage(work, {
    template,
    params,
    toPhone,
    locale: order.locale,
    subject: { kind: 'order', id: order.id },
  })
}

/** Writes an answer and sends the link to it. To send is not to reach: that is recorded when it happens. */
export async function writeAnswer(
  work: Work,
  order: Order,
  answer: { kind: AnswerKind; text: string; alternative?: string; reviewOn?: string | null },
): Promise<void> {
  const template = ({ result: 'order-delivered', outcome: 'order-answer', deferral: 'order-deferred' } as const)[
    answer.kind
  ]
  const messageId = await tellRequester(work, order, template)
  await insertAnswer(work.tx, {
    id: newUuid7(work.now),
    orderId: order.id,
    kind: answer.kind,
    text: answer.text,
    alternative: answer.alternative ?? '',
    reviewOn: answer.reviewOn ?? null,
    writtenBy: work.actor.personId,
    at: work.now,
    messageId,
  })
}

/** A recorded call or visit told the requester; it names who was spoken to (promise 2). */
export async function recordReached(
  work: Work,
  orderId: string,
  given: { by: 'call' | 'visit'; spokenTo: string; note: string },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'record-reached')
  const reached = await markReached(work.tx, order.id, { at: work.now, by: given.by, spokenTo: given.spokenTo })
  if (reached === 0) throw refuse('nothing-to-reach')
  work.audit({ action: 'orders.reach', subject: { kind: 'order', id: order.id }, details: { by: given.by } })
  return afterReached(work, order, given.by)
}

/** The requester opened the page, or a gateway's receipt came: closes what only waited for that. */
export async function closeIfReached(
  work: Work,
  order: Order,
  reached: { by: ReachedBy; spokenTo: string | null; messageId?: string },
): Promise<Order> {
  const count = await markReached(work.tx, order.id, { at: work.now, ...reached })
  if (count > 0)
    work.audit({ action: 'orders.reach', subject: { kind: 'order', id: order.id }, details: { by: reached.by } })
  return count > 0 ? afterReached(work, order, reached.by) : order
}

async function afterReached(work: Work, order: Order, by: ReachedBy): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  await stopClocks(work.tx, order.id, ['first-contact'], work.now, limits.calendar)
  const answer = await findClosingAnswer(work.tx, order.id)
  if (answer === undefined) return order
  if (order.state === 'answering') return closeOrder(work, order, { as: 'answered', answerId: answer.id })
  if (order.nextStep !== 'visit') return order
  // All calls were in vain and only the answer's reaching was missing. Whoever has the page open may still judge.
  if (by !== 'page-opened') return closeOrder(work, order, { as: 'not-evaluated', answerId: answer.id })
  const dueAt = limits.dueAfter('evaluate', order.urgency, work.now)
  await updateOrder(work.tx, order.id, { nextStep: 'evaluate', dueAt })
  return { ...order, nextStep: 'evaluate', dueAt }
}
