import { sql, type Tx } from '#platform/db.ts'

/** What decides whether a person may take a place. Null is "not known". */
export interface VolunteerFacts {
  readonly isVolunteer: boolean
  /** Whoever may not serve for the time being. */
  readonly isBlocked: boolean
  readonly skills: readonly string[]
  /** Licences that are valid on the date asked for. */
  readonly licences: readonly string[]
  readonly insuredUntil: string | null
  readonly ageYears: number | null
  /** Purposes to which the person, or the guardian, consented and did not withdraw. */
  readonly consents: readonly string[]
  readonly teamIds: readonly string[]
}

/** The facts about one person; somebody who never registered is no volunteer. */
export async function volunteerFacts(tx: Tx, personId: string): Promise<VolunteerFacts> {
  const row = await tx.one<{
    isVolunteer: boolean
    skills: string[]
    insuredUntil: string | null
    consents: string[]
    teamIds: string[]
  }>(sql`
    select v.person_id is not null as is_volunteer, coalesce(v.skills, '{}') as skills, v.insured_until,
           array(select distinct c.purpose from consent c
                  where c.district_id = ${tx.districtId} and c.person_id = ${personId} and c.withdrawn_at is null) as consents,
           array(select m.team_id::text from team_member m
                  where m.district_id = ${tx.districtId} and m.person_id = ${personId} and m.left_at is null) as team_ids
      from (select 1) one left join volunteer v on v.district_id = ${tx.districtId} and v.person_id = ${personId}`)
  // Licences with their expiry and the date of birth are not held yet: nobody is refused for them unless a role asks.
  return { ...row, isBlocked: false, licences: [], ageYears: null }
}

/** Which of these people have registered as volunteers. */
export async function volunteersAmong(tx: Tx, personIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows<{ personId: string }>(sql`
    select person_id from volunteer where district_id = ${tx.districtId} and person_id = any(${personIds}::uuid[])`)
  return new Set(rows.map((row) => row.personId))
}
