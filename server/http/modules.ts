import type { routes } from '#contract/routes.ts'
import type { Permission } from '#contract/kit.ts'
import { activitiesPermissions } from '#modules/activities/index.ts'
import { cataloguePermissions } from '#modules/catalogue/index.ts'
import { hoursPermissions } from '#modules/hours/index.ts'
import { ordersPermissions } from '#modules/orders/index.ts'
import { peoplePermissions } from '#modules/people/index.ts'
import { planningPermissions } from '#modules/planning/index.ts'
import { pointsPermissions } from '#modules/points/index.ts'
import { recordsPermissions } from '#modules/records/index.ts'
import { teamsPermissions } from '#modules/teams/index.ts'
import type { Handlers } from '#platform/handlers.ts'

/** The handlers of all modules, put together by the composition root. */
export type AllHandlers = Handlers<typeof routes>

/** Permissions that follow from who the caller is, not from a role. */
export type KindPermission = Permission &
  (
    | 'public'
    | 'signed-in'
    | 'resident'
    | 'order-party'
    | 'staff'
    | 'gateway'
    | 'demo'
    | 'orders.provide'
    | 'catalogue.edit'
    | 'personal.reveal'
  )

/** Which roles hold each permission, as the modules say; one without roles does not compile. */
export const rolesByPermission: Record<Exclude<Permission, KindPermission>, readonly string[]> = {
  ...peoplePermissions,
  ...teamsPermissions,
  ...pointsPermissions,
  ...cataloguePermissions,
  ...activitiesPermissions,
  ...hoursPermissions,
  ...ordersPermissions,
  ...planningPermissions,
  ...recordsPermissions,
}

export { orderLinkActor } from '#modules/orders/index.ts'
