import type { catalogueRoutes } from '#contract/catalogue.ts'
import { PAGE_ROWS } from '#contract/kit.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read } from '#platform/work.ts'
import { listCategories } from './category-views.ts'
import { confirmOffering, endOffering } from './confirm-offering.ts'
import { createOffering } from './create-offering.ts'
import { reachOf } from './may-edit.ts'
import { findOffering, listOfferings } from './offering-views.ts'
import { refuse } from './refusals.ts'
import { saveCategory } from './save-category.ts'
import { updateOffering } from './update-offering.ts'

export const catalogueHandlers: Handlers<typeof catalogueRoutes> = {
  async listCategories({ tx, now }) {
    return { answer: { rows: await listCategories(tx, now, dateIn(now)) } }
  },
  async saveCategory(work, { body }) {
    return { answer: { id: await saveCategory(work, body) } }
  },
  async listOfferings(read, { query }) {
    const { tx, actor, now } = read
    const limit = query.limit ?? PAGE_ROWS
    const [afterKey] = cursorOf(query.cursor, ['text'])
    const rows = await listOfferings(tx, now, {
      q: query.q,
      categorySlug: query.category,
      unitPathIds: query.unitId === undefined ? undefined : await pathOf(read, query.unitId),
      targetGroup: query.targetGroup,
      providerId: query.providerId,
      hiddenWithin: query.hidden === undefined ? undefined : await reachOf(tx, actor),
      afterKey,
      limit: limit + 1,
    })
    return { answer: pageOf(rows, limit, (row) => [row.sortKey]) }
  },
  readOffering: (read, { params }) => found(read, params.id),
  async createOffering(work, { body }) {
    return found(work, await createOffering(work, body))
  },
  async updateOffering(work, { params, body, version }) {
    await updateOffering(work, params.id, version, body)
    return found(work, params.id)
  },
  async confirmOffering(work, { params }) {
    await confirmOffering(work, params.id)
    return found(work, params.id)
  },
  async endOffering(work, { params }) {
    await endOffering(work, params.id)
    return found(work, params.id)
  },
}

async function found({ tx, now }: Pick<Read, 'tx' | 'now'>, id: string) {
  const offering = await findOffering(tx, id, now)
  if (offering === undefined) throw new Refusal('platform.not-found', 404, {})
  return { answer: offering, version: offering.version }
}

async function pathOf({ tx, now }: Read, unitId: string): Promise<string[]> {
  const unit = await findUnit(tx, unitId, dateIn(now))
  if (unit === undefined) throw refuse('place-unknown', {}, { field: 'unitId' })
  return unit.path.map(({ id }) => id)
}
