import type { orgsRoutes } from '#contract/orgs.ts'
import { PAGE_ROWS } from '#contract/kit.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { updateUnitContact } from './update-unit-contact.ts'
import { renameUnit } from './rename-unit.ts'
import { findUnit, listUnits, periodsOf } from './unit-views.ts'

export const orgsHandlers: Handlers<typeof orgsRoutes> = {
  async listUnits({ tx, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [afterKey] = cursorOf(query.cursor, ['text'])
    const rows = await listUnits(tx, { ...query, on: query.on ?? dateIn(now), afterKey, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.sortKey]) }
  },
  async readUnit({ tx, now }, { params }) {
    return { answer: { unit: await found(tx, params.id, now), periods: await periodsOf(tx, params.id) } }
  },
  async updateUnitContact(work, { params, body }) {
    await updateUnitContact(work, params.id, body.phone)
    return { answer: { unit: await found(work.tx, params.id, work.now) } }
  },
  async renameUnit(work, { params, body }) {
    await renameUnit(work, params.id, body)
    return { answer: { unit: await found(work.tx, params.id, work.now) } }
  },
}

async function found(tx: Parameters<typeof findUnit>[0], id: string, now: Date) {
  const unit = await findUnit(tx, id, dateIn(now))
  if (unit === undefined) throw new Refusal('platform.not-found', 404, {})
  return unit
}
