import { empty, sql, type Tx } from '#platform/db.ts'
import { EMERGENCY_COLUMN, type EmergencyContact, type VolunteerProfile } from './volunteer.ts'

export interface VolunteerView extends VolunteerProfile {
  readonly registeredAt: Date
  readonly insuredUntil: string | null
  readonly emergency: EmergencyContact | null
}

const profileColumns = sql`v.skills, v.service_kinds, v.free_times, v.languages, v.beijing_number, v.national_number, v.political_code,
  v.occupation, v.insured_until, v.registered_at`

export async function findVolunteer(tx: Tx, personId: string): Promise<VolunteerView | undefined> {
  const row = await tx.maybe<Omit<VolunteerView, 'emergency'> & { emergencyCipher: Buffer | null }>(sql`
    select ${profileColumns}, v.emergency_cipher from volunteer v
     where v.district_id = ${tx.districtId} and v.person_id = ${personId}`)
  if (row === undefined) return undefined
  const { emergencyCipher, ...volunteer } = row
  const emergency =
    emergencyCipher === null
      ? null
      : (JSON.parse(tx.personal.decrypt(EMERGENCY_COLUMN, personId, emergencyCipher)) as EmergencyContact)
  return { ...volunteer, emergency }
}

export interface SharedRow extends VolunteerProfile {
  readonly personId: string
  readonly name: string | null
  readonly sexCode: 1 | 2 | null
  readonly birthDateCipher: Buffer | null
  readonly registeredAt: Date
  readonly insuredUntil: string | null
  readonly licences: readonly { kind: string; issuer: string; validUntil: string | null }[]
}

/** Volunteers who agree to be shared, by id. */
export function listShared(tx: Tx, afterId: string | null, limit: number): Promise<SharedRow[]> {
  return tx.rows(sql`
    select v.person_id, p.name, p.sex_code, p.birth_date_cipher, ${profileColumns},
           coalesce((select jsonb_agg(jsonb_build_object('kind', l.kind, 'issuer', l.issuer, 'validUntil', l.valid_until) order by l.kind)
                       from volunteer_licence l
                      where l.district_id = v.district_id and l.person_id = v.person_id and l.removed_at is null), '[]') as licences
      from volunteer v
      join person p on p.district_id = v.district_id and p.id = v.person_id
      join consent c on c.district_id = v.district_id and c.person_id = v.person_id and c.purpose = 'sharing' and c.withdrawn_at is null
     where v.district_id = ${tx.districtId} ${afterId === null ? empty : sql`and v.person_id > ${afterId}::uuid`}
     order by v.person_id limit ${limit}`)
}

/** Whom a volunteer named to be called in an emergency, in clear; whoever asks has recorded why. */
export async function emergencyOf(tx: Tx, personId: string): Promise<EmergencyContact | null> {
  return (await findVolunteer(tx, personId))?.emergency ?? null
}
