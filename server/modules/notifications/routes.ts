import { PAGE_ROWS } from '#contract/kit.ts'
import type { platformRoutes } from '#contract/platform.ts'
import type { Handlers } from '#platform/handlers.ts'
import { normalisePhone } from '#platform/national-codes.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { listOutbox } from './list-outbox.ts'
import { recordReceipt } from './record-receipt.ts'

/** The two routes of the platform's table that are about messages. */
export const notificationsHandlers: Pick<Handlers<typeof platformRoutes>, 'listOutbox' | 'recordReceipt'> = {
  async listOutbox({ tx }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [beforeId] = cursorOf(query.cursor, ['id'])
    const phone = query.phone === undefined ? undefined : (normalisePhone(query.phone) ?? query.phone)
    const rows = await listOutbox(tx, { phone, beforeId, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.id]) }
  },
  async recordReceipt(work, { body }) {
    await recordReceipt(work, body)
    return { answer: {} }
  },
}
