import { busyOf } from '#modules/attendance/index.ts'
import { volunteerFacts } from '#modules/teams/index.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import type { Read } from '#platform/work.ts'
import type { Session } from './activity.ts'
import { findActivity } from './activity-rows.ts'
import { listProgramme, type ProgrammeRow, signUpsOf } from './session-views.ts'
import { type WhyNot, whyNotOpen, whyNotThisPerson } from './why-not.ts'

export interface Takable extends ProgrammeRow {
  /** Null: sign up and have a place. `full` still allows to wait. */
  readonly whyNot: WhyNot | null
}

const DAYS = 14
const ROWS_MAX = 100

/** The next two weeks' sessions as one personal list: what I can take, and for each other one the first reason why not. */
export async function listTakable({ tx, now }: Read, personId: string): Promise<Takable[]> {
  const today = dateIn(now)
  const until = addMinutes(now, DAYS * 24 * 60)
  const rows = await listProgramme(tx, today, { from: now, until, limit: ROWS_MAX })
  const facts = await volunteerFacts(tx, personId)
  const mine = new Set((await signUpsOf(tx, today, personId, now)).filter(isMine).map((one) => one.id))
  const busy = await busyOf(tx, personId, now, addMinutes(until, 24 * 60))
  const activities = new Map<string, Awaited<ReturnType<typeof findActivity>>>()
  const list: Takable[] = []
  for (const row of rows) {
    if (!activities.has(row.activityId)) activities.set(row.activityId, await findActivity(tx, row.activityId))
    const activity = activities.get(row.activityId)!
    const refusals = row.roles.map((role) => whyNotThisPerson(activity, role, facts, dateIn(row.startsAt)))
    const allowed = row.roles.filter((_role, index) => refusals[index] === null)
    const isBusy = busy.some((range) => range.from < row.endsAt && row.startsAt < range.until)
    const whyNot =
      whyNotOpen(activity, row, now) ??
      (mine.has(row.id) ? 'already' : null) ??
      (allowed.length === 0 ? (refusals[0] ?? 'closed') : null) ??
      (isBusy ? 'overlap' : null) ??
      (allowed.every((role) => role.taken >= role.needed) ? 'full' : null)
    list.push({ ...row, whyNot })
  }
  // What can be taken first, in time's order as the programme has it.
  return list.toSorted((a, b) => Number(a.whyNot !== null) - Number(b.whyNot !== null))
}

function isMine(one: { readonly signUpState: string } & Pick<Session, 'id'>): boolean {
  return one.signUpState !== 'cancelled'
}
