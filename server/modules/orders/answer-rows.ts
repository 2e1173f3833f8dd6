import { sql, type Tx } from '#platform/db.ts'

export type AnswerKind = 'result' | 'outcome' | 'deferral'
export type ReachedBy = 'receipt' | 'page-opened' | 'call' | 'visit'

export interface AnswerRow {
  readonly id: string
  readonly kind: AnswerKind
  readonly text: string
  readonly alternative: string
  readonly reviewOn: string | null
  readonly writtenAt: Date
  readonly reached: boolean
  readonly reachedAt: Date | null
  readonly reachedBy: ReachedBy | null
  readonly spokenTo: string | null
}

export function answersOf(tx: Tx, orderId: string): Promise<AnswerRow[]> {
  return tx.rows(sql`
    select id, kind, text, alternative, review_on, written_at, reached, reached_at, reached_by, spoken_to from order_answer
     where district_id = ${tx.districtId} and order_id = ${orderId} order by written_at, id`)
}

export async function insertAnswer(
  tx: Tx,
  answer: {
    id: string
    orderId: string
    kind: AnswerKind
    text: string
    alternative: string
    reviewOn: string | null
    writtenBy: string | null
    at: Date
    messageId: string | null
  },
): Promise<void> {
  await tx.run(sql`
    insert into order_answer (district_id, id, order_id, kind, text, alternative, review_on, written_by, written_at, message_id)
    values (${tx.districtId}, ${answer.id}, ${answer.orderId}, ${answer.kind}, ${answer.text}, ${answer.alternative}, ${answer.reviewOn},
      ${answer.writtenBy}, ${answer.at}, ${answer.messageId})`)
}

/** Marks the unreached answers of an order as reached; returns how many there were. */
export function markReached(
  tx: Tx,
  orderId: string,
  reached: { at: Date; by: ReachedBy; spokenTo: string | null; messageId?: string },
): Promise<number> {
  return tx.run(sql`
    update order_answer set reached = true, reached_at = ${reached.at}, reached_by = ${reached.by}, spoken_to = ${reached.spokenTo}
     where district_id = ${tx.districtId} and order_id = ${orderId} and not reached
       and (${reached.messageId ?? null}::uuid is null or message_id = ${reached.messageId ?? null}::uuid)`)
}

/**
 * The answer with which the order may close: its newest, if that reached. An earlier one, of a disputed delivery or a deferral,
 * says nothing of how the order ended, however well it reached (promise 2).
 */
export async function findClosingAnswer(tx: Tx, orderId: string): Promise<{ id: string } | undefined> {
  const newest = await tx.maybe<{ id: string; reached: boolean }>(sql`
    select id, reached from order_answer
     where district_id = ${tx.districtId} and order_id = ${orderId} and kind <> 'deferral' order by written_at desc, id desc limit 1`)
  return newest?.reached === true ? newest : undefined
}
