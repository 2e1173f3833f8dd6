import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'

/** Why somebody is busy: a place at a session, or an order that was assigned to the person. */
export type BusyKind = 'sign-up' | 'order'

export interface BusyRange {
  readonly personId: string
  readonly kind: BusyKind
  /** The session or the order. */
  readonly subjectId: string
  readonly from: Date
  readonly until: Date
}

/**
 * Promises a person's time. The database decides about overlaps, also among requests that run at the same moment.
 * @returns false when the person is promised elsewhere for a part of that time, or has this promise already
 */
export async function occupy(
  tx: Tx,
  now: Date,
  { personId, kind, subjectId, from, until }: BusyRange,
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into busy_range (district_id, id, person_id, kind, subject_id, during)
    values (${tx.districtId}, ${newUuid7(now)}, ${personId}, ${kind}, ${subjectId}, tstzrange(${from}, ${until}, '[)'))
    on conflict do nothing`)
  return inserted === 1
}

/** Gives a person's time back; nothing happens when it was not promised. */
export async function release(tx: Tx, personId: string, kind: BusyKind, subjectId: string): Promise<void> {
  await tx.run(sql`
    delete from busy_range
     where district_id = ${tx.districtId} and person_id = ${personId} and kind = ${kind} and subject_id = ${subjectId}`)
}

/** Gives everybody's time back that was promised to one session or order. */
export async function releaseAll(tx: Tx, kind: BusyKind, subjectId: string): Promise<void> {
  await tx.run(sql`
    delete from busy_range where district_id = ${tx.districtId} and kind = ${kind} and subject_id = ${subjectId}`)
}

/**
 * Moves a promise to another time, person by person, so that who is busy then can be told.
 * @returns the people who are promised elsewhere at the new time; they hold no promise here any more
 */
export async function moveAll(
  tx: Tx,
  now: Date,
  { kind, subjectId, from, until }: Omit<BusyRange, 'personId'>,
): Promise<string[]> {
  const held = await tx.rows<{ personId: string }>(sql`
    delete from busy_range where district_id = ${tx.districtId} and kind = ${kind} and subject_id = ${subjectId}
    returning person_id`)
  const lost: string[] = []
  for (const { personId } of held.toSorted((a, b) => (a.personId < b.personId ? -1 : 1))) {
    if (!(await occupy(tx, now, { personId, kind, subjectId, from, until }))) lost.push(personId)
  }
  return lost
}

/** What a person is promised to within a span of time. */
export function busyOf(
  tx: Tx,
  personId: string,
  from: Date,
  until: Date,
): Promise<{ kind: BusyKind; subjectId: string; from: Date; until: Date }[]> {
  return tx.rows(sql`
    select kind, subject_id, lower(during) as "from", upper(during) as until from busy_range
     where district_id = ${tx.districtId} and person_id = ${personId} and during && tstzrange(${from}, ${until}, '[)')
     order by 3`)
}
