import { attendance } from '#i18n/messages/attendance.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('attendance', attendance, {
  'checked-in-already': 409,
  'not-checked-in': 409,
  'checked-out-already': 409,
  'elsewhere-now': 409,
  'own-co-sign': 403,
  'not-a-volunteer': 422,
})
