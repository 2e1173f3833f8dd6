import { TOTP } from 'otpauth'
import type { Role } from '#modules/people/index.ts'
import accounts from '../../db/seed/demo/accounts.json' with { type: 'json' }

/** An invented account of the demonstration. Its secrets are public on purpose; they exist in no other district. */
export interface DemoStaff {
  readonly login: string
  readonly password: string
  /** Base32 secret of the authenticator. */
  readonly totpSecret: string
  readonly name: string
  readonly what: string
  readonly role: Role
  /** Where the role is held: the centre, an agency by slug, or a unit by its 12-digit code. */
  readonly at: 'centre' | { readonly agency: string } | { readonly code: string }
}

export interface DemoResident {
  readonly phone: string
  readonly name: string
  readonly what: string
}

export const DEMO_STAFF = accounts.staff as unknown as readonly DemoStaff[]
export const DEMO_RESIDENTS: readonly DemoResident[] = accounts.residents

/** The own phone of an invented member of staff, as if a code had proved it; by place in the list, so that nobody shares one. */
export function demoStaffPhone(position: number): string {
  return `1390009${String(position).padStart(4, '0')}`
}

/** The accounts with the one-time passwords of this moment, for the screen of a demonstration. */
export function demoAccountRows(at: Date) {
  const staffRows = DEMO_STAFF.map(({ login, password, totpSecret, name, what }) => {
    const totp = new TOTP({ secret: totpSecret }).generate({ timestamp: at.getTime() })
    return { kind: 'staff' as const, login, password, totp, name, what }
  })
  const residents = DEMO_RESIDENTS.map(({ phone, name, what }) => ({
    kind: 'resident' as const,
    login: phone,
    password: null,
    totp: null,
    name,
    what,
  }))
  return [...staffRows, ...residents]
}
