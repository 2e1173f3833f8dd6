/** The door of the module: messages to people, the channels they leave by, and what became of them. */
export { type Channel, outboxChannel } from './channel.ts'
export { deliverMessages } from './deliver-messages.ts'
export { listOutbox, type OutboxMessage } from './list-outbox.ts'
export type { OutgoingMessage, Template, TemplateParams } from './message.ts'
export { type Delivery, deliveriesOf } from './message-views.ts'
export { MESSAGE_REACHED, recordReceipt } from './record-receipt.ts'
export { sendMessage } from './send-message.ts'
export { webhookChannel } from './webhook-channel.ts'
