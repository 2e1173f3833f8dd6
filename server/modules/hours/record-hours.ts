import { type Attendance, attendanceOf } from '#modules/attendance/index.ts'
import { addWorkingDays, addWorkingMinutes } from '#platform/calendar.ts'
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import {
  classOf,
  type DayPart,
  DECIDED_CAUSES,
  type HoursRecord,
  partsByDay,
  type ServedSubject,
  tierOf,
} from './hours.ts'
import { hoursRuleOn } from './hours-rule.ts'
import {
  correctRecord,
  type EntryFacts,
  insertRecords,
  lockHoursOf,
  minutesByDay,
  type NewRecord,
  recordsOfAttendances,
  type Route,
} from './hours-rows.ts'
import { drawCallBack } from './draw-call-back.ts'
import { causeOf } from './hours-views.ts'
import { levelAbove } from './levels.ts'

/**
 * Records the hours of everybody who was at a session or an order, from the attendances as they are now. Called when it is
 * over, and again whenever marks arrive late: what is new becomes an entry, what differs a correction of the entry before, and
 * what is equal nothing. The time on the way is in no attendance, so it counts nowhere.
 */
export async function recordHours(work: Work, subject: ServedSubject & { kind: 'session' | 'order'; id: string }) {
  const ended = (await attendanceOf(work.tx, subject.kind, subject.id)).filter((one) => one.checkedOutAt !== null)
  if (ended.length === 0) return
  const personIds = ended.map((one) => one.personId)
  await lockHoursOf(work.tx, personIds)
  // Read again under the locks: what arrives meanwhile waits for them and then sees these entries.
  const attendances = (await attendanceOf(work.tx, subject.kind, subject.id)).filter((one) => one.checkedOutAt !== null)
  const known = await recordsOfAttendances(
    work.tx,
    attendances.map((one) => one.id),
  )
  const parts = attendances.flatMap((attendance) => partsOf(attendance).map((part) => ({ attendance, part })))
  const days = [...new Set([...parts.map(({ part }) => part.day), ...known.map((record) => record.day)])]
  const totals = await minutesByDay(work.tx, personIds, days)
  const fresh: NewRecord[] = []
  for (const { attendance, part } of parts) {
    const record = known.find((one) => one.attendanceId === attendance.id && one.day === part.day)
    const entry = entryOf(attendance, record === undefined ? 'attendance' : 'late-marks')
    if (record === undefined) {
      const route = await routeOf(work, subject.unitId, { ...attendance, minutes: part.minutes, day: part.day }, totals)
      const ids = { id: newUuid7(work.now), entryId: newUuid7(work.now) }
      fresh.push({ ...ids, personId: attendance.personId, attendanceId: attendance.id, part, route, entry })
    } else await correctByMarks(work, record, { attendance, part, entry }, totals)
  }
  await insertRecords(work.tx, work.now, subject, fresh)
  for (const record of known) {
    const attendance = attendances.find((one) => one.id === record.attendanceId)!
    if (parts.some(({ attendance: of, part }) => of.id === record.attendanceId && part.day === record.day)) continue
    const part = { day: record.day, startedAt: record.startedAt, endedAt: record.startedAt, minutes: 0 }
    await correctByMarks(work, record, { attendance, part, entry: entryOf(attendance, 'late-marks') }, totals)
  }
  if (fresh.length > 0) {
    if (subject.kind === 'order') await drawCallBack(work, { orderId: subject.id, unitId: subject.unitId })
    work.audit({
      action: 'hours.record',
      subject: { kind: subject.kind, id: subject.id },
      details: { records: fresh.length },
    })
  }
}

function partsOf(attendance: Attendance): DayPart[] {
  return partsByDay(attendance.checkedInAt, attendance.checkedOutAt!, dateIn, (day) => startOfDate(addDays(day, 1)))
}

function entryOf(attendance: Attendance, cause: 'attendance' | 'late-marks'): EntryFacts {
  return {
    class: classOf(attendance.checkInMethod, attendance.checkOutMethod),
    cause,
    methodIn: attendance.checkInMethod,
    methodOut: attendance.checkOutMethod,
    score: attendance.score,
    reasons: attendance.reasons,
    statement: '',
    recordedBy: attendance.recordedBy,
    recordedUnitId: null,
  }
}

/** Late marks make another entry; what a person has decided meanwhile they do not overrule. */
async function correctByMarks(
  work: Work,
  record: HoursRecord,
  found: { readonly attendance: Attendance; readonly part: DayPart; readonly entry: EntryFacts },
  totals: Map<string, number>,
): Promise<void> {
  // Refused by a person: only a demand of the volunteer opens it again.
  if (record.state === 'refused') return
  const { part, entry } = found
  const isEqual =
    record.startedAt.getTime() === part.startedAt.getTime() &&
    (record.endedAt.getTime() === part.endedAt.getTime() || part.minutes === 0) &&
    record.minutes === part.minutes &&
    (record.class === entry.class || record.class === 'verified')
  // The same times can have become doubtful, as when another place claims them too; an approval has answered that.
  const isDoubted =
    found.attendance.needsConfirmation && record.approvedBy === null && ['noticed', 'booked'].includes(record.state)
  if ((isEqual && !isDoubted) || DECIDED_CAUSES.includes(await causeOf(work.tx, record.entryId))) return
  const key = `${record.personId} ${record.day}`
  totals.set(key, (totals.get(key) ?? 0) - record.minutes)
  const route = await routeOf(work, record.unitId, { ...found.attendance, ...part }, totals)
  await correctRecord(work.tx, work.now, record, {
    entryId: newUuid7(work.now),
    part,
    entry,
    route: record.state === 'in-case' ? null : route,
  })
  work.audit({ action: 'hours.correct', subject: { kind: 'hours', id: record.id }, details: { cause: entry.cause } })
}

/**
 * Where minutes of a day go: up to the first limit to their notice, beyond it, or with weak evidence, to a person above who
 * organised. The day's total grows by them. @param totals minutes by person and day without these
 */
export async function routeOf(
  work: Work,
  unitId: string,
  given: {
    readonly personId: string
    readonly day: string
    readonly minutes: number
    readonly needsConfirmation: boolean
  },
  totals: Map<string, number>,
): Promise<Route> {
  const today = dateIn(work.now)
  const rule = await hoursRuleOn(work.tx, given.day)
  const key = `${given.personId} ${given.day}`
  const total = (totals.get(key) ?? 0) + given.minutes
  totals.set(key, total)
  const tier = given.minutes === 0 ? 0 : tierOf(total, rule)
  if (tier === 0 && !(given.needsConfirmation && given.minutes > 0)) return noticeRoute(work, unitId, 0)
  const level = await levelAbove(work.tx, unitId, tier === 2 ? 2 : 1, today)
  const { approveWorkingMinutes } = await hoursRuleOn(work.tx, today)
  const calendar = await districtCalendar(work.tx)
  return {
    state: 'waiting',
    tier,
    nextStep: 'approve',
    dueAt: addWorkingMinutes(work.now, approveWorkingMinutes, calendar),
    responsibleUnitId: level.unitId,
    needsLeader: level.needsLeader,
  }
}

/** Posted from now on for the notice period; who organised answers for the list. */
export async function noticeRoute(work: Work, unitId: string, tier: Route['tier']): Promise<Route> {
  const { noticeWorkingDays } = await hoursRuleOn(work.tx, dateIn(work.now))
  const dueAt = addWorkingDays(work.now, noticeWorkingDays, await districtCalendar(work.tx))
  return { state: 'noticed', tier, nextStep: 'book', dueAt, responsibleUnitId: unitId, needsLeader: false }
}
