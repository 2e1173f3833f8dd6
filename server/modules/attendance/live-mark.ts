import { type Sql, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { Attendance, Direction, MarkMethod } from './attendance.ts'
import { attendanceColumns, endForgotten } from './attendance-rows.ts'
import { type Evidence, EVIDENCE_LINE, judgeEvidence, kilometresBetween } from './evidence.ts'
import { refuse } from './refusals.ts'

/** One check-in or check-out that happens now. The caller has verified the code or who ticked the list. */
export interface LiveMark {
  readonly id: string
  readonly subjectId: string
  readonly personId: string
  readonly direction: Direction
  readonly method: MarkMethod
  readonly windowsOld: 0 | 1 | null
  readonly isDayPass: boolean
  readonly isSignedUp: boolean
  /** Keyed digest of the sending device; null where it is the organiser's. */
  readonly device: Buffer | null
  readonly recordedBy: string | null
  readonly placeUnitId: string
  readonly plannedUntil: Date
  readonly isNear: boolean | null
}

/** What the database knows about the person and the place before the mark is judged. */
export interface Presence {
  readonly hasForgotten: boolean
  /** Another attendance that counts covers this moment or begins after it, by a clock that was set back. */
  readonly isElsewhere: boolean
  readonly othersOnDevice: number
  readonly ownCheckedInAt: Date | null
  readonly ownCheckedOutAt: Date | null
  readonly ownCheckOutMethod: string | null
  readonly priorUntil: Date | null
  readonly priorLatitude: number | null
  readonly priorLongitude: number | null
  readonly hereLatitude: number | null
  readonly hereLongitude: number | null
  /** Arrivals of the latest marks made the same way at the same place, newest first. */
  readonly arrivals: readonly Date[]
}

const ARRIVALS = 8

/**
 * One row of `Presence`, as a select that the caller puts into its own statement: a check-in then reads everything at once.
 * It also lets one check-in of a person at a time pass, until the transaction ends.
 * @param of `now` and `placeUnitId` are columns of the caller's statement
 */
export function presenceOf(
  districtId: number,
  of: Pick<LiveMark, 'subjectId' | 'personId' | 'method' | 'device'> & { readonly now: Sql; readonly placeUnitId: Sql },
): Sql {
  const { now } = of
  const mine = sql`a.district_id = ${districtId} and a.person_id = ${of.personId}`
  const othersOnDevice =
    of.device === null
      ? sql`0`
      : sql`(
          select count(distinct m.person_id)::int from check_in_mark m
           where m.district_id = ${districtId} and m.subject_id = ${of.subjectId} and m.device = ${of.device}
             and m.person_id <> ${of.personId})`
  return sql`
    select pg_advisory_xact_lock(hashtextextended(${`attendance ${of.personId}`}, ${districtId}))::text as locked,
           exists (select from attendance a where ${mine} and a.checked_out_at is null and a.planned_until <= ${now}) as has_forgotten,
           exists (select from attendance a where ${mine} and a.subject_id <> ${of.subjectId}::uuid and not a.is_overlapping
                      and tstzrange(a.checked_in_at, greatest(a.checked_in_at, coalesce(a.checked_out_at, a.planned_until)), '[)')
                          && tstzrange(${now}, null, '[)')) as is_elsewhere,
           ${othersOnDevice} as others_on_device,
           own.checked_in_at as own_checked_in_at, own.checked_out_at as own_checked_out_at, own.check_out_method as own_check_out_method,
           coalesce(prior.checked_out_at, prior.planned_until) as prior_until,
           there.latitude as prior_latitude, there.longitude as prior_longitude,
           here.latitude as here_latitude, here.longitude as here_longitude,
           array(select m.received_at from check_in_mark m
                  where m.district_id = ${districtId} and m.subject_id = ${of.subjectId} and m.method = ${of.method}
                  order by m.received_at desc limit ${ARRIVALS}) as arrivals
      from (select 1) one
      left join attendance own on own.district_id = ${districtId} and own.subject_kind = 'session'
       and own.subject_id = ${of.subjectId} and own.person_id = ${of.personId}
      left join unit here on here.district_id = ${districtId} and here.id = ${of.placeUnitId}
      left join lateral (
        select a.checked_out_at, a.planned_until, a.place_unit_id from attendance a
         where ${mine} and a.subject_id <> ${of.subjectId}::uuid and a.checked_in_at <= ${now}
         order by a.checked_in_at desc limit 1) prior on true
      left join unit there on there.district_id = ${districtId} and there.id = prior.place_unit_id`
}

/**
 * Records one mark and what it means for the attendance. A second check-in says only what is known already; a late
 * check-out replaces an automatic one.
 * @throws Refusal not-checked-in, checked-out-already
 */
export async function recordMark(work: Work, mark: LiveMark, presence: Presence): Promise<Attendance> {
  if (mark.direction === 'in' && presence.ownCheckedOutAt !== null) throw refuse('checked-out-already')
  if (mark.direction === 'out' && presence.ownCheckedInAt === null) throw refuse('not-checked-in')
  const closedByHand = presence.ownCheckedOutAt !== null && presence.ownCheckOutMethod !== 'closed-automatically'
  if (mark.direction === 'out' && closedByHand) throw refuse('checked-out-already')
  if (presence.hasForgotten) await endForgotten(work.tx, mark.personId, work.now)
  const evidence = judgeEvidence({
    method: mark.method,
    windowsOld: mark.windowsOld,
    isDayPass: mark.isDayPass,
    isOffline: false,
    hoursLate: 0,
    isClockAhead: false,
    isSignedUp: mark.isSignedUp,
    othersOnDevice: presence.othersOnDevice,
    isOverlapping: mark.direction === 'in' && presence.isElsewhere,
    travel: mark.direction === 'in' ? travelOf(presence, work.now) : null,
    gapsSeconds: gapsOf(presence.arrivals, work.now),
    isNear: mark.isNear,
  })
  const isFirst = mark.direction === 'in' && presence.ownCheckedInAt === null
  const written = isFirst
    ? writeFirst(work, mark, { ...evidence, isElsewhere: presence.isElsewhere })
    : await (mark.direction === 'in' ? writeAgain : writeOut)(work, mark, evidence)
  // The automatic end came between the reading and the writing, and somebody else's check-out before ours.
  if (written === undefined) throw refuse('checked-out-already')
  work.audit({
    action: `attendance.check-${mark.direction}`,
    subject: { kind: 'session', id: mark.subjectId },
    personId: mark.personId,
    details: { method: mark.method, score: evidence.score, reasons: evidence.reasons },
  })
  return written
}

function travelOf(presence: Presence, now: Date): { kilometres: number; minutes: number } | null {
  const { priorUntil, priorLatitude, priorLongitude, hereLatitude, hereLongitude } = presence
  if (priorUntil === null || priorLatitude === null || priorLongitude === null) return null
  if (hereLatitude === null || hereLongitude === null) return null
  const there = { latitude: priorLatitude, longitude: priorLongitude }
  const here = { latitude: hereLatitude, longitude: hereLongitude }
  return {
    kilometres: kilometresBetween(there, here),
    minutes: (now.getTime() - priorUntil.getTime()) / 60_000,
  }
}

function gapsOf(arrivals: readonly Date[], now: Date): number[] {
  return arrivals.map((at, index) => ((index === 0 ? now : arrivals[index - 1]!).getTime() - at.getTime()) / 1000)
}

function markRow(work: Work, mark: LiveMark, { score, reasons }: Evidence): Sql {
  return sql`
    insert into check_in_mark (district_id, id, subject_kind, subject_id, person_id, direction, at, received_at, method, device,
                               recorded_by, score, reasons)
    values (${work.tx.districtId}, ${mark.id}, 'session', ${mark.subjectId}, ${mark.personId}, ${mark.direction}, ${work.now},
            ${work.now}, ${mark.method}, ${mark.device}, ${mark.recordedBy}, ${score}, ${reasons}::text[])
    on conflict (district_id, id) do nothing`
}

/**
 * Who was not here yet: what will stand in the row is known before it is written, so that nothing waits for the writing. Only
 * the row itself says what is true when the same person comes to two places within the same moment.
 */
function writeFirst(work: Work, mark: LiveMark, of: Evidence & { readonly isElsewhere: boolean }): Attendance {
  const { tx, now } = work
  const id = newUuid7(now)
  tx.later(markRow(work, mark, of))
  tx.later(attendanceRow(work, mark, { ...of, id }))
  return {
    id,
    personId: mark.personId,
    checkedInAt: now,
    checkedOutAt: null,
    checkInMethod: mark.method,
    checkOutMethod: null,
    score: of.score,
    reasons: of.reasons,
    needsConfirmation: of.isElsewhere || of.score < EVIDENCE_LINE,
    recordedBy: mark.recordedBy,
  }
}

/** Who was here already. */
function writeAgain(work: Work, mark: LiveMark, evidence: Evidence): Promise<Attendance | undefined> {
  work.tx.later(markRow(work, mark, evidence))
  return work.tx.maybe(
    sql`${attendanceRow(work, mark, { ...evidence, id: newUuid7(work.now) })} returning ${attendanceColumns}`,
  )
}

function attendanceRow({ tx, now }: Work, mark: LiveMark, evidence: Evidence & { readonly id: string }): Sql {
  return sql`
    insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, check_in_method, place_unit_id,
                            planned_until, recorded_by, score, reasons, is_overlapping, needs_confirmation)
    select ${tx.districtId}::int, ${evidence.id}::uuid, 'session', ${mark.subjectId}::uuid, ${mark.personId}::uuid, ${now}::timestamptz,
           ${mark.method}, ${mark.placeUnitId}::uuid, ${mark.plannedUntil}::timestamptz, ${mark.recordedBy}::uuid, ${evidence.score},
           ${evidence.reasons}::text[], o.yes, o.yes or ${evidence.score < EVIDENCE_LINE}
      from (select exists (
        select from attendance a
         where a.district_id = ${tx.districtId} and a.person_id = ${mark.personId} and not a.is_overlapping
           and not (a.subject_kind = 'session' and a.subject_id = ${mark.subjectId})
           and tstzrange(a.checked_in_at, a.checked_out_at, '[)') && tstzrange(${now}, null, '[)')) as yes) o
    on conflict (district_id, subject_id, person_id) where subject_kind = 'session'
      do update set checked_in_at = least(attendance.checked_in_at, excluded.checked_in_at)`
}

function writeOut(work: Work, mark: LiveMark, evidence: Evidence): Promise<Attendance | undefined> {
  const { tx, now } = work
  tx.later(markRow(work, mark, evidence))
  return tx.maybe(sql`
    update attendance t set checked_out_at = greatest(${now}::timestamptz, t.checked_in_at), check_out_method = ${mark.method},
           score = least(t.score, ${evidence.score}),
           reasons = array(select distinct unnest(t.reasons || ${evidence.reasons}::text[]) order by 1),
           is_overlapping = t.is_overlapping or ${overlapsAnother(tx, mark, now)},
           needs_confirmation = t.needs_confirmation or ${evidence.score < EVIDENCE_LINE} or ${overlapsAnother(tx, mark, now)}
     where t.district_id = ${tx.districtId} and t.subject_kind = 'session' and t.subject_id = ${mark.subjectId}
       and t.person_id = ${mark.personId} and (t.checked_out_at is null or t.check_out_method = 'closed-automatically')
    returning ${attendanceColumns}`)
}

/** Whether the person was counted elsewhere before the check-out, as when the automatic end came long before the real one. */
function overlapsAnother(tx: Tx, mark: LiveMark, now: Date): Sql {
  return sql`exists (
    select from attendance a
     where a.district_id = ${tx.districtId} and a.person_id = ${mark.personId} and a.id <> t.id and not a.is_overlapping
       and tstzrange(a.checked_in_at, a.checked_out_at, '[)') && tstzrange(t.checked_in_at, greatest(${now}, t.checked_in_at), '[)'))`
}
