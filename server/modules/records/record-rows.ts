import { sql, type Tx } from '#platform/db.ts'

/** What an entry says. */
export interface RecordFacts {
  readonly name: string
  readonly content: string
  /** Of a training only. */
  readonly minutes: number | null
  /** Who held the training, or who gave the commendation. */
  readonly giver: string
  readonly day: string
}

export interface RecordEntry extends RecordFacts {
  readonly id: string
  readonly personId: string
  readonly kind: 'training' | 'commendation'
  readonly unitId: string
  readonly enteredBy: string
  readonly correctsId: string | null
  readonly isStruck: boolean
}

export async function insertEntry(tx: Tx, now: Date, e: RecordEntry): Promise<void> {
  await tx.run(sql`
    insert into record_entry (district_id, id, person_id, kind, name, content, minutes, giver, day, unit_id, entered_by, entered_at,
      corrects_id, is_struck)
    values (${tx.districtId}, ${e.id}, ${e.personId}, ${e.kind}, ${e.name}, ${e.content}, ${e.minutes}, ${e.giver}, ${e.day}, ${e.unitId},
      ${e.enteredBy}, ${now}, ${e.correctsId}, ${e.isStruck})`)
}

/** Two corrections of one entry meet at a constraint: rows of this table never change, so there is no lock to take. */
export function findEntry(tx: Tx, id: string): Promise<RecordEntry | undefined> {
  return tx.maybe(sql`
    select id, person_id, kind, name, content, minutes, giver, day, unit_id, entered_by, corrects_id, is_struck from record_entry
     where district_id = ${tx.districtId} and id = ${id}`)
}

export interface RecordDemand {
  readonly id: string
  readonly entryId: string
  readonly personId: string
  readonly state: 'open' | 'corrected' | 'declined'
  readonly madeAt: Date
}

export function lockDemand(tx: Tx, id: string): Promise<RecordDemand | undefined> {
  return tx.maybe(sql`
    select id, entry_id, person_id, state, made_at from record_demand
     where district_id = ${tx.districtId} and id = ${id} for update`)
}

export async function insertDemand(
  tx: Tx,
  now: Date,
  d: { id: string; entryId: string; personId: string; reason: string; unitId: string; dueAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into record_demand (district_id, id, entry_id, person_id, reason, state, next_step, due_at, responsible_unit_id, made_at)
    values (${tx.districtId}, ${d.id}, ${d.entryId}, ${d.personId}, ${d.reason}, 'open', 'answer', ${d.dueAt}, ${d.unitId}, ${now})`)
}

export async function endDemand(
  tx: Tx,
  id: string,
  end: { state: 'corrected' | 'declined'; answer: string; by: string; at: Date },
): Promise<void> {
  await tx.run(sql`
    update record_demand set state = ${end.state}, next_step = null, due_at = null, answer = ${end.answer}, answered_by = ${end.by},
           answered_at = ${end.at}
     where district_id = ${tx.districtId} and id = ${id}`)
}

/** Keeps what those who were served said of a service, for everybody who served; asked again, the newer word counts. */
export function noteEvaluation(
  tx: Tx,
  e: { orderId: string; orderNumber: string; unitId: string; stars: number; solved: boolean; at: Date },
): void {
  tx.later(sql`
    insert into record_evaluation (district_id, order_id, person_id, order_number, unit_id, stars, solved, at)
    select distinct a.district_id, a.subject_id, a.person_id, ${e.orderNumber}, ${e.unitId}::uuid, ${e.stars}::int, ${e.solved}::boolean, ${e.at}::timestamptz
      from attendance a
     where a.district_id = ${tx.districtId} and a.subject_kind = 'order' and a.subject_id = ${e.orderId}
    on conflict (district_id, order_id, person_id) do update set stars = excluded.stars, solved = excluded.solved, at = excluded.at`)
}
