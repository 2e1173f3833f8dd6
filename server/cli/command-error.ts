import type { MessageKey } from '#i18n/translate.ts'

export const EXIT_FAULTS = 1
export const EXIT_USAGE = 64
export const EXIT_SETTINGS = 78

type ErrorKey = Extract<MessageKey, `cli.error.${string}`>

/** An expected failure that the administrator can mend; its text is the message `cli.error.<code>`. */
export class CommandError extends Error {
  readonly key: ErrorKey
  readonly params: Readonly<Record<string, string | number>>
  readonly status: number

  constructor(
    key: ErrorKey,
    params: Readonly<Record<string, string | number>> = {},
    status = EXIT_FAULTS,
    options?: ErrorOptions,
  ) {
    super(key, options)
    this.name = 'CommandError'
    this.key = key
    this.params = params
    this.status = status
  }
}
