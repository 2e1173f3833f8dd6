import { PAGE_ROWS } from '#contract/kit.ts'
import type * as z from 'zod/mini'
import type { platformRoutes } from '#contract/platform.ts'
import { listAuditEvents, verifyAuditIn } from '#platform/audit.ts'
import { shiftClock } from '#platform/clock.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'

type DemoAccountRow = z.output<typeof platformRoutes.listDemoAccounts.answer>['rows'][number]

type Own = Omit<Handlers<typeof platformRoutes>, 'listOutbox' | 'recordReceipt'>

/** Handlers of the platform's own routes: audit and the one clock. */
export function platformHandlers(tools: {
  demoClock: boolean
  demoAccounts: () => readonly DemoAccountRow[]
  sweep: (districtId: number) => Promise<void>
}): Own {
  return {
    verifyAudit: async ({ tx }) => ({ answer: await verifyAuditIn(tx) }),
    async listAudit({ tx }, { query }) {
      const limit = query.limit ?? PAGE_ROWS
      const [beforeId] = cursorOf(query.cursor, ['id'])
      const rows = await listAuditEvents(tx, { ...query, beforeId, limit: limit + 1 })
      return { answer: pageOf(rows, limit, (row) => [row.id]) }
    },
    listDemoAccounts: async () => ({ answer: { rows: tools.demoAccounts() } }),
    readClock: async ({ now }) => ({ answer: { now, canShift: tools.demoClock } }),
    async shiftClock(work, { body }) {
      const now = await shiftClock(work, body.minutes, tools.demoClock)
      return { answer: { now }, afterCommit: () => tools.sweep(work.tx.districtId) }
    },
  }
}
