import { APPROVING_ROLES } from './levels.ts'

/** Which roles hold this module's permissions; the operation asks at which unit. */
export const hoursPermissions = {
  'hours.approve': APPROVING_ROLES,
} as const
