import { createContext, use } from 'react'
import type { Me, RoleName } from '../../contract/people.ts'
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

/** Speaks for an agency or a team. The routes themselves are open to all signed in, because team leaders are residents. */
export function isProvider(me: Me): boolean {
  return holds(me, 'provider') || me.teams.some(({ role }) => role !== 'member')
}

/** Keeps offerings of the catalogue: its editors, and whoever offers something. */
export function keepsCatalogue(me: Me): boolean {
  return may(me, 'catalogue.edit') && (holds(me, 'catalogue-editor') || holds(me, 'district-admin') || isProvider(me))
}

/** Categories are the centre's; a provider only puts its offerings into them. */
export function keepsCategories(me: Me): boolean {
  return holds(me, 'catalogue-editor') || holds(me, 'district-admin')
}

/** Organises activities for a unit or a team; the operation asks for which. */
export function organises(me: Me): boolean {
  return holds(me, 'station-keeper') || holds(me, 'dispatcher') || isProvider(me)
}

export function holds(me: Me, role: RoleName): boolean {
  return me.roles.some((grant) => grant.role === role)
}
