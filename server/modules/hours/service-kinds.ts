import { sql, type Tx } from '#platform/db.ts'
import { refuse } from './refusals.ts'

/** A kind of thing that people do together, and whether it is volunteering. */
export interface ServiceKind {
  readonly slug: string
  readonly name: string
  readonly nameEn: string
  readonly counts: boolean
}

/** What holds on a date; what does not count stands last, to be shown to organisers. */
export function serviceKindsOn(tx: Tx, on: string): Promise<readonly ServiceKind[]> {
  return tx.reference(`service kinds ${on}`, () =>
    tx.rows<ServiceKind>(sql`
      select slug, name, name_en, counts from service_kind
       where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)
       order by counts desc, position, slug`),
  )
}

/** @throws Refusal kind-unknown, kind-does-not-count */
export async function requireCounting(tx: Tx, slug: string, on: string): Promise<void> {
  const kind = (await serviceKindsOn(tx, on)).find((one) => one.slug === slug)
  if (kind === undefined) throw refuse('kind-unknown', {}, { field: 'kindSlug' })
  if (!kind.counts) throw refuse('kind-does-not-count', { kind: kind.name }, { field: 'kindSlug' })
}
