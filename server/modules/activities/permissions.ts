/** Which roles hold this module's permissions; who organises a single activity is asked where it is known. */
export const activitiesPermissions = {
  'activities.themes': ['district-admin', 'centre-leader'],
} as const
