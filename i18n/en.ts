import account from './en/account.json' with { type: 'json' }
import activities from './en/activities.json' with { type: 'json' }
import attendance from './en/attendance.json' with { type: 'json' }
import catalogue from './en/catalogue.json' with { type: 'json' }
import cli from './en/cli.json' with { type: 'json' }
import figures from './en/figures.json' with { type: 'json' }
import hours from './en/hours.json' with { type: 'json' }
import notifications from './en/notifications.json' with { type: 'json' }
import orders from './en/orders.json' with { type: 'json' }
import orgs from './en/orgs.json' with { type: 'json' }
import people from './en/people.json' with { type: 'json' }
import planning from './en/planning.json' with { type: 'json' }
import platform from './en/platform.json' with { type: 'json' }
import points from './en/points.json' with { type: 'json' }
import resident from './en/resident.json' with { type: 'json' }
import staffRecords from './en/staff-records.json' with { type: 'json' }
import staffActivity from './en/staff-activity.json' with { type: 'json' }
import staffCollect from './en/staff-collect.json' with { type: 'json' }
import staffEntry from './en/staff-entry.json' with { type: 'json' }
import staffOffice from './en/staff-office.json' with { type: 'json' }
import staffOrder from './en/staff-order.json' with { type: 'json' }
import staffPlan from './en/staff-plan.json' with { type: 'json' }
import staffTeam from './en/staff-team.json' with { type: 'json' }
import staff from './en/staff.json' with { type: 'json' }
import teamPage from './en/team-page.json' with { type: 'json' }
import certificate from './en/certificate.json' with { type: 'json' }
import records from './en/records.json' with { type: 'json' }
import teams from './en/teams.json' with { type: 'json' }
import volunteer from './en/volunteer.json' with { type: 'json' }
import validation from './en/validation.json' with { type: 'json' }
import type { chinese } from './messages.ts'

/** The same keys in English; a missing module or key does not compile. */
export const english: {
  readonly [M in keyof typeof chinese]: Readonly<Record<keyof (typeof chinese)[M], string>>
} = {
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
}
