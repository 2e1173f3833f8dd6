import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

export interface TeamFamily {
  readonly id: string
  readonly slug: string
  /** Its place in the formula of its year, such as the "6" of "2+6+N". */
  readonly slot: string
  readonly name: string
  readonly nameEn: string | null
  readonly sort: number
  readonly validFrom: string
  /** The first day on which it is none any more. */
  readonly validUntil: string | null
}

/** Families that hold on a day. */
export function listFamilies(tx: Tx, on: string): Promise<TeamFamily[]> {
  return tx.rows(sql`
    select id, slug, slot, name, name_en, sort, valid_from, valid_until from team_family
     where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)
     order by sort, slug`)
}

/**
 * Writes a family from a day on: what held under the same slug ends on that day, or is corrected when it begins on it.
 * @returns its id
 */
export async function saveFamily(work: Work, given: Omit<TeamFamily, 'id'>): Promise<string> {
  const { tx, now } = work
  const { slug, slot, name, nameEn, sort, validFrom, validUntil } = given
  // One after the other, so that two who write the same family correct each other.
  await tx.run(sql`select 1 from district where id = ${tx.districtId} for no key update`)
  const later = await tx.maybe(sql`
    select 1 as one from team_family
     where district_id = ${tx.districtId} and slug = ${slug} and valid_from > ${validFrom}::date
       and (${validUntil}::date is null or valid_from < ${validUntil}::date) limit 1`)
  if (later !== undefined) throw refuse('family-clash', {}, { field: 'validFrom' })
  await tx.run(sql`
    update team_family set valid_until = ${validFrom}
     where district_id = ${tx.districtId} and slug = ${slug} and valid_from < ${validFrom}::date
       and (valid_until is null or valid_until > ${validFrom}::date)`)
  const same = await tx.maybe<{ id: string }>(sql`
    update team_family set slot = ${slot}, name = ${name}, name_en = ${nameEn}, sort = ${sort}, valid_until = ${validUntil}
     where district_id = ${tx.districtId} and slug = ${slug} and valid_from = ${validFrom}::date returning id`)
  const id = same?.id ?? newUuid7(now)
  if (same === undefined)
    await tx.run(sql`
      insert into team_family (district_id, id, slug, slot, name, name_en, sort, valid_from, valid_until)
      values (${tx.districtId}, ${id}, ${slug}, ${slot}, ${name}, ${nameEn}, ${sort}, ${validFrom}, ${validUntil})`)
  work.audit({ action: 'teams.save-family', subject: { kind: 'team-family', id }, details: { slug, validFrom } })
  return id
}
