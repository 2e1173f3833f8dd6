import type { teamCalendarRoutes } from '#contract/team-calendars.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { NOTHING_STATED } from './calendar.ts'
import { agencyCalendars, licencesOf, statedCalendars, teamCalendars } from './calendar-views.ts'
import { addException, removeException, saveLicences, setCapacity, setHours } from './edit-calendar.ts'
import { requireReader, requireTeam } from './keepers.ts'

const DAYS_SHOWN = 28
/** Exceptions are listed as far ahead as anybody plans. */
/** However far ahead: what is not shown could not be taken back. */
const LAST_DAY = '9999-12-31'

export const teamCalendarHandlers: Handlers<typeof teamCalendarRoutes> = {
  async readProviderCalendar(read, { params, query }) {
    const { tx, now } = read
    const mayEdit = await requireReader(read, params)
    const today = dateIn(now)
    const from = query.from ?? today
    const until = query.until ?? addDays(from, DAYS_SHOWN)
    const stated = await statedCalendars(tx, params.kind, [params.id], today, LAST_DAY)
    const calendars = params.kind === 'team' ? teamCalendars : agencyCalendars
    const days = await calendars(tx, [params.id], from, until)
    const { version, hours, exceptions, capacity } = stated.get(params.id) ?? NOTHING_STATED
    const answer = { version, mayEdit, hours, exceptions, capacity, days: days.get(params.id)!.days }
    return { answer, version }
  },
  async setProviderHours(work, { params, body, version }) {
    const changed = await setHours(work, params, version, body.hours)
    return { answer: { version: changed }, version: changed }
  },
  async setProviderCapacity(work, { params, body, version }) {
    const changed = await setCapacity(work, params, version, body)
    return { answer: { version: changed }, version: changed }
  },
  async addProviderException(work, { params, body }) {
    const { id } = await addException(work, params, body)
    return { answer: { id } }
  },
  async removeProviderException(work, { params }) {
    await removeException(work, params, params.exceptionId)
    return { answer: {} }
  },
  async listTeamLicences(read, { params }) {
    await requireTeam(read, params.id)
    return { answer: { rows: await licencesOf(read.tx, params.id) } }
  },
  async saveTeamLicences(work, { params, body }) {
    await saveLicences(work, params.id, body.licences)
    return { answer: {} }
  },
}
