import { sql, type Tx } from '#platform/db.ts'

export interface Theme {
  readonly id: string
  readonly kind: 'theme' | 'campaign'
  readonly name: string
  readonly nameEn: string | null
  readonly validFrom: string
  readonly validUntil: string | null
}

export function listThemes(tx: Tx, on: string | null): Promise<Theme[]> {
  return tx.rows(sql`
    select id, kind, name, name_en, valid_from, valid_until from activity_theme
     where district_id = ${tx.districtId}
       and (${on}::date is null or valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date))
     order by kind desc, valid_from, name, id`)
}

export async function themeHolds(tx: Tx, id: string, kind: Theme['kind'], on: string): Promise<boolean> {
  return (await listThemes(tx, on)).some((theme) => theme.id === id && theme.kind === kind)
}

export async function upsertTheme(tx: Tx, theme: Theme): Promise<void> {
  await tx.run(sql`
    insert into activity_theme (district_id, id, kind, name, name_en, valid_from, valid_until)
    values (${tx.districtId}, ${theme.id}, ${theme.kind}, ${theme.name}, ${theme.nameEn}, ${theme.validFrom}, ${theme.validUntil})
    on conflict (district_id, id) do update set name = excluded.name, name_en = excluded.name_en, valid_from = excluded.valid_from,
      valid_until = excluded.valid_until`)
}
