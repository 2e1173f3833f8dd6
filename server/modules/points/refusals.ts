import { points } from '#i18n/messages/points.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('points', points, {
  'balance-too-low': 409,
  'hold-unknown': 404,
  'hold-expired': 409,
  'hold-posted': 409,
  'hold-voided': 409,
  'post-too-large': 422,
  'rule-not-after-last': 409,
})
