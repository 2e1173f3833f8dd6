import { type Sql, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { DayPart, EntryCause, HoursClass, HoursRecord, HoursState, ServedSubject, Tier } from './hours.ts'

export const recordColumns: Sql = sql`r.id, r.person_id, r.day, r.subject_kind, r.subject_id, r.attendance_id, r.activity_id, r.order_id,
  r.kind_slug, r.title, r.unit_id, r.team_id, r.place_unit_id, r.entry_id, r.entries, r.started_at, r.ended_at, r.minutes, r.class,
  r.state, r.tier, r.next_step, r.due_at, r.responsible_unit_id, r.needs_leader, r.booked_minutes, r.booked_at, r.recorded_by,
  r.recorded_at, r.approved_by, r.confirmed_by, r.version`

/** Lets one writing of a person's hours at a time pass, until the transaction ends: the day's total decides the tier. */
export async function lockHoursOf(tx: Tx, personIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    select pg_advisory_xact_lock(hashtextextended('hours ' || p.id, ${tx.districtId}))
      from (select distinct unnest(${personIds}::uuid[])::text as id order by 1) p`)
}

export function lockRecord(tx: Tx, id: string): Promise<HoursRecord | undefined> {
  return tx.maybe(sql`
    select ${recordColumns} from hours_record r where r.district_id = ${tx.districtId} and r.id = ${id} for update`)
}

export function recordsOfAttendances(tx: Tx, attendanceIds: readonly string[]): Promise<HoursRecord[]> {
  return tx.rows(sql`
    select ${recordColumns} from hours_record r
     where r.district_id = ${tx.districtId} and r.attendance_id = any(${attendanceIds}::uuid[]) order by r.id for update`)
}

/** Minutes by person and day of everything that was not refused, as 'person day'; with the accounts merged into the person's. */
export async function minutesByDay(
  tx: Tx,
  personIds: readonly string[],
  days: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.rows<{ personId: string; day: string; minutes: number }>(sql`
    select me.id as person_id, r.day, sum(r.minutes)::int as minutes
      from unnest(${[...new Set(personIds)]}::uuid[]) me (id)
     cross join lateral (
       select me.id union all
       select p.id from person p where p.district_id = ${tx.districtId} and p.merged_into = me.id) account
      join hours_record r on r.district_id = ${tx.districtId} and r.person_id = account.id and r.day = any(${days}::date[])
     where r.state <> 'refused'
     group by me.id, r.day`)
  return new Map(rows.map((row) => [`${row.personId} ${row.day}`, row.minutes]))
}

/** Where a record goes next: to a person above, or to its notice. */
export interface Route {
  readonly state: HoursState
  readonly tier: Tier
  readonly nextStep: 'approve' | 'book' | 'decide-case'
  readonly dueAt: Date
  readonly responsibleUnitId: string
  readonly needsLeader: boolean
}

/** What an entry says beside its time. */
export interface EntryFacts {
  readonly class: HoursClass
  readonly cause: EntryCause
  readonly methodIn: string | null
  readonly methodOut: string | null
  readonly score: number | null
  readonly reasons: readonly string[]
  readonly statement: string
  readonly recordedBy: string | null
  readonly recordedUnitId: string | null
}

export interface NewRecord {
  readonly id: string
  readonly entryId: string
  readonly personId: string
  readonly attendanceId: string | null
  readonly part: DayPart
  readonly route: Route
  readonly entry: EntryFacts
}

/** Writes records of one subject with their first entries, each in one statement. */
export async function insertRecords(
  tx: Tx,
  now: Date,
  subject: ServedSubject,
  records: readonly NewRecord[],
): Promise<void> {
  if (records.length === 0) return
  const rows = records.map(({ id, entryId, personId, attendanceId, part, route, entry }) => ({
    id,
    entry_id: entryId,
    person_id: personId,
    attendance_id: attendanceId,
    day: part.day,
    started_at: part.startedAt,
    ended_at: part.endedAt,
    minutes: part.minutes,
    class: entry.class,
    state: route.state,
    tier: route.tier,
    next_step: route.nextStep,
    due_at: route.dueAt,
    responsible_unit_id: route.responsibleUnitId,
    needs_leader: route.needsLeader,
    recorded_by: entry.recordedBy,
  }))
  await tx.run(sql`
    insert into hours_record (district_id, id, person_id, day, subject_kind, subject_id, attendance_id, activity_id, order_id, kind_slug,
                              title, unit_id, team_id, place_unit_id, entry_id, started_at, ended_at, minutes, class, state, tier,
                              next_step, due_at, responsible_unit_id, needs_leader, recorded_by, recorded_at)
    select ${tx.districtId}::int, r.id, r.person_id, r.day, ${subject.kind}::text, ${subject.id}::uuid, r.attendance_id,
           ${subject.activityId}::uuid, ${subject.orderId}::uuid, ${subject.kindSlug}::text, ${subject.title}::text,
           ${subject.unitId}::uuid, ${subject.teamId}::uuid, ${subject.placeUnitId}::uuid, r.entry_id, r.started_at, r.ended_at,
           r.minutes, r.class, r.state, r.tier, r.next_step, r.due_at, r.responsible_unit_id, r.needs_leader, r.recorded_by,
           ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r
        (id uuid, entry_id uuid, person_id uuid, attendance_id uuid, day date, started_at timestamptz, ended_at timestamptz,
         minutes integer, class text, state text, tier integer, next_step text, due_at timestamptz, responsible_unit_id uuid,
         needs_leader boolean, recorded_by uuid)`)
  await insertEntries(
    tx,
    now,
    records.map(({ id, entryId, personId, part, entry }) => ({
      id: entryId,
      recordId: id,
      seq: 1,
      correctsId: null,
      personId,
      part,
      entry,
    })),
  )
}

interface NewEntry {
  readonly id: string
  readonly recordId: string
  readonly seq: number
  readonly correctsId: string | null
  readonly personId: string
  readonly part: DayPart
  readonly entry: EntryFacts
}

async function insertEntries(tx: Tx, now: Date, entries: readonly NewEntry[]): Promise<void> {
  const rows = entries.map(({ id, recordId, seq, correctsId, personId, part, entry }) => ({
    id,
    record_id: recordId,
    seq,
    corrects_id: correctsId,
    person_id: personId,
    day: part.day,
    started_at: part.startedAt,
    ended_at: part.endedAt,
    minutes: part.minutes,
    class: entry.class,
    cause: entry.cause,
    method_in: entry.methodIn,
    method_out: entry.methodOut,
    score: entry.score,
    reasons: entry.reasons,
    statement: entry.statement,
    recorded_by: entry.recordedBy,
    recorded_unit_id: entry.recordedUnitId,
  }))
  await tx.run(sql`
    insert into hours_entry (district_id, id, record_id, seq, corrects_id, person_id, day, started_at, ended_at, minutes, class, cause,
                             method_in, method_out, score, reasons, statement, recorded_by, recorded_unit_id, at)
    select ${tx.districtId}::int, e.id, e.record_id, e.seq, e.corrects_id, e.person_id, e.day, e.started_at, e.ended_at, e.minutes,
           e.class, e.cause, e.method_in, e.method_out, e.score, array(select jsonb_array_elements_text(e.reasons)), e.statement,
           e.recorded_by, e.recorded_unit_id, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e
        (id uuid, record_id uuid, seq integer, corrects_id uuid, person_id uuid, day date, started_at timestamptz,
         ended_at timestamptz, minutes integer, class text, cause text, method_in text, method_out text, score integer, reasons jsonb,
         statement text, recorded_by uuid, recorded_unit_id uuid)`)
  await queueForSeal(
    tx,
    'entry',
    entries.map((entry) => entry.id),
  )
}

async function queueForSeal(tx: Tx, kind: 'entry' | 'decision', ids: readonly string[]): Promise<void> {
  await tx.run(sql`
    insert into hours_unsealed (district_id, item_kind, item_id) select ${tx.districtId}::int, ${kind}::text, unnest(${ids}::uuid[])`)
}

/** Appends the next entry of a record's chain, which then says what the record says. */
export async function correctRecord(
  tx: Tx,
  now: Date,
  record: Pick<HoursRecord, 'id' | 'personId' | 'entryId' | 'entries'>,
  next: { readonly entryId: string; readonly part: DayPart; readonly entry: EntryFacts; readonly route: Route | null },
): Promise<void> {
  const { part, entry, route } = next
  await insertEntries(tx, now, [
    {
      id: next.entryId,
      recordId: record.id,
      seq: record.entries + 1,
      correctsId: record.entryId,
      personId: record.personId,
      part,
      entry,
    },
  ])
  await tx.run(sql`
    update hours_record set entry_id = ${next.entryId}, entries = entries + 1, started_at = ${part.startedAt}, ended_at = ${part.endedAt},
           minutes = ${part.minutes}, class = ${entry.class}, recorded_by = ${entry.recordedBy}, recorded_at = ${now},
           approved_by = null, approved_unit_id = null, approved_at = null, confirmed_by = null, version = version + 1
     where district_id = ${tx.districtId} and id = ${record.id} and entry_id = ${record.entryId}`)
  if (route !== null) await routeRecord(tx, record.id, route)
}

/** Records of one subject to be confirmed, each with the id of the entry that says so. */
export interface Confirmation {
  readonly records: readonly (HoursRecord & { readonly nextEntryId: string })[]
  readonly by: Decision['by']
  /** Whether a second person says it, who is neither the recorder nor the volunteer. */
  readonly isOutside: boolean
  readonly statement: string
  /** Where records go that were booked as claimed. */
  readonly notice: Route
}

/** Appends to every record an entry with the same time that is verified, and says who confirmed; four statements for all of them. */
export async function confirmRecords(tx: Tx, now: Date, given: Confirmation): Promise<void> {
  const { records, by, isOutside, statement, notice } = given
  await insertEntries(
    tx,
    now,
    records.map((one) => ({
      id: one.nextEntryId,
      recordId: one.id,
      seq: one.entries + 1,
      correctsId: one.entryId,
      personId: one.personId,
      part: one,
      entry: {
        class: 'verified',
        cause: 'confirmation',
        methodIn: null,
        methodOut: null,
        score: null,
        reasons: [],
        statement: '',
        recordedBy: one.recordedBy,
        recordedUnitId: null,
      },
    })),
  )
  if (by.personId !== null)
    await insertDecisions(
      tx,
      now,
      'confirmed',
      records.map(({ id, nextEntryId, minutes }) => ({ recordId: id, entryId: nextEntryId, minutes, statement, by })),
    )
  // When it was recorded, and who approved it above, stays.
  const rows = records.map(({ id, nextEntryId }) => ({ id, entry_id: nextEntryId }))
  await tx.run(sql`
    update hours_record r set entry_id = c.entry_id, entries = r.entries + 1, class = 'verified', version = r.version + 1,
           confirmed_by = ${isOutside ? by.personId : null}::uuid,
           state = case r.state when 'booked' then ${notice.state} else r.state end,
           next_step = case r.state when 'booked' then ${notice.nextStep} else r.next_step end,
           due_at = case r.state when 'booked' then ${notice.dueAt}::timestamptz else r.due_at end,
           responsible_unit_id = case r.state when 'booked' then r.unit_id else r.responsible_unit_id end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (id uuid, entry_id uuid)
     where r.district_id = ${tx.districtId} and r.id = c.id`)
}

export async function routeRecord(tx: Tx, id: string, route: Route): Promise<void> {
  await tx.run(sql`
    update hours_record set state = ${route.state}, tier = ${route.tier}, next_step = ${route.nextStep}, due_at = ${route.dueAt},
           responsible_unit_id = ${route.responsibleUnitId}, needs_leader = ${route.needsLeader}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

/** What a person, or the end of a notice, decided about a record. */
export interface Decision {
  readonly recordId: string
  readonly entryId: string
  readonly minutes: number
  readonly statement: string
  readonly by: { readonly personId: string | null; readonly unitId: string | null }
}

export type DecisionAct = 'approved' | 'refused' | 'booked' | 'held' | 'released' | 'rose' | 'confirmed'

export async function insertDecisions(
  tx: Tx,
  now: Date,
  act: DecisionAct,
  decisions: readonly Decision[],
): Promise<void> {
  const rows = decisions.map(({ recordId, entryId, minutes, statement, by }) => ({
    id: newUuid7(now),
    record_id: recordId,
    entry_id: entryId,
    by_person_id: by.personId,
    unit_id: by.unitId,
    minutes,
    statement,
  }))
  await tx.run(sql`
    insert into hours_decision (district_id, id, record_id, entry_id, act, by_person_id, unit_id, minutes, statement, at)
    select ${tx.districtId}::int, d.id, d.record_id, d.entry_id, ${act}::text, d.by_person_id, d.unit_id, d.minutes, d.statement,
           ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d
        (id uuid, record_id uuid, entry_id uuid, by_person_id uuid, unit_id uuid, minutes integer, statement text)`)
  await queueForSeal(
    tx,
    'decision',
    rows.map((row) => row.id),
  )
}

export async function markApproved(tx: Tx, now: Date, decision: Decision): Promise<void> {
  await insertDecisions(tx, now, 'approved', [decision])
  await tx.run(sql`
    update hours_record set approved_by = ${decision.by.personId}, approved_unit_id = ${decision.by.unitId}, approved_at = ${now}
     where district_id = ${tx.districtId} and id = ${decision.recordId}`)
}

export async function markRefused(tx: Tx, now: Date, decision: Decision): Promise<void> {
  await insertDecisions(tx, now, 'refused', [decision])
  await tx.run(sql`
    update hours_record set state = 'refused', next_step = null, due_at = null, responsible_unit_id = null, needs_leader = false,
           version = version + 1
     where district_id = ${tx.districtId} and id = ${decision.recordId}`)
}
