import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { insertMessage } from './message-rows.ts'
import type { OutgoingMessage, Template } from './message.ts'

/**
 * Writes a message with the other rows of this transaction; it leaves after the commit. The same `id` twice is one message.
 * @returns the message's id
 */
export async function sendMessage<T extends Template>(work: Work, message: OutgoingMessage<T>): Promise<string> {
  const id = message.id ?? newUuid7(work.now)
  insertMessage(work.tx, id, work.now, message)
  return id
}
