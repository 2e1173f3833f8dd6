import { sql, type Tx } from '#platform/db.ts'

export interface CategoryFields {
  readonly slug: string
  readonly name: string
  readonly nameEn: string
  readonly summary: string
  readonly summaryEn: string
  readonly sort: number
  readonly validFrom: string
  readonly validUntil: string | null
}

/** Adds a category, or gives the one with this slug new texts and dates. @returns its id */
export async function upsertCategory(tx: Tx, id: string, category: CategoryFields): Promise<string> {
  tx.referenceChanged()
  const row = await tx.one<{ id: string }>(sql`
    insert into category (district_id, id, slug, name, name_en, summary, summary_en, sort, valid_from, valid_until)
    values (${tx.districtId}, ${id}, ${category.slug}, ${category.name}, ${category.nameEn}, ${category.summary}, ${category.summaryEn},
            ${category.sort}, ${category.validFrom}, ${category.validUntil})
    on conflict (district_id, slug) do update set name = excluded.name, name_en = excluded.name_en, summary = excluded.summary,
      summary_en = excluded.summary_en, sort = excluded.sort, valid_from = excluded.valid_from, valid_until = excluded.valid_until
    returning id`)
  return row.id
}
