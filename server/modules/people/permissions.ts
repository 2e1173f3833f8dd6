/** Which roles hold this module's permissions. */
export const peoplePermissions = {
  'staff.manage': ['district-admin'],
  'audit.read': ['auditor'],
} as const
