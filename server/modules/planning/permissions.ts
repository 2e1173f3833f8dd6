/** Which roles hold this module's permissions; the operation still asks whether they hold it at the plan's unit. */
export const planningPermissions = {
  'planning.read': ['dispatcher', 'centre-leader', 'auditor'],
  'planning.plan': ['dispatcher'],
} as const

export const READERS = planningPermissions['planning.read']
export const PLANNERS = planningPermissions['planning.plan']
