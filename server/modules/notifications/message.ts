import type { notifications } from '#i18n/messages/notifications.ts'
import type { MessageParams } from '#i18n/translate.ts'

type TextKey = keyof typeof notifications

/** Name of a template: its text is `notifications.sms.<template>`. */
export type Template = TextKey extends infer Key ? (Key extends `sms.${infer Name}` ? Name : never) : never

export type TemplateParams<T extends Template> = MessageParams<`notifications.sms.${T}`>[0]

export interface Subject {
  readonly kind: string
  readonly id: string
}

export interface OutgoingMessage<T extends Template = Template> {
  readonly template: T
  readonly params: TemplateParams<T>
  /** National form, as `normalisePhone` gives it. */
  readonly toPhone: string
  readonly toPersonId?: string | undefined
  readonly subject?: Subject | undefined
  readonly locale: 'zh-CN' | 'en'
  /** An id that the cause of the message already has, so that a job run twice sends one message. */
  readonly id?: string | undefined
}

/** A message in clear, as a channel gets it and the outbox shows it. */
export interface Message {
  readonly id: string
  readonly template: string
  readonly params: Readonly<Record<string, string | number>>
  readonly to: string
  readonly locale: 'zh-CN' | 'en'
}

export type ReceiptKind = 'handed-over' | 'delivered' | 'failed'

export const TO_COLUMN = 'message.to_cipher'
export const PARAMS_COLUMN = 'message.params_cipher'

// Minutes after which a message that no channel took is tried again: at once, then ever more rarely, for about five hours.
const RETRY_MINUTES: readonly number[] = [0, 1, 5, 15, 60, 240]
export const ATTEMPTS_MAX = RETRY_MINUTES.length

/** Minutes between the creation of a message and its next attempt, given how many attempts failed. */
export function minutesBeforeAttempt(attemptsFailed: number): number {
  return RETRY_MINUTES.slice(0, attemptsFailed + 1).reduce((sum, minutes) => sum + minutes, 0)
}
