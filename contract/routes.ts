import { accountRoutes } from './account.ts'
import { activitiesRoutes } from './activities.ts'
import { catalogueRoutes } from './catalogue.ts'
import { checkInRoutes } from './check-in.ts'
import { firstStepsRoutes } from './first-steps.ts'
import { hoursRoutes } from './hours.ts'
import { leavingRoutes } from './leaving.ts'
import { linkRoutes } from './links.ts'
import { mergeRoutes } from './merges.ts'
import { ordersRoutes } from './orders.ts'
import { orgsRoutes } from './orgs.ts'
import { peopleRoutes } from './people.ts'
import { planningRoutes } from './planning.ts'
import { platformRoutes } from './platform.ts'
import { pointsRoutes } from './points.ts'
import { recordsRoutes } from './records.ts'
import { teamCalendarRoutes } from './team-calendars.ts'
import { teamDeskRoutes } from './team-desk.ts'
import { teamImportRoutes } from './team-imports.ts'
import { teamsRoutes } from './teams.ts'
import { volunteerRoutes } from './volunteers.ts'

/** Every route there is, by the name of its handler. openapi.json is emitted from this table and compared. */
export const routes = {
  ...platformRoutes,
  ...orgsRoutes,
  ...firstStepsRoutes,
  ...peopleRoutes,
  ...accountRoutes,
  ...linkRoutes,
  ...leavingRoutes,
  ...mergeRoutes,
  ...teamsRoutes,
  ...volunteerRoutes,
  ...teamCalendarRoutes,
  ...teamDeskRoutes,
  ...teamImportRoutes,
  ...pointsRoutes,
  ...catalogueRoutes,
  ...activitiesRoutes,
  ...checkInRoutes,
  ...hoursRoutes,
  ...ordersRoutes,
  ...planningRoutes,
  ...recordsRoutes,
}

export type RouteName = keyof typeof routes

/** The routes by what they are about, in the order in which somebody who is new to the API reads them. */
export const routeGroups: Readonly<Record<string, readonly object[]>> = {
  Orders: [ordersRoutes],
  Catalogue: [catalogueRoutes],
  Planning: [planningRoutes],
  Teams: [teamsRoutes, volunteerRoutes, teamDeskRoutes, teamCalendarRoutes, teamImportRoutes],
  Activities: [activitiesRoutes, checkInRoutes],
  Hours: [hoursRoutes],
  Records: [recordsRoutes],
  Points: [pointsRoutes],
  People: [peopleRoutes, accountRoutes, linkRoutes, leavingRoutes, mergeRoutes],
  Units: [orgsRoutes, firstStepsRoutes],
  Platform: [platformRoutes],
}
