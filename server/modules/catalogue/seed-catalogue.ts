import { listUnits } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { upsertCategory } from './category-rows.ts'
import { searchTextOf } from './check-fields.ts'
import type { OfferingFields, TargetGroup } from './offering.ts'
import { insertOfferings, type NewOffering } from './offering-rows.ts'
import { providersWithTitles } from './offering-views.ts'

interface Bilingual {
  readonly zh: string
  readonly en: string
}

/** The shape of `categories.json` and `offerings.json` below db/seed. */
export interface CatalogueSeed {
  readonly categories: readonly (Bilingual & {
    readonly slug: string
    readonly validFrom: string
    readonly description: Bilingual
  })[]
  readonly offerings: readonly SeedOffering[]
}

interface SeedOffering {
  readonly slug: string
  readonly category: string
  readonly agency: string
  readonly title: Bilingual
  readonly summary: Bilingual
  readonly targetGroups: readonly string[]
  readonly durationMinutes: number
  readonly headcountMin: number
  readonly headcountMax: number
  readonly leadTimeWorkingDays: number
  readonly monthlyQuota: number
  readonly needs: {
    readonly venue: string
    readonly equipment?: readonly Bilingual[]
    readonly licences: readonly string[]
  }
  /** 12-digit codes of townships, or the whole district. */
  readonly serviceArea: string | readonly string[]
}

const UNITS_MAX = 1_000

/**
 * Fills the catalogue of a district that was set up. What is there already stays; a second run adds nothing.
 * @param confirmedAt when the providers last said that the offerings stand; long ago hides them until they say so again
 */
export async function seedCatalogue(
  work: Work,
  seed: CatalogueSeed,
  confirmedAt: Date = work.now,
): Promise<{ categories: number; offerings: number }> {
  const { tx, now } = work
  const on = dateIn(now)
  const agencies = await listUnits(tx, { kind: 'agency', on, limit: UNITS_MAX })
  const institutes = await listUnits(tx, { kind: 'institute', on, limit: UNITS_MAX })
  const agencyBySlug = new Map(agencies.map((agency) => [agency.slug, agency]))
  const instituteByCode = new Map(institutes.map((institute) => [institute.code, institute.id]))
  const categoryBySlug = new Map<string, { id: string; name: string }>()
  for (const [index, { slug, zh, en, validFrom, description }] of seed.categories.entries()) {
    const texts = { slug, name: zh, nameEn: en, summary: description.zh, summaryEn: description.en }
    const dates = { sort: (index + 1) * 10, validFrom, validUntil: null }
    categoryBySlug.set(slug, { id: await upsertCategory(tx, newUuid7(now), { ...texts, ...dates }), name: zh })
  }
  const present = await providersWithTitles(tx)
  const offerings = seed.offerings.flatMap((given): NewOffering[] => {
    const agency = known(agencyBySlug, given.agency)
    const category = known(categoryBySlug, given.category)
    if (present.has(`${agency.id} ${given.title.zh}`)) return []
    const areas =
      typeof given.serviceArea === 'string' ? [] : given.serviceArea.map((code) => known(instituteByCode, code))
    const fields = fieldsOf(given, category.id, agency.id, areas)
    return [{ id: newUuid7(now), fields, searchText: searchTextOf(fields, category.name, agency.name) }]
  })
  await insertOfferings(tx, offerings, confirmedAt)
  work.audit({ action: 'catalogue.seed', details: { categories: categoryBySlug.size, offerings: offerings.length } })
  return { categories: categoryBySlug.size, offerings: offerings.length }
}

function fieldsOf(
  given: SeedOffering,
  categoryId: string,
  agencyId: string,
  areaUnitIds: readonly string[],
): OfferingFields {
  return {
    categoryId,
    provider: { kind: 'agency', id: agencyId },
    title: given.title.zh,
    titleEn: given.title.en,
    summary: given.summary.zh,
    summaryEn: given.summary.en,
    targetGroups: given.targetGroups as readonly TargetGroup[],
    areaUnitIds,
    durationMinutes: given.durationMinutes,
    headcountMin: given.headcountMin,
    headcountMax: given.headcountMax,
    leadWorkingDays: given.leadTimeWorkingDays,
    monthlyQuota: given.monthlyQuota,
    venueNeeds: [given.needs.venue, ...(given.needs.equipment ?? []).map((equipment) => codeOf(equipment.en))],
    licenceNeeds: given.needs.licences,
    openHours: [],
    blackoutDays: [],
    isRisky: false,
  }
}

/** 'Tables and chairs' becomes `tables-and-chairs`, whose text is `catalogue.need.tables-and-chairs`. */
function codeOf(english: string): string {
  return english
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')
}

function known<Value>(map: ReadonlyMap<string | null, Value>, key: string): Value {
  const value = map.get(key)
  if (value === undefined) throw new Error(`The seed names ${key}, which the district does not have.`)
  return value
}
