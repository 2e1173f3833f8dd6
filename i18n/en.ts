import orgs from './en/orgs.json' with { type: 'json' }
import platform from './en/platform.json' with { type: 'json' }
import validation from './en/validation.json' with { type: 'json' }
import type { chinese } from './messages.ts'

/** The same keys in English; a missing or surplus module does not compile, keys are compared by a test. */
export const english: { readonly [M in keyof typeof chinese]: Readonly<Record<keyof (typeof chinese)[M], string>> } = {
  platform,
  validation,
  orgs,
}
