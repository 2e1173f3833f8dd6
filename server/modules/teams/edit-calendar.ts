import { addDays, dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { type CalendarException, type CalendarOwner, type Capacity, overlaps, type WeeklyHours } from './calendar.ts'
import {
  type CalendarHead,
  deleteException,
  insertException,
  lockCalendar,
  replaceHours,
  replaceLicences,
  touchCalendar,
  updateCapacity,
} from './calendar-rows.ts'
import type { TeamLicence } from './calendar-views.ts'
import { requireKeeper, requireStaffOfTeam } from './keepers.ts'
import { refuse } from './refusals.ts'

/** Writes the usual week anew. @returns the new version */
export async function setHours(
  work: Work,
  owner: CalendarOwner,
  version: number,
  hours: readonly WeeklyHours[],
): Promise<number> {
  if (hours.some((one) => one.untilMinute <= one.fromMinute)) throw refuse('hours-empty', {}, { field: 'hours' })
  if (overlaps(hours)) throw refuse('hours-overlap', {}, { field: 'hours' })
  return edit(work, owner, version, 'teams.set-hours', (head) => replaceHours(work.tx, head.id, hours))
}

/** Says how much a provider can take. @returns the new version */
export async function setCapacity(
  work: Work,
  owner: CalendarOwner,
  version: number,
  capacity: Capacity,
): Promise<number> {
  return edit(work, owner, version, 'teams.set-capacity', (head) => updateCapacity(work.tx, head.id, capacity))
}

/**
 * Closes or opens days beside the usual week, or puts the provider on leave. Visits that were promised stay promised: whoever
 * cannot come says so on the order. @returns the exception's id
 */
export async function addException(
  work: Work,
  owner: CalendarOwner,
  given: Omit<CalendarException, 'id'>,
): Promise<{ id: string; version: number }> {
  const { fromOn, untilOn, fromMinute, untilMinute, kind } = given
  if (untilOn <= fromOn) throw refuse('exception-empty', {}, { field: 'untilOn' })
  if (untilOn <= dateIn(work.now)) throw refuse('exception-past', {}, { field: 'untilOn' })
  if (untilOn > addDays(fromOn, EXCEPTION_DAYS_MAX))
    throw refuse('exception-too-long', { days: EXCEPTION_DAYS_MAX }, { field: 'untilOn' })
  const hasHours = fromMinute !== null && untilMinute !== null
  if ((fromMinute === null) !== (untilMinute === null) || (kind === 'leave' && hasHours))
    throw refuse('exception-hours', {}, { field: 'untilMinute' })
  if (hasHours && untilMinute <= fromMinute) throw refuse('hours-empty', {}, { field: 'untilMinute' })
  await requireKeeper(work, owner)
  const head = await lockCalendar(work.tx, owner, newUuid7(work.now))
  const id = newUuid7(work.now)
  await insertException(work.tx, head.id, { ...given, id, setBy: work.actor.personId, setAt: work.now })
  work.audit({ action: 'teams.add-exception', subject: owner, details: { kind, fromOn, untilOn } })
  return { id, version: await touchCalendar(work.tx, head.id) }
}

const EXCEPTION_DAYS_MAX = 366

/** Takes an exception back. @throws Refusal platform.not-found */
export async function removeException(work: Work, owner: CalendarOwner, id: string): Promise<void> {
  await requireKeeper(work, owner)
  const head = await lockCalendar(work.tx, owner, newUuid7(work.now))
  if (!(await deleteException(work.tx, head.id, id))) throw new Refusal('platform.not-found', 404, {})
  await touchCalendar(work.tx, head.id)
  work.audit({ action: 'teams.remove-exception', subject: owner })
}

/** Records a team's licences as seen on paper; staff only, so that nobody licenses themselves. */
export async function saveLicences(work: Work, teamId: string, licences: readonly TeamLicence[]): Promise<void> {
  if (new Set(licences.map((one) => one.licence)).size < licences.length)
    throw refuse('licence-twice', {}, { field: 'licences' })
  await requireStaffOfTeam(work, teamId)
  await replaceLicences(work.tx, teamId, licences, { personId: work.actor.personId, at: work.now })
  work.audit({
    action: 'teams.save-licences',
    subject: { kind: 'team', id: teamId },
    details: { licences: licences.map((one) => one.licence) },
  })
}

async function edit(
  work: Work,
  owner: CalendarOwner,
  version: number,
  action: string,
  write: (head: CalendarHead) => Promise<void>,
): Promise<number> {
  await requireKeeper(work, owner)
  const head = await lockCalendar(work.tx, owner, newUuid7(work.now))
  if (head.version !== version) throw new Refusal('platform.version-stale', 409, {})
  await write(head)
  work.audit({ action, subject: owner })
  return touchCalendar(work.tx, head.id)
}
