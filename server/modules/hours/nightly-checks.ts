import { addDays, addMinutes, startOfDate } from '#platform/dates.ts'
import { type Sql, sql, type Tx } from '#platform/db.ts'
import { householdOf, tiesSince } from '#modules/people/index.ts'
import type { Work } from '#platform/work.ts'
import { openCase } from './cases.ts'
import { groupsOf } from './find-rings.ts'
import { burstFrom, findOfCircles, findOfHands, findOfPeople, findOfUnits, isBurst } from './find-suspicions.ts'
import { hoursRuleOn } from './hours-rule.ts'
import type { DeadlineFact, ServiceFact, Suspicion, Thresholds, TieFact } from './suspicion-facts.ts'

// A month, and the week before a deadline, are seen whole.
const FACTS_DAYS = 45
const CASES_MAX = 200
/** The records of the window are sorted by person once; in a large district they are some hundred thousand. */
const SORTING_MEMORY = '64MB'

/**
 * Runs the checks of a night, once: what is suspicious and has no case yet gets one for the level above. Nothing else changes.
 * @param day the date on which they run
 */
export async function checkHours(work: Work, day: string): Promise<void> {
  const { tx, now } = work
  const { locked } = await tx.one<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('hours-checks', ${tx.districtId})) as locked`,
  )
  if (!locked || (await hasRun(tx, day))) return
  const { thresholds, deadlines } = await hoursRuleOn(tx, day)
  const since = addMinutes(now, -FACTS_DAYS * 24 * 60)
  await tx.run(sql`select set_config('work_mem', ${SORTING_MEMORY}, true)`)
  const shares = await sharesOf(tx, since)
  const facts = shares.reduce((sum, one) => sum + one.facts, 0)
  const first = Math.min(now.getTime(), ...shares.map((one) => one.first.getTime()))
  const found = [
    ...(await suspectHands(tx, now, { since, shares })),
    ...(await suspectPeople(tx, since, thresholds)),
    ...(await suspectUnits(tx, {
      since,
      shares,
      thresholds,
      first: new globalThis.Date(first),
      deadlines: deadlinesNear(day, deadlines, thresholds.burstDays),
    })),
    ...(await suspectCircles(tx, { since, shares, thresholds })),
  ]
  const fresh = await withoutCases(tx, found)
  let opened = 0
  for (const one of fresh.slice(0, CASES_MAX)) {
    const { rule, fingerprint, unitId, recordIds, evidence } = one
    const id = await openCase(work, {
      kind: 'suspicion',
      rule,
      fingerprint,
      unitId,
      recordIds,
      evidence,
      statement: '',
    })
    if (id !== undefined) opened += 1
  }
  await tx.run(sql`
    insert into hours_check_run (district_id, day, ran_at, facts, found, opened)
    values (${tx.districtId}, ${day}, ${now}, ${facts}, ${found.length}, ${opened})`)
  work.audit({ action: 'hours.check', details: { facts, found: found.length, opened } })
}

async function hasRun(tx: Tx, day: string): Promise<boolean> {
  const rows = await tx.rows(sql`select 1 from hours_check_run where district_id = ${tx.districtId} and day = ${day}`)
  return rows.length > 0
}

function isOfWindow(tx: Tx, since: Date): Sql {
  return sql`r.district_id = ${tx.districtId} and r.recorded_at >= ${since} and r.state <> 'refused'`
}

// Who confirmed as the second person says more of a circle than who approved a long day.
const approver = sql`coalesce(r.confirmed_by, r.approved_by)`

/** Records written since a moment, as the rules see them, narrowed to a part that fits into memory. */
async function services(tx: Tx, since: Date, part: Sql): Promise<ServiceFact[]> {
  const rows = await tx.rows<Omit<ServiceFact, 'place'> & { latitude: number | null; longitude: number | null }>(sql`
    select r.id as record_id, r.person_id, r.unit_id, r.team_id, coalesce(r.subject_id, r.id) as subject_id, r.started_at, r.ended_at,
           r.minutes, r.class, r.recorded_at, r.recorded_by, ${approver} as approved_by, m.device, u.latitude, u.longitude
      from hours_record r
      left join unit u on u.district_id = r.district_id and u.id = r.place_unit_id
      left join lateral (
        select encode(m.device, 'hex') as device from check_in_mark m
         where r.subject_kind = 'session' and r.recorded_by is null and m.district_id = r.district_id and m.person_id = r.person_id
           and m.subject_id = r.subject_id and m.device is not null
         order by m.at limit 1) m on true
     where ${isOfWindow(tx, since)} and ${part}`)
  return rows.map(({ latitude, longitude, ...row }) => ({
    ...row,
    place: latitude === null || longitude === null ? null : { latitude, longitude },
  }))
}

/** Records of the window that one unit has of one recorder and one approver: what they can be suspicious of, told without them. */
interface Share {
  readonly unitId: string
  readonly recordedBy: string | null
  readonly approvedBy: string | null
  readonly facts: number
  readonly first: Date
  /** Some were recorded or approved by the person, or recorded and approved by one. */
  readonly hasOwn: boolean
  /** Some can have come from a volunteer's device. */
  readonly hasDevices: boolean
}

interface Window {
  readonly since: Date
  readonly shares: readonly Share[]
}

const isOwn = sql`(r.recorded_by = r.person_id or ${approver} = r.person_id or r.recorded_by = ${approver})`
const hasDevice = sql`r.recorded_by is null and r.subject_kind = 'session'`

/** The window is read once for all rules; each then asks for the few records that it needs. */
function sharesOf(tx: Tx, since: Date): Promise<Share[]> {
  return tx.rows(sql`
    select r.unit_id, r.recorded_by, ${approver} as approved_by, count(*)::int as facts, min(r.recorded_at) as first,
           coalesce(bool_or(${isOwn}), false) as has_own, bool_or(${hasDevice}) as has_devices
      from hours_record r where ${isOfWindow(tx, since)} group by 1, 2, 3`)
}

/** Records whose recorder, approver and person are not three people, or not of three households. */
async function suspectHands(tx: Tx, now: Date, { since, shares }: Window): Promise<Suspicion[]> {
  const own = shares.some((one) => one.hasOwn) ? await services(tx, since, isOwn) : []
  const ties: TieFact[] = []
  for (const id of new Set(shares.flatMap((one) => one.approvedBy ?? [])))
    for (const other of await householdOf(tx, id, tiesSince(now, since))) if (other !== id) ties.push([id, other])
  const pairs = ties.map(([by, of]) => ({ by, of }))
  const within =
    pairs.length === 0
      ? []
      : await services(
          tx,
          since,
          sql`exists (select from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as t (by uuid, of uuid)
                       where t.by = ${approver} and t.of = r.person_id)`,
        )
  const seen = new Set(own.map((one) => one.recordId))
  return findOfHands([...own, ...within.filter((one) => !seen.has(one.recordId))], ties)
}

/** So many people, and units, at a time: each is seen whole. */
const PEOPLE_MAX = 500
const UNITS_MAX = 50

/** No two places of a district are so many hours apart: who always had so much time between is not looked at. */
const APART_HOURS = 12

async function suspectPeople(tx: Tx, since: Date, thresholds: Thresholds): Promise<Suspicion[]> {
  const people = await tx.rows<{ id: string }>(sql`
    select distinct p.person_id as id from (
      select r.person_id, r.started_at - max(r.ended_at) over (
               partition by r.person_id order by r.started_at, r.id rows between unbounded preceding and 1 preceding) as gap
        from hours_record r where ${isOfWindow(tx, since)}) p
     where p.gap < make_interval(hours => ${APART_HOURS}) order by 1`)
  const found: Suspicion[] = []
  for (let at = 0; at < people.length; at += PEOPLE_MAX) {
    const ids = people.slice(at, at + PEOPLE_MAX).map((one) => one.id)
    found.push(...findOfPeople(await services(tx, since, sql`r.person_id = any(${ids}::uuid[])`), thresholds))
  }
  return found
}

interface OfUnits extends Window {
  readonly first: Date
  readonly deadlines: readonly DeadlineFact[]
  readonly thresholds: Thresholds
}

/** Of a unit that recorded far more than usual before a deadline everything is looked at; else only what a device sent. */
async function suspectUnits(tx: Tx, given: OfUnits): Promise<Suspicion[]> {
  const { since, shares, first, thresholds } = given
  const bursting = await burstingUnits(tx, given)
  const found: Suspicion[] = []
  for (const id of [...bursting].toSorted())
    found.push(...findOfUnits(await services(tx, since, sql`r.unit_id = ${id}`), { ...given, since: first }))
  const sending = [...new Set(shares.flatMap((one) => (one.hasDevices ? one.unitId : [])))].toSorted()
  const others = sending.filter((id) => !bursting.has(id))
  for (let at = 0; at < others.length; at += UNITS_MAX) {
    const some = others.slice(at, at + UNITS_MAX)
    const facts = await services(tx, since, sql`r.unit_id = any(${some}::uuid[]) and ${hasDevice}`)
    found.push(...findOfUnits(facts, { thresholds, since: first, deadlines: [] }))
  }
  return found
}

async function burstingUnits(tx: Tx, { since, first, deadlines, thresholds }: OfUnits): Promise<Set<string>> {
  const bursting = new Set<string>()
  for (const { at } of deadlines) {
    const from = burstFrom(at, thresholds)
    const units = await tx.rows<{ id: string; minutes: number; before: number }>(sql`
      select r.unit_id as id, coalesce(sum(r.minutes) filter (where r.recorded_at >= ${from} and r.recorded_at < ${at}), 0)::int as minutes,
             coalesce(sum(r.minutes) filter (where r.recorded_at < ${from}), 0)::int as before
        from hours_record r where ${isOfWindow(tx, since)} group by 1`)
    for (const unit of units) if (isBurst(unit, { at, since: first, thresholds })) bursting.add(unit.id)
  }
  return bursting
}

/**
 * Circles among those who often confirm for somebody and are often confirmed by somebody, group by group: whoever is in a circle
 * is in one group, and of each group all is seen that its people gave and got.
 */
async function suspectCircles(
  tx: Tx,
  { since, shares, thresholds }: Window & { readonly thresholds: Thresholds },
): Promise<Suspicion[]> {
  const hands = [
    ...new Set(shares.flatMap(({ recordedBy, approvedBy }) => [recordedBy ?? [], approvedBy ?? []].flat())),
  ]
  // Whoever confirms nobody closes no circle.
  const edges = await tx.rows<{ from: string; to: string }>(sql`
    select h.by as "from", r.person_id as "to"
      from hours_record r
     cross join lateral (select distinct by from unnest(array[r.recorded_by, ${approver}]) h (by) where by is not null) h
     where ${isOfWindow(tx, since)} and r.person_id = any(${hands}::uuid[]) and r.minutes > 0 and h.by <> r.person_id
     group by 1, 2 having count(*) >= ${thresholds.ringConfirmationsMin}`)
  const found: Suspicion[] = []
  for (const ids of groupsOf(edges))
    found.push(
      ...findOfCircles(
        await services(
          tx,
          since,
          sql`(r.person_id = any(${ids}::uuid[]) or r.recorded_by = any(${ids}::uuid[]) or ${approver} = any(${ids}::uuid[]))`,
        ),
        thresholds,
      ),
    )
  return found
}

/** The deadlines whose run-up has begun, up to a week after them. */
function deadlinesNear(day: string, monthDays: readonly string[], runUpDays: number): DeadlineFact[] {
  const year = Number(day.slice(0, 4))
  return [year - 1, year, year + 1]
    .flatMap((one) => monthDays.map((monthDay) => `${one}-${monthDay}`))
    .filter((date) => addDays(date, -runUpDays) <= day && day <= addDays(date, runUpDays))
    .map((date) => ({ name: date, at: startOfDate(addDays(date, 1)) }))
}

/** What only says again what a case of the same rule holds already is left out, as when a record is added to a known pattern's past. */
async function withoutCases(tx: Tx, found: readonly Suspicion[]): Promise<Suspicion[]> {
  const ids = [...new Set(found.flatMap((one) => one.recordIds))]
  const known = await tx.rows<{ rule: string; recordId: string }>(sql`
    select c.rule, r.record_id from hours_case_record r join hours_case c on c.district_id = r.district_id and c.id = r.case_id
     where r.district_id = ${tx.districtId} and c.kind = 'suspicion' and r.record_id = any(${ids}::uuid[])`)
  const inCase = new Set(known.map((row) => `${row.rule} ${row.recordId}`))
  return found.filter((one) => one.recordIds.some((id) => !inCase.has(`${one.rule} ${id}`)))
}
