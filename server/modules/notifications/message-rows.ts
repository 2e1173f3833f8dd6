import { type Sql, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import {
  ATTEMPTS_MAX,
  type Message,
  minutesBeforeAttempt,
  type OutgoingMessage,
  PARAMS_COLUMN,
  type ReceiptKind,
  type Subject,
  TO_COLUMN,
} from './message.ts'

export interface SealedMessage {
  readonly id: string
  readonly template: string
  readonly toCipher: Buffer
  readonly paramsCipher: Buffer
  readonly locale: 'zh-CN' | 'en'
}

/** Puts a message off until the other writes go out; the same id twice is one message. */
export function insertMessage(tx: Tx, id: string, now: Date, message: OutgoingMessage): void {
  const toCipher = tx.personal.encrypt(TO_COLUMN, id, message.toPhone)
  const paramsCipher = tx.personal.encrypt(PARAMS_COLUMN, id, JSON.stringify(message.params))
  tx.later(sql`
    insert into message (district_id, id, channel, template, params_cipher, locale, to_person_id, to_cipher,
                         subject_kind, subject_id, created_at)
    values (${tx.districtId}, ${id}, 'sms', ${message.template}, ${paramsCipher}, ${message.locale},
            ${message.toPersonId ?? null}, ${toCipher}, ${message.subject?.kind ?? null}, ${message.subject?.id ?? null}, ${now})
    on conflict (district_id, id) do nothing`)
}

export interface WaitingMessage extends SealedMessage {
  readonly attempts: number
}

/** Messages that no channel has taken yet and whose next attempt is due, oldest first, locked; those in other hands are left out. */
export function lockWaitingMessages(tx: Tx, now: Date, limit: number): Promise<WaitingMessage[]> {
  return tx.rows(waitingMessages(tx, now, limit, sql`id, template, to_cipher, params_cipher, locale, attempts`))
}

/** Hands those that wait over to the outbox, which needs nothing of them but their rows. @returns how many */
export function handOverToOutbox(tx: Tx, now: Date, limit: number): Promise<number> {
  return tx.run(sql`
    update message m set handed_over_at = ${now}, gateway_id = m.id::text, attempts = m.attempts + 1
      from (${waitingMessages(tx, now, limit, sql`id`)}) w
     where m.district_id = ${tx.districtId} and m.id = w.id`)
}

function waitingMessages(tx: Tx, now: Date, limit: number, columns: Sql): Sql {
  const waits = Array.from({ length: ATTEMPTS_MAX }, (_, attempts) => minutesBeforeAttempt(attempts))
  return sql`
    select ${columns} from message
     where district_id = ${tx.districtId} and handed_over_at is null and failed_at is null
       and (attempts = 0 or created_at + make_interval(mins => (${waits}::int[])[attempts + 1]) <= ${now})
     order by created_at limit ${limit} for update skip locked`
}

export function openMessage(tx: Tx, sealed: SealedMessage): Message {
  return {
    id: sealed.id,
    template: sealed.template,
    params: JSON.parse(tx.personal.decrypt(PARAMS_COLUMN, sealed.id, sealed.paramsCipher)) as Message['params'],
    to: tx.personal.decrypt(TO_COLUMN, sealed.id, sealed.toCipher),
    locale: sealed.locale,
  }
}

export async function markHandedOver(
  tx: Tx,
  now: Date,
  taken: readonly { readonly id: string; readonly gatewayId: string }[],
): Promise<void> {
  await tx.run(sql`
    update message m set handed_over_at = ${now}, gateway_id = t.gateway_id, attempts = m.attempts + 1
      from unnest(${taken.map((one) => one.id)}::uuid[], ${taken.map((one) => one.gatewayId)}::text[]) as t (id, gateway_id)
     where m.district_id = ${tx.districtId} and m.id = t.id`)
}

/** Counts an attempt that failed; the last one settles the message as failed. */
export async function markAttemptFailed(tx: Tx, id: string, failedAt: Date | null): Promise<void> {
  await tx.run(sql`
    update message set attempts = attempts + 1, failed_at = ${failedAt}
     where district_id = ${tx.districtId} and id = ${id}`)
}

export interface ReportedMessage {
  readonly id: string
  readonly createdAt: Date
  readonly reachedAt: Date | null
  readonly failedAt: Date | null
  readonly subject: Subject | null
}

export async function lockMessageOfGateway(tx: Tx, gatewayId: string): Promise<ReportedMessage | undefined> {
  const row = await tx.maybe<
    Omit<ReportedMessage, 'subject'> & { subjectKind: string | null; subjectId: string | null }
  >(sql`
    select id, created_at, reached_at, failed_at, subject_kind, subject_id from message
     where district_id = ${tx.districtId} and gateway_id = ${gatewayId} for update`)
  if (row === undefined) return undefined
  const { subjectKind, subjectId, ...message } = row
  return {
    ...message,
    subject: subjectKind !== null && subjectId !== null ? { kind: subjectKind, id: subjectId } : null,
  }
}

/** A message that was reported as failed and then as delivered has reached. */
export async function markReached(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`
    update message set reached_at = ${at}, failed_at = null where district_id = ${tx.districtId} and id = ${id}`)
}

export async function markFailed(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update message set failed_at = ${at} where district_id = ${tx.districtId} and id = ${id}`)
}

/** Appends a receipt unless the same kind was reported before; the caller holds the message's row. */
export async function appendReceipt(
  tx: Tx,
  now: Date,
  receipt: { messageId: string; kind: ReceiptKind; at: Date; gateway: string },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into message_receipt (district_id, id, message_id, kind, at, gateway)
    select ${tx.districtId}::int, ${newUuid7(now)}::uuid, ${receipt.messageId}::uuid, ${receipt.kind}, ${receipt.at}::timestamptz,
           ${receipt.gateway}
     where not exists (select from message_receipt r
                        where r.district_id = ${tx.districtId} and r.message_id = ${receipt.messageId}::uuid and r.kind = ${receipt.kind})`)
  return inserted === 1
}
