/** What people do about activities, by name. */
export const SESSION_ACTS = [
  'plan-activity',
  'edit-session',
  'cancel-session',
  'sign-up',
  'give-place-back',
  'accept-place',
  'session-in',
  'session-out',
] as const
export type SessionAct = (typeof SESSION_ACTS)[number]

export const isSessionAct = (act: string): act is SessionAct => SESSION_ACTS.some((name) => name === act)
