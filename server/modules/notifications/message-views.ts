import { empty, sql, type Tx } from '#platform/db.ts'
import type { SealedMessage } from './message-rows.ts'

export interface OutboxRow extends SealedMessage {
  readonly at: Date
  readonly reachedAt: Date | null
}

/** Messages, newest first, still sealed. */
export function listMessages(tx: Tx, filter: { beforeId?: string | undefined; limit: number }): Promise<OutboxRow[]> {
  return tx.rows(sql`
    select id, template, to_cipher, params_cipher, locale, created_at as at, reached_at from message
     where district_id = ${tx.districtId} ${filter.beforeId === undefined ? empty : sql`and id < ${filter.beforeId}::uuid`}
     order by id desc limit ${filter.limit}`)
}

export function findMessage(tx: Tx, id: string): Promise<SealedMessage | undefined> {
  return tx.maybe(sql`
    select id, template, to_cipher, params_cipher, locale from message where district_id = ${tx.districtId} and id = ${id}`)
}

/** What is known of the messages about one subject, oldest first. */
export interface Delivery {
  readonly id: string
  readonly template: string
  readonly createdAt: Date
  readonly handedOverAt: Date | null
  readonly reachedAt: Date | null
  readonly failedAt: Date | null
}

export function deliveriesOf(tx: Tx, subject: { kind: string; id: string }): Promise<Delivery[]> {
  return tx.rows(sql`
    select id, template, created_at, handed_over_at, reached_at, failed_at from message
     where district_id = ${tx.districtId} and subject_id = ${subject.id} and subject_kind = ${subject.kind}
     order by created_at, id`)
}
