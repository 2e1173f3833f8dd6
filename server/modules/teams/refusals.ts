import { teams } from '#i18n/messages/teams.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('teams', teams, {
  'not-yourself': 403,
  'not-a-volunteer': 409,
  'already-a-member': 409,
  'not-a-member': 409,
  'members-only': 403,
  'team-ended': 409,
  'free-time-empty': 422,
  'number-known': 409,
  'guardian-first': 409,
  'licences-too-many': 409,
  'not-your-team': 403,
  'not-your-agency': 403,
  'hours-empty': 422,
  'hours-overlap': 422,
  'exception-empty': 422,
  'exception-past': 422,
  'exception-too-long': 422,
  'exception-hours': 422,
  'licence-twice': 422,
})
