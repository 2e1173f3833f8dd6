/** Which roles hold this module's permissions; the operation still asks what the person is to the single order. */
export const ordersPermissions = {
  'orders.assist': ['station-keeper', 'phone-agent', 'dispatcher'],
  'orders.read': ['dispatcher', 'station-keeper', 'phone-agent', 'centre-leader', 'auditor'],
  'orders.triage': ['dispatcher', 'station-keeper'],
  'orders.dispatch': ['dispatcher', 'station-keeper'],
  'orders.follow-up': ['caller'],
  'orders.rates': ['dispatcher', 'centre-leader', 'auditor', 'station-keeper', 'provider'],
} as const

/** Staff who may look at a contact although they do not handle the order themselves, because they answer the phone for it. */
export const CONTACT_READERS = ['dispatcher', 'station-keeper', 'phone-agent'] as const
