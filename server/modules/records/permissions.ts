/** Which roles hold this module's permissions; at which unit is asked where the certificate or the entry is known. */
export const recordsPermissions = {
  'records.handle': ['station-keeper', 'dispatcher', 'provider'],
  'records.sign': ['station-keeper', 'dispatcher', 'provider', 'centre-leader'],
} as const

/** Who may prepare a certificate or enter a training, at the unit and above it. */
export const HANDLING_ROLES = recordsPermissions['records.handle']
/** Who may be in charge of what an organisation issues. */
export const SIGNING_ROLES = recordsPermissions['records.sign']
