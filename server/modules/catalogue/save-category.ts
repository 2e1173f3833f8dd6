import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { type CategoryFields, upsertCategory } from './category-rows.ts'
import { requireCategoryEditor } from './may-edit.ts'
import { refuse } from './refusals.ts'

/** Adds a category, or gives the one with this slug new texts or an end. @throws Refusal categories-are-central, category-dates */
export async function saveCategory(work: Work, category: CategoryFields): Promise<string> {
  await requireCategoryEditor(work)
  if (category.validUntil !== null && category.validUntil <= category.validFrom) {
    throw refuse('category-dates', {}, { field: 'validUntil' })
  }
  const id = await upsertCategory(work.tx, newUuid7(work.now), category)
  work.audit({
    action: 'catalogue.save-category',
    subject: { kind: 'category', id },
    details: { slug: category.slug, validFrom: category.validFrom, validUntil: category.validUntil },
  })
  return id
}
