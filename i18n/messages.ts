import { orgs } from './messages/orgs.ts'
import { platform } from './messages/platform.ts'
import { validation } from './messages/validation.ts'

/** The Chinese source of every text, by module. */
export const chinese = { platform, validation, orgs } as const
