/** Which roles hold this module's permissions. */
export const teamsPermissions = {
  'volunteers.share': ['district-admin'],
} as const
