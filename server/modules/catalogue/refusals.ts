import { catalogue } from '#i18n/messages/catalogue.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('catalogue', catalogue, {
  'category-unknown': 422,
  'category-dates': 422,
  'provider-unknown': 422,
  'not-your-provider': 403,
  'categories-are-central': 403,
  'area-unknown': 422,
  'headcount-range': 422,
  'open-hours-empty': 422,
  'offering-ended': 409,
  'offering-unconfirmed': 409,
  'quota-used-up': 409,
  'quota-used-up-for-long': 409,
  'lead-time-too-short': 409,
  'blackout-day': 409,
  'outside-open-hours': 409,
  'window-too-short': 409,
  'no-day-fits': 409,
  'headcount-too-small': 409,
  'headcount-too-large': 409,
  'outside-area': 409,
  'place-unknown': 422,
})
