import { openBirthDate } from '#modules/people/index.ts'
import { sql, type Tx } from '#platform/db.ts'

/** What decides whether a person may take a place. Null is "not known". */
export interface VolunteerFacts {
  readonly isVolunteer: boolean
  /** Whoever may not serve for the time being. */
  readonly isBlocked: boolean
  readonly skills: readonly string[]
  /** Each with the last day on which it holds. */
  readonly licences: readonly { readonly kind: string; readonly validUntil: string | null }[]
  readonly insuredUntil: string | null
  readonly birthDate: string | null
  /** Purposes to which the person, or the guardian, consented and did not withdraw. */
  readonly consents: readonly string[]
  readonly teamIds: readonly string[]
}

/** The facts about one person; somebody who never registered is no volunteer. */
export async function volunteerFacts(tx: Tx, personId: string): Promise<VolunteerFacts> {
  const row = await tx.one<{
    isVolunteer: boolean
    skills: string[]
    licences: { kind: string; validUntil: string | null }[]
    birthDateCipher: Buffer | null
    insuredUntil: string | null
    consents: string[]
    teamIds: string[]
  }>(sql`
    select v.person_id is not null as is_volunteer, coalesce(v.skills, '{}') as skills, v.insured_until,
           (select p.birth_date_cipher from person p where p.district_id = ${tx.districtId} and p.id = ${personId}) as birth_date_cipher,
           coalesce((select jsonb_agg(jsonb_build_object('kind', l.kind, 'validUntil', l.valid_until)) from volunteer_licence l
                      where l.district_id = ${tx.districtId} and l.person_id = ${personId} and l.removed_at is null), '[]') as licences,
           array(select distinct c.purpose from consent c
                  where c.district_id = ${tx.districtId} and c.person_id = ${personId} and c.withdrawn_at is null) as consents,
           array(select m.team_id::text from team_member m
                  where m.district_id = ${tx.districtId} and m.person_id = ${personId} and m.left_at is null) as team_ids
      from (select 1) one left join volunteer v on v.district_id = ${tx.districtId} and v.person_id = ${personId}`)
  const { birthDateCipher, ...facts } = row
  const birthDate = birthDateCipher === null ? null : openBirthDate(tx, personId, birthDateCipher)
  return { ...facts, isBlocked: false, birthDate }
}

/** Which of these people have registered as volunteers. */
export async function volunteersAmong(tx: Tx, personIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows<{ personId: string }>(sql`
    select person_id from volunteer where district_id = ${tx.districtId} and person_id = any(${personIds}::uuid[])`)
  return new Set(rows.map((row) => row.personId))
}
