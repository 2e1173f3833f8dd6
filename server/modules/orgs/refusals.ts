import { orgs } from '#i18n/messages/orgs.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('orgs', orgs, {
  'period-not-after-last': 409,
  'code-taken': 409,
  'phone-invalid': 400,
  'wrong-parent': 422,
  'code-elsewhere': 422,
  'unit-ended': 409,
  'centre-stays': 409,
  'end-not-yet': 422,
  'wrong-successor': 422,
  'units-below': 409,
  'still-holds': 409,
})
