import { planning } from '#i18n/messages/planning.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('planning', planning, {
  'unit-unknown': 422,
  'days-past': 422,
  'days-reversed': 422,
  'days-too-many': 422,
  'day-empty': 422,
  'not-ready': 409,
  'not-running': 409,
  'changed-meanwhile': 409,
  'order-not-planned': 422,
  'visit-is-promised': 409,
  'not-eligible': 422,
  'does-not-fit': 422,
  'what-if-stays': 409,
  'same-place': 422,
  'provider-unknown': 422,
  'paired-already': 409,
  'over-limit': 409,
  'offering-unknown': 422,
  'has-vehicle': 409,
})
