import { findUnit, unitsBelow } from '#modules/orgs/index.ts'
import { findTeam } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { type Category, findCategory } from './category-views.ts'
import { requireEditable } from './may-edit.ts'
import type { OfferingFields } from './offering.ts'
import { refuse } from './refusals.ts'

/**
 * Checks what a provider says about an offering against what is there, and that the actor may speak for the provider.
 * @returns the text by which the offering is found
 * @throws Refusal headcount-range, open-hours-empty, category-unknown, provider-unknown, not-your-provider, area-unknown
 */
export async function checkFields(work: Work, fields: OfferingFields): Promise<{ searchText: string }> {
  if (fields.headcountMax < fields.headcountMin) throw refuse('headcount-range', {}, { field: 'headcountMax' })
  if (fields.openHours.some((hours) => hours.untilMinute <= hours.fromMinute)) {
    throw refuse('open-hours-empty', {}, { field: 'openHours' })
  }
  const category = await usableCategory(work, fields.categoryId)
  const provider = await findProvider(work, fields.provider)
  if (provider === undefined) throw refuse('provider-unknown', {}, { field: 'provider' })
  await requireEditable(work, fields.provider, provider.unitId)
  const areas = new Set(fields.areaUnitIds)
  const known = new Set((await unitsBelow(work.tx, [...areas])).map((unit) => unit.rootId))
  if (known.size < areas.size) throw refuse('area-unknown', {}, { field: 'areaUnitIds' })
  return { searchText: searchTextOf(fields, category.name, provider.name) }
}

/** Everything by which people look for an offering. English summaries are left out: their letters would match any initials. */
export function searchTextOf(
  fields: Pick<OfferingFields, 'title' | 'titleEn' | 'summary'>,
  categoryName: string,
  providerName: string,
): string {
  return [fields.title, fields.titleEn ?? '', fields.summary, categoryName, providerName].join('\n')
}

async function usableCategory({ tx, now }: Work, id: string): Promise<Category> {
  const on = dateIn(now)
  const category = await findCategory(tx, id)
  const isInUse = category !== undefined && category.validFrom <= on && (category.validUntil ?? '9999') > on
  if (!isInUse) throw refuse('category-unknown', {}, { field: 'categoryId' })
  return category
}

async function findProvider(
  { tx, now }: Work,
  { kind, id }: OfferingFields['provider'],
): Promise<{ unitId: string; name: string } | undefined> {
  const on = dateIn(now)
  if (kind === 'agency') {
    const unit = await findUnit(tx, id, on)
    return unit?.kind === 'agency' ? { unitId: unit.id, name: unit.name } : undefined
  }
  const team = await findTeam(tx, id, on)
  return team === undefined || (team.endedOn ?? '9999') <= on
    ? undefined
    : team && { unitId: team.unitId, name: team.name }
}
