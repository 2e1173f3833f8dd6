import { sql, type Tx } from '#platform/db.ts'

export interface StaffAccount {
  readonly personId: string
  readonly login: string
  readonly passwordHash: string | null
  readonly totpCipher: Buffer | null
  readonly totpLastStep: number | null
  readonly failedAttempts: number
  readonly lockedMinutes: number | null
  readonly disabledAt: Date | null
}

const columns = sql`person_id, login, password_hash, totp_cipher, totp_last_step, failed_attempts, disabled_at,
  case when locked_until > now() then ceil(extract(epoch from locked_until - now()) / 60)::int end as locked_minutes`

export function lockAccountByLogin(tx: Tx, login: string): Promise<StaffAccount | undefined> {
  return tx.maybe<StaffAccount>(
    sql`select ${columns} from staff_account where district_id = ${tx.districtId} and login = ${login} for update`,
  )
}

export function lockAccount(tx: Tx, personId: string): Promise<StaffAccount | undefined> {
  return tx.maybe<StaffAccount>(
    sql`select ${columns} from staff_account where district_id = ${tx.districtId} and person_id = ${personId} for update`,
  )
}

export async function insertAccount(tx: Tx, personId: string, login: string): Promise<void> {
  await tx.run(
    sql`insert into staff_account (district_id, person_id, login) values (${tx.districtId}, ${personId}, ${login})`,
  )
}

export async function countFailure(tx: Tx, personId: string, attemptsMax: number, lockMinutes: number): Promise<void> {
  await tx.run(sql`
    update staff_account
       set failed_attempts = case when failed_attempts + 1 >= ${attemptsMax} then 0 else failed_attempts + 1 end,
           locked_until = case when failed_attempts + 1 >= ${attemptsMax} then now() + make_interval(mins => ${lockMinutes}) end
     where district_id = ${tx.districtId} and person_id = ${personId}`)
}

export async function countSuccess(tx: Tx, personId: string, totpStep: number): Promise<void> {
  await tx.run(sql`
    update staff_account set failed_attempts = 0, locked_until = null, totp_last_step = ${totpStep}
     where district_id = ${tx.districtId} and person_id = ${personId}`)
}

export async function saveTotp(tx: Tx, personId: string, cipher: Buffer): Promise<void> {
  await tx.run(sql`
    update staff_account set totp_cipher = ${cipher} where district_id = ${tx.districtId} and person_id = ${personId}`)
}

export async function activateAccount(tx: Tx, personId: string, passwordHash: string): Promise<void> {
  await tx.run(sql`
    update staff_account set password_hash = ${passwordHash}, failed_attempts = 0, locked_until = null
     where district_id = ${tx.districtId} and person_id = ${personId}`)
}

export async function disableAccount(tx: Tx, personId: string, at: Date): Promise<boolean> {
  const touched = await tx.run(sql`
    update staff_account set disabled_at = ${at}
     where district_id = ${tx.districtId} and person_id = ${personId} and disabled_at is null`)
  return touched === 1
}

export interface Invitation {
  readonly id: string
  readonly personId: string
}

export async function insertInvitation(
  tx: Tx,
  invitation: Invitation & { tokenHash: Buffer; expiresAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into staff_invitation (district_id, id, token_hash, person_id, expires_at)
    values (${tx.districtId}, ${invitation.id}, ${invitation.tokenHash}, ${invitation.personId}, ${invitation.expiresAt})`)
}

export function lockInvitation(tx: Tx, tokenHash: Buffer, now: Date): Promise<Invitation | undefined> {
  return tx.maybe<Invitation>(sql`
    select id, person_id from staff_invitation
     where district_id = ${tx.districtId} and token_hash = ${tokenHash} and used_at is null and expires_at > ${now} for update`)
}

export async function useInvitation(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update staff_invitation set used_at = ${at} where district_id = ${tx.districtId} and id = ${id}`)
}

export async function insertGrant(
  tx: Tx,
  grant: { id: string; personId: string; role: string; unitId: string; grantedBy: string | null; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into role_grant (district_id, id, person_id, role, unit_id, granted_by, granted_at)
    values (${tx.districtId}, ${grant.id}, ${grant.personId}, ${grant.role}, ${grant.unitId}, ${grant.grantedBy}, ${grant.at})`)
}

export function findOpenGrant(
  tx: Tx,
  id: string,
): Promise<{ personId: string; role: string; unitId: string } | undefined> {
  return tx.maybe(sql`
    select person_id, role, unit_id from role_grant
     where district_id = ${tx.districtId} and id = ${id} and ended_at is null for update`)
}

export async function endGrantRow(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update role_grant set ended_at = ${at} where district_id = ${tx.districtId} and id = ${id}`)
}
