import { orgs } from '#i18n/messages/orgs.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('orgs', orgs, {
  'period-not-after-last': 409,
  'code-taken': 409,
  'phone-invalid': 400,
})
