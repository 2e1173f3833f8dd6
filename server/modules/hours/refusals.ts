import { hours } from '#i18n/messages/hours.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('hours', hours, {
  'kind-unknown': 422,
  'kind-does-not-count': 422,
  'not-yours-to-approve': 403,
  'own-hours': 403,
  'own-record': 403,
  'household-hours': 403,
  'not-waiting': 409,
  'more-than-recorded': 422,
  'reason-needed': 422,
})
