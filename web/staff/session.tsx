import { createContext, use } from 'react'
import type { Me } from '../../contract/people.ts'
import type { Permission } from '../../contract/kit.ts'

const Context = createContext<Me | null>(null)

export const SessionProvider = Context

/** Who is signed in; only for screens inside the console. */
export function useMe(): Me {
  const me = use(Context)
  if (me === null) throw new Error('useMe stands outside the console')
  return me
}

export function may(me: Me, permission: Permission): boolean {
  return me.permissions.includes(permission)
}

/** The route of offers is open to everybody signed in, because team leaders are residents; the menu shows it to providers only. */
export function isProvider(me: Me): boolean {
  return me.roles.some(({ role }) => role === 'provider') || me.teams.some(({ role }) => role !== 'member')
}
