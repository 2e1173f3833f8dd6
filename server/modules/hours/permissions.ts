import { APPROVING_ROLES } from './levels.ts'
import { ANSWERING_ROLES } from './organisers.ts'

/** Which roles hold this module's permissions; the operation asks at which unit. */
export const hoursPermissions = {
  'hours.approve': APPROVING_ROLES,
  'hours.confirm': ANSWERING_ROLES,
} as const
