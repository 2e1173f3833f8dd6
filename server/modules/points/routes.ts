import { PAGE_ROWS } from '#contract/kit.ts'
import type { pointsRoutes } from '#contract/points.ts'
import { listUnits } from '#modules/orgs/index.ts'
import { type Actor, holdsAt } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { fundBudget } from './fund-budget.ts'
import { entriesOf, pointsOf, readBudget } from './ledger-views.ts'
import { pointsPermissions } from './permissions.ts'
import { verifyLedger } from './verify-ledger.ts'

export const pointsHandlers: Handlers<typeof pointsRoutes> = {
  async readMyPoints({ tx, actor }, { query }) {
    if (actor.personId === null) throw new Refusal('platform.not-signed-in', 401, {})
    const limit = query.limit ?? PAGE_ROWS
    const [beforeId] = cursorOf(query.cursor, ['id'])
    const rows = await entriesOf(tx, actor.personId, { beforeId, limit: limit + 1 })
    return { answer: { ...(await pointsOf(tx, actor.personId)), ...pageOf(rows, limit, (row) => [row.id]) } }
  },
  async readBudget({ tx, actor, now }) {
    await requireAtCentre(tx, actor, now, pointsPermissions['points.read'])
    return { answer: await readBudget(tx) }
  },
  async fundBudget(work, { body }) {
    await requireAtCentre(work.tx, work.actor, work.now, pointsPermissions['points.fund'])
    const { paidAwards } = await fundBudget(work, { ...body, key: `funding:${newUuid7(work.now)}` })
    return { answer: { balance: (await readBudget(work.tx)).balance, paidAwards } }
  },
  async verifyLedger({ tx }) {
    return { answer: await verifyLedger(tx) }
  },
}

/** The budget is the whole district's, so a role at a single institute does not reach it. */
async function requireAtCentre(tx: Tx, actor: Actor, now: Date, roles: readonly string[]): Promise<void> {
  const [centre] = await listUnits(tx, { kind: 'centre', on: dateIn(now), limit: 1 })
  if (centre === undefined || !holdsAt(actor, roles, centre.id)) throw new Refusal('platform.forbidden', 403, {})
}
