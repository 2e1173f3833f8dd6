/** Which roles hold this module's permissions. Whoever funds the budget is not who reads the audit of it. */
export const pointsPermissions = {
  'points.fund': ['points-officer'],
  'points.read': ['points-officer', 'centre-leader', 'district-admin', 'auditor'],
} as const
