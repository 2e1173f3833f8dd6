/** Which roles hold this module's permissions; leaders of teams hold it for their team without a role. */
export const cataloguePermissions = {
  'catalogue.edit': ['catalogue-editor', 'provider', 'district-admin'],
} as const
