/** The hot reads of volunteering, each through the function that the application calls, with parameters drawn from what is there. */
import { listActivities, rosterOf, sessionsOf, signUpsOf } from '../../server/modules/activities/session-views.ts'
import { selfFacts } from '../../server/modules/activities/check-in-live.ts'
import {
  chainOf,
  demandsFor,
  demandsOf,
  listCases,
  listNotices,
  listToApprove,
} from '../../server/modules/hours/desk-views.ts'
import { hoursOf, sumOfHours } from '../../server/modules/hours/hours-views.ts'
import { dueHoursMatters } from '../../server/modules/hours/lapse.ts'
import { recordBookOf } from '../../server/modules/records/record-book.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { addMinutes, dateIn } from '../../server/platform/dates.ts'
import { sql, type Tx } from '../../server/platform/db.ts'
import type { HotRead as MeasuredRead } from './measure.ts'

/** What parameters are drawn from. */
export interface HoursSample {
  readonly people: readonly string[]
  readonly teams: readonly { readonly id: string; readonly unitId: string }[]
  readonly institutes: readonly { readonly id: string; readonly unitIds: readonly string[] }[]
  readonly allUnits: readonly string[]
  readonly records: readonly string[]
  readonly sessions: readonly { readonly id: string; readonly activityId: string }[]
}
type HotRead = MeasuredRead<HoursSample>

const SAMPLE_ROWS = 60
const PAGE = 21
const DAY_MINUTES = 24 * 60

export async function hoursSampleOf(tx: Tx): Promise<HoursSample> {
  await tx.raw(`set local statement_timeout = '120s'`)
  const ids = async (which: string) =>
    (await tx.raw(`select id from ${which} limit ${SAMPLE_ROWS}`)).rows.map((row) => (row as { id: string }).id)
  const units = await tx.rows<{ id: string; kind: string; parentId: string | null }>(
    sql`select id, kind, parent_id from unit order by id`,
  )
  return {
    people: await ids(
      'person where exists (select from volunteer v where v.person_id = person.id) order by hashtext(id::text)',
    ),
    teams: await tx.rows(sql`select id, unit_id from team order by hashtext(id::text) limit ${SAMPLE_ROWS}`),
    institutes: units
      .filter((unit) => unit.kind === 'institute')
      .map(({ id }) => ({ id, unitIds: [id, ...units.filter((unit) => unit.parentId === id).map((unit) => unit.id)] })),
    allUnits: units.map((unit) => unit.id),
    records: await ids('hours_record tablesample system (1)'),
    sessions: await tx.rows(sql`
      select id, activity_id from activity_session where starts_at > now() - interval '300 days' order by hashtext(id::text) limit ${SAMPLE_ROWS}`),
  }
}

function of<T>(list: readonly T[], n: number): T {
  return list[n % list.length]!
}

function monthsBack(now: Date, months: number): string {
  return dateIn(addMinutes(now, -months * 30 * DAY_MINUTES))
}

/** Staff of a unit and of everything below it. */
function staffOf(tx: Tx, role: 'station-keeper' | 'dispatcher' | 'centre-leader', unitIds: readonly string[]): Actor {
  const grants = [{ role, unitId: unitIds[0]!, unitIds: new Set(unitIds) }]
  return { ...systemActor(tx.districtId), kind: 'staff', grants }
}

const people: readonly HotRead[] = [
  {
    name: 'hours: a person’s newest',
    run: (tx, { people }, n) => hoursOf(tx, { personIds: [of(people, n)], limit: PAGE }),
  },
  { name: 'hours: a person’s sums', run: (tx, { people }, n) => sumOfHours(tx, [of(people, n)]) },
  {
    name: 'hours: a person’s page years back',
    run: (tx, { people, records }, n, now) =>
      hoursOf(tx, {
        personIds: [of(people, n)],
        before: { day: monthsBack(now, 12 + (n % 20)), id: of(records, n) },
        limit: PAGE,
      }),
  },
  { name: 'hours: a person’s record book', run: (tx, { people }, n) => recordBookOf(tx, of(people, n)) },
  { name: 'hours: a person’s demands', run: (tx, { people }, n) => demandsOf(tx, [of(people, n)]) },
  { name: 'hours: everything about one record', run: (tx, { records }, n) => chainOf(tx, of(records, n)) },
  {
    name: 'activities: what a person signed up for',
    run: (tx, { people }, n, now) => signUpsOf(tx, dateIn(now), of(people, n), addMinutes(now, -30 * DAY_MINUTES)),
  },
]

const teams: readonly HotRead[] = [
  {
    name: 'hours: a team’s month',
    run: (tx, { teams }, n, now) =>
      hoursOf(tx, {
        teamId: of(teams, n).id,
        from: monthsBack(now, (n % 30) + 1),
        until: monthsBack(now, n % 30),
        booked: true,
        limit: 500,
      }),
  },
  {
    name: 'hours: a unit’s month',
    run: (tx, { teams }, n, now) =>
      hoursOf(tx, {
        unitId: of(teams, n).unitId,
        from: monthsBack(now, (n % 30) + 1),
        until: monthsBack(now, n % 30),
        limit: 500,
      }),
  },
  {
    name: 'hours: a team’s notice',
    run: (tx, { teams }, n) =>
      listNotices(tx, { teamId: of(teams, n).id, unitIds: null }, { after: undefined, limit: PAGE }),
  },
]

const desks: readonly HotRead[] = [
  {
    name: 'hours: to approve, institute',
    run: (tx, { institutes }, n) =>
      listToApprove(tx, staffOf(tx, 'dispatcher', of(institutes, n).unitIds), { after: undefined, limit: PAGE }),
  },
  {
    name: 'hours: to approve, all units',
    run: (tx, { allUnits }, n, now) =>
      listToApprove(tx, staffOf(tx, 'centre-leader', allUnits), {
        after: n % 2 === 0 ? undefined : { at: now, id: of(allUnits, n) },
        limit: PAGE,
      }),
  },
  {
    name: 'hours: notice of all units',
    run: (tx, { allUnits }) =>
      listNotices(tx, { teamId: undefined, unitIds: allUnits }, { after: undefined, limit: PAGE }),
  },
  {
    name: 'hours: cases, institute',
    run: (tx, { institutes }, n) =>
      listCases(tx, staffOf(tx, 'dispatcher', of(institutes, n).unitIds), 'open', { after: undefined, limit: PAGE }),
  },
  {
    name: 'hours: cases, all units',
    run: (tx, { allUnits }) =>
      listCases(tx, staffOf(tx, 'centre-leader', allUnits), 'open', { after: undefined, limit: PAGE }),
  },
  {
    name: 'hours: demands, institute',
    run: (tx, { institutes }, n) => demandsFor(tx, { unitIds: of(institutes, n).unitIds, teamIds: [] }),
  },
  { name: 'hours: demands, all units', run: (tx, { allUnits }) => demandsFor(tx, { unitIds: allUnits, teamIds: [] }) },
  {
    name: 'activities: organised, a station',
    run: (tx, { teams }, n, now) =>
      listActivities(tx, dateIn(now), { unitIds: [of(teams, n).unitId], teamIds: [of(teams, n).id], limit: PAGE }),
  },
  {
    name: 'activities: organised, all units',
    run: (tx, { allUnits }, _, now) => listActivities(tx, dateIn(now), { unitIds: allUnits, teamIds: [], limit: PAGE }),
  },
  {
    // Somebody who founded a team just now: nothing to be found, however much there is.
    name: 'activities: organised, none yet',
    run: (tx, { people }, n, now) =>
      listActivities(tx, dateIn(now), { unitIds: [], teamIds: [of(people, n)], limit: PAGE }),
  },
  {
    name: 'activities: organised, drafts of an institute',
    run: (tx, { institutes }, n, now) =>
      listActivities(tx, dateIn(now), { unitIds: of(institutes, n).unitIds, teamIds: [], state: 'draft', limit: PAGE }),
  },
  {
    name: 'activities: organised, drafts of all units',
    run: (tx, { allUnits }, _, now) =>
      listActivities(tx, dateIn(now), { unitIds: allUnits, teamIds: [], state: 'draft', limit: PAGE }),
  },
  { name: 'activities: sessions of one', run: (tx, { sessions }, n) => sessionsOf(tx, of(sessions, n).activityId) },
  { name: 'activities: roster of a session', run: (tx, { sessions }, n) => rosterOf(tx, of(sessions, n).id) },
]

const moments: readonly HotRead[] = [
  {
    name: 'check-in: what is asked before it',
    run: (tx, { people, sessions }, n) => {
      const actor = { districtId: tx.districtId, personId: of(people, n) }
      return tx.maybe(selfFacts(actor, of(sessions, n).id, { device: 'telephone', secret: Buffer.alloc(32, 7) }))
    },
  },
  { name: 'sweep: hours that are due', run: (tx, _, __, now) => dueHoursMatters(tx, now) },
]

export const HOURS_READS: readonly HotRead[] = [...people, ...teams, ...desks, ...moments]
