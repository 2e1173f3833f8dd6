import type { Work } from '#platform/work.ts'
import { type Channel, OUTBOX } from './channel.ts'
import { ATTEMPTS_MAX } from './message.ts'
import { appendReceipt, lockWaitingMessage, markAttemptFailed, markHandedOver, openMessage } from './message-rows.ts'

/**
 * Hands a message to the channel, unless that happened before. A channel that fails does not fail the job: the attempt is
 * counted and the sweep tries again; after the last attempt the message has failed.
 */
export async function deliverMessage(work: Work, channel: Channel, messageId: string): Promise<void> {
  const sealed = await lockWaitingMessage(work.tx, messageId)
  if (sealed === undefined) return
  const taken = await handOver(channel, openMessage(work.tx, sealed))
  if (taken !== undefined) {
    await markHandedOver(work.tx, messageId, work.now, taken.gatewayId)
    if (channel.name !== OUTBOX) {
      await appendReceipt(work.tx, work.now, { messageId, kind: 'handed-over', at: work.now, gateway: channel.name })
    }
    return
  }
  const isLast = sealed.attempts + 1 >= ATTEMPTS_MAX
  await markAttemptFailed(work.tx, messageId, isLast ? work.now : null)
  if (!isLast) return
  await appendReceipt(work.tx, work.now, { messageId, kind: 'failed', at: work.now, gateway: channel.name })
  work.audit({
    action: 'notifications.not-delivered',
    subject: { kind: 'message', id: messageId },
    details: { template: sealed.template, attempts: ATTEMPTS_MAX },
  })
}

/** Whatever the channel throws means the same: it did not take the message. */
async function handOver(channel: Channel, message: Parameters<Channel['deliver']>[0]) {
  try {
    return await channel.deliver(message)
  } catch {
    return undefined
  }
}
