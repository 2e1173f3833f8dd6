import type { Message } from './message.ts'

/** A way by which messages leave the house. */
export interface Channel {
  readonly name: string
  /**
   * Hands one message over. It must bear getting the same id again, after a crash between hand-over and commit.
   * @returns the name under which the gateway will report what became of it
   * @throws when the gateway did not take the message; it is tried again later
   */
  deliver(message: Message): Promise<{ readonly gatewayId: string }>
}

export const OUTBOX = 'outbox'

/** The default: the row itself is the outbox, read on a screen. Nobody outside has the message, so there is no receipt. */
export const outboxChannel: Channel = {
  name: OUTBOX,
  deliver: (message) => Promise.resolve({ gatewayId: message.id }),
}
