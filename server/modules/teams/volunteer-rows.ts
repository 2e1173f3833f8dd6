import { empty, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import {
  EMERGENCY_COLUMN,
  type EmergencyContact,
  type Licence,
  PROOF_NUMBER_COLUMN,
  type VolunteerProfile,
} from './volunteer.ts'

/** @returns whether the person was not a volunteer before */
export async function upsertVolunteer(
  tx: Tx,
  personId: string,
  skills: readonly string[],
  now: Date,
): Promise<boolean> {
  const { isNew } = await tx.one<{ isNew: boolean }>(sql`
    insert into volunteer (district_id, person_id, registered_at, skills) values (${tx.districtId}, ${personId}, ${now}, ${skills})
    on conflict (district_id, person_id) do update set skills = excluded.skills
    returning xmax = 0 as is_new`)
  return isNew
}

export async function isVolunteer(tx: Tx, personId: string): Promise<boolean> {
  const found = await tx.rows(
    sql`select 1 as one from volunteer where district_id = ${tx.districtId} and person_id = ${personId}`,
  )
  return found.length === 1
}

/** @param emergency undefined leaves the contact as it is */
export async function updateProfile(
  tx: Tx,
  personId: string,
  profile: VolunteerProfile,
  emergency: EmergencyContact | null | undefined,
): Promise<boolean> {
  const sealed = emergency == null ? null : tx.personal.encrypt(EMERGENCY_COLUMN, personId, JSON.stringify(emergency))
  const updated = await tx.run(sql`
    update volunteer
       set skills = ${profile.skills}, service_kinds = ${profile.serviceKinds},
           free_times = ${JSON.stringify(profile.freeTimes)}::jsonb, languages = ${profile.languages},
           beijing_number = ${profile.beijingNumber}, national_number = ${profile.nationalNumber},
           political_code = ${profile.politicalCode}, occupation = ${profile.occupation}
           ${emergency === undefined ? empty : sql`, emergency_cipher = ${sealed}`}
     where district_id = ${tx.districtId} and person_id = ${personId}`)
  return updated === 1
}

export async function insertLicence(
  tx: Tx,
  now: Date,
  personId: string,
  licence: Omit<Licence, 'id'>,
): Promise<string> {
  const id = newUuid7(now)
  await tx.run(sql`
    insert into volunteer_licence (district_id, id, person_id, kind, issuer, proof_number_cipher, valid_until, added_at)
    values (${tx.districtId}, ${id}, ${personId}, ${licence.kind}, ${licence.issuer},
            ${tx.personal.encrypt(PROOF_NUMBER_COLUMN, id, licence.proofNumber)}, ${licence.validUntil}, ${now})`)
  return id
}

export async function endLicence(tx: Tx, personId: string, id: string, at: Date): Promise<boolean> {
  const ended = await tx.run(sql`
    update volunteer_licence set removed_at = ${at}
     where district_id = ${tx.districtId} and id = ${id} and person_id = ${personId} and removed_at is null`)
  return ended === 1
}

export async function licencesOf(tx: Tx, personId: string): Promise<Licence[]> {
  const rows = await tx.rows<Omit<Licence, 'proofNumber'> & { proofNumberCipher: Buffer }>(sql`
    select id, kind, issuer, proof_number_cipher, valid_until from volunteer_licence
     where district_id = ${tx.districtId} and person_id = ${personId} and removed_at is null order by kind, added_at`)
  return rows.map(({ proofNumberCipher, ...licence }) => ({
    ...licence,
    proofNumber: tx.personal.decrypt(PROOF_NUMBER_COLUMN, licence.id, proofNumberCipher),
  }))
}

/** Empties a profile; the row stays, because records of service name it. */
export async function eraseVolunteer(tx: Tx, personId: string): Promise<void> {
  await tx.run(sql`
    update volunteer
       set skills = '{}', service_kinds = '{}', free_times = '[]', languages = '{}', beijing_number = null, national_number = null,
           political_code = null, occupation = null, emergency_cipher = null, insured_until = null
     where district_id = ${tx.districtId} and person_id = ${personId}`)
  await tx.run(sql`delete from volunteer_licence where district_id = ${tx.districtId} and person_id = ${personId}`)
}

/** Makes one account a volunteer as another of the same person is; a profile that is there already stands. */
export async function copyVolunteer(tx: Tx, fromId: string, toId: string): Promise<void> {
  await tx.run(sql`
    insert into volunteer (district_id, person_id, registered_at, skills, service_kinds, free_times, languages, political_code,
                           occupation, insured_until)
    select district_id, ${toId}, registered_at, skills, service_kinds, free_times, languages, political_code, occupation, insured_until
      from volunteer where district_id = ${tx.districtId} and person_id = ${fromId}
    on conflict (district_id, person_id) do nothing`)
}

/** Lets licences follow from one account to another of the same person. @param ids all by default @returns their ids */
export async function moveLicences(tx: Tx, fromId: string, toId: string, ids?: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    update volunteer_licence set person_id = ${toId}
     where district_id = ${tx.districtId} and person_id = ${fromId} and removed_at is null
       ${ids === undefined ? empty : sql`and id = any(${ids}::uuid[])`} returning id`)
  return rows.map((row) => row.id)
}
