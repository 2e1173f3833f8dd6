import { people } from '#i18n/messages/people.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('people', people, {
  'phone-invalid': 400,
  'code-wrong': 401,
  'code-gone': 401,
  'sign-in-failed': 401,
  'account-locked': 429,
  'totp-used': 401,
  'totp-wrong': 422,
  'invitation-gone': 404,
  'password-weak': 422,
  'login-taken': 409,
  'grant-exists': 409,
  'role-needs-other-unit': 422,
  'own-grant': 403,
  'document-invalid': 422,
  'document-known': 409,
  'birth-date-needed': 422,
  'birth-date-differs': 422,
  'birth-date-impossible': 422,
  'wording-changed': 409,
  'guardian-decides': 403,
})
