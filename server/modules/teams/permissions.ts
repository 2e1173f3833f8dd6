/** Which roles hold this module's permissions; who keeps a single team is asked where it is known. */
export const teamsPermissions = {
  'teams.families': ['district-admin', 'centre-leader'],
  'teams.import': ['district-admin', 'dispatcher', 'station-keeper'],
  'volunteers.share': ['district-admin'],
} as const
