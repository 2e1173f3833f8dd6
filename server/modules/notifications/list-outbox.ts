import { translateByName } from '#i18n/translate.ts'
import type { Tx } from '#platform/db.ts'
import { maskPhone } from '#platform/masking.ts'
import type { Message } from './message.ts'
import { openMessage } from './message-rows.ts'
import { findMessage, listMessages } from './message-views.ts'

export interface OutboxMessage {
  readonly id: string
  readonly at: Date
  readonly phoneMasked: string
  readonly template: string
  readonly text: string
  readonly reachedAt: Date | null
}

/** One message in clear, as whoever holds the phone reads it. */
export async function readOutboxMessage(tx: Tx, id: string): Promise<Message | undefined> {
  const row = await findMessage(tx, id)
  return row === undefined ? undefined : openMessage(tx, row)
}

const SCAN_ROWS = 100
// A phone is not indexed here, because only demonstrations ask for it; the newest thousand messages are looked through.
const SCANS_MAX = 10

/**
 * Messages as their receivers would read them, newest first.
 * @param filter `phone` in national form
 */
export async function listOutbox(
  tx: Tx,
  filter: { phone?: string | undefined; beforeId?: string | undefined; limit: number },
): Promise<OutboxMessage[]> {
  const found: OutboxMessage[] = []
  let beforeId = filter.beforeId
  for (let scan = 0; scan < SCANS_MAX && found.length < filter.limit; scan += 1) {
    const rows = await listMessages(tx, { beforeId, limit: SCAN_ROWS })
    for (const row of rows) {
      const message = openMessage(tx, row)
      if (filter.phone !== undefined && message.to !== filter.phone) continue
      found.push({
        id: row.id,
        at: row.at,
        phoneMasked: maskPhone(message.to),
        template: row.template,
        text: translateByName(row.locale, `notifications.sms.${row.template}`, message.params) ?? row.template,
        reachedAt: row.reachedAt,
      })
    }
    if (rows.length < SCAN_ROWS) break
    beforeId = rows.at(-1)?.id
  }
  return found.slice(0, filter.limit)
}
