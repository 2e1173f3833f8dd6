import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { insertMessage } from './message-rows.ts'
import type { OutgoingMessage, Template } from './message.ts'

/** Job that hands one message to the channel. */
export const DELIVER = 'notifications.deliver'

/**
 * Writes a message into this transaction; it leaves after the commit. The same `id` twice is one message.
 * @returns the message's id
 */
export async function sendMessage<T extends Template>(work: Work, message: OutgoingMessage<T>): Promise<string> {
  const id = message.id ?? newUuid7(work.now)
  const isNew = await insertMessage(work.tx, id, work.now, message)
  if (isNew) work.enqueue({ name: DELIVER, data: { messageId: id } })
  return id
}
