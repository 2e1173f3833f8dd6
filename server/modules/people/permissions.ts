/** Which roles hold this module's permissions. */
export const peoplePermissions = {
  'staff.manage': ['district-admin'],
  'audit.read': ['auditor'],
  // Two of them for each: one proposes, another one decides.
  'people.merge': ['district-admin', 'centre-leader', 'phone-agent'],
} as const
