/** Which roles hold this module's permissions; who organises a single activity is asked where it is known. */
export const activitiesPermissions = {
  'activities.phone-check-in': ['phone-agent', 'station-keeper', 'dispatcher'],
  'activities.themes': ['district-admin', 'centre-leader'],
} as const
