import { account } from './messages/account.ts'
import { activities } from './messages/activities.ts'
import { attendance } from './messages/attendance.ts'
import { catalogue } from './messages/catalogue.ts'
import { cli } from './messages/cli.ts'
import { figures } from './messages/figures.ts'
import { hours } from './messages/hours.ts'
import { notifications } from './messages/notifications.ts'
import { orders } from './messages/orders.ts'
import { orgs } from './messages/orgs.ts'
import { people } from './messages/people.ts'
import { planning } from './messages/planning.ts'
import { platform } from './messages/platform.ts'
import { points } from './messages/points.ts'
import { resident } from './messages/resident.ts'
import { staffRecords } from './messages/staff-records.ts'
import { staffActivity } from './messages/staff-activity.ts'
import { staffCollect } from './messages/staff-collect.ts'
import { staffEntry } from './messages/staff-entry.ts'
import { staffOffice } from './messages/staff-office.ts'
import { staffOrder } from './messages/staff-order.ts'
import { staffPlan } from './messages/staff-plan.ts'
import { staff } from './messages/staff.ts'
import { certificate } from './messages/certificate.ts'
import { records } from './messages/records.ts'
import { volunteer } from './messages/volunteer.ts'
import { staffTeam } from './messages/staff-team.ts'
import { teamPage } from './messages/team-page.ts'
import { teams } from './messages/teams.ts'
import { validation } from './messages/validation.ts'

/** The Chinese source of every text, by module. */
export const chinese = {
  platform,
  validation,
  orgs,
  people,
  catalogue,
  attendance,
  activities,
  hours,
  orders,
  points,
  planning,
  records,
  teams,
  'team-page': teamPage,
  notifications,
  cli,
  figures,
  account,
  resident,
  volunteer,
  certificate,
  staff,
  'staff-order': staffOrder,
  'staff-entry': staffEntry,
  'staff-office': staffOffice,
  'staff-activity': staffActivity,
  'staff-collect': staffCollect,
  'staff-records': staffRecords,
  'staff-plan': staffPlan,
  'staff-team': staffTeam,
} as const
