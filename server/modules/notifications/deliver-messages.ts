import type { Work } from '#platform/work.ts'
import type { Channel, Gateway } from './channel.ts'
import { ATTEMPTS_MAX, type Message } from './message.ts'
import {
  appendReceipt,
  handOverToOutbox,
  lockWaitingMessages,
  markAttemptFailed,
  markHandedOver,
  openMessage,
  type WaitingMessage,
} from './message-rows.ts'

/** The outbox takes any number at once. A gateway answers each message by itself, while their rows stay locked. */
const BATCH_OF_OUTBOX = 500
const BATCH_OF_GATEWAY = 10

/**
 * Hands the messages that wait for the channel over, oldest first, as many as one transaction should. The row is the
 * queue: a message that was committed is found, whatever happened since. A channel that fails does not fail the others:
 * the attempt is counted and tried again later; after the last attempt the message has failed.
 * @returns whether more may be waiting
 */
export async function deliverMessages(work: Work, channel: Channel): Promise<boolean> {
  if ('deliver' in channel) return deliverByGateway(work, channel)
  return (await handOverToOutbox(work.tx, work.now, BATCH_OF_OUTBOX)) === BATCH_OF_OUTBOX
}

async function deliverByGateway(work: Work, channel: Gateway): Promise<boolean> {
  const waiting = await lockWaitingMessages(work.tx, work.now, BATCH_OF_GATEWAY)
  const taken = await Promise.all(
    waiting.map(async (sealed) => ({ sealed, gatewayId: await handOver(channel, openMessage(work.tx, sealed)) })),
  )
  const handedOver = taken.flatMap(({ sealed, gatewayId }) =>
    gatewayId === undefined ? [] : [{ id: sealed.id, gatewayId }],
  )
  if (handedOver.length > 0) await markHandedOver(work.tx, work.now, handedOver)
  for (const { id: messageId } of handedOver) {
    await appendReceipt(work.tx, work.now, { messageId, kind: 'handed-over', at: work.now, gateway: channel.name })
  }
  for (const { sealed, gatewayId } of taken) {
    if (gatewayId === undefined) await countFailure(work, channel, sealed)
  }
  return waiting.length === BATCH_OF_GATEWAY
}

async function countFailure(work: Work, channel: Gateway, sealed: WaitingMessage): Promise<void> {
  const messageId = sealed.id
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
async function handOver(channel: Gateway, message: Message): Promise<string | undefined> {
  try {
    return (await channel.deliver(message)).gatewayId
  } catch {
    return undefined
  }
}
