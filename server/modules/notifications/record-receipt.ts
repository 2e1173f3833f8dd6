import type { Work } from '#platform/work.ts'
import { appendReceipt, lockMessageOfGateway, markFailed, markReached } from './message-rows.ts'
import { refuse } from './refusals.ts'

/** Job by which a higher module hears that a message reached; its data is `{ messageId, subjectKind, subjectId }`. */
export const MESSAGE_REACHED = 'notifications.reached'

/**
 * A gateway's report about a message it took. The same report twice has one effect.
 * @param report `at` is the gateway's clock; what is kept as the time of reaching lies between the message's making and now
 * @throws Refusal receipt-unknown: the gateway should report again later, perhaps we have not stored its id yet
 */
export async function recordReceipt(
  work: Work,
  report: { gatewayId: string; kind: 'delivered' | 'failed'; at: Date; gateway?: string },
): Promise<void> {
  const { tx, now } = work
  const message = await lockMessageOfGateway(tx, report.gatewayId)
  if (message === undefined) throw refuse('receipt-unknown', { gatewayId: report.gatewayId })
  const { kind } = report
  const isNew = await appendReceipt(tx, now, {
    messageId: message.id,
    kind,
    at: report.at,
    gateway: report.gateway ?? 'gateway',
  })
  if (!isNew || message.reachedAt !== null) return
  const at = latest(message.createdAt, earliest(report.at, now))
  if (kind === 'failed') return markFailed(tx, message.id, at)
  await markReached(tx, message.id, at)
  if (message.subject === null) return
  const { kind: subjectKind, id: subjectId } = message.subject
  work.enqueue({ name: MESSAGE_REACHED, data: { messageId: message.id, subjectKind, subjectId } })
}

function earliest(a: Date, b: Date): Date {
  return a < b ? a : b
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b
}
