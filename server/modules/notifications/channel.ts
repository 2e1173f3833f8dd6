import type { Message } from './message.ts'

/** A gateway by which messages leave the house. */
export interface Gateway {
  readonly name: string
  /**
   * Hands one message over. It must bear getting the same id again, after a crash between hand-over and commit.
   * @returns the name under which the gateway will report what became of it
   * @throws when the gateway did not take the message; it is tried again later
   */
  deliver(message: Message): Promise<{ readonly gatewayId: string }>
}

/** The default: the row itself is the outbox, read on a screen. Nobody outside has the message, so there is no receipt. */
export const outbox = { name: 'outbox' } as const

export type Channel = Gateway | typeof outbox
