import { sql, type Tx } from '#platform/db.ts'
import { FieldEncryptionError } from '#platform/field-encryption.ts'
import { openTotp } from './person-rows.ts'

interface SealedAccount {
  readonly personId: string
  readonly totpCipher: Buffer
}

/**
 * Whether a login has this authenticator. The demonstration's authenticators are public, so an account that has one cannot
 * belong to a real district: nobody is asked to believe a flag.
 */
export async function isDemoAccount(tx: Tx, demo: { login: string; totpSecret: string }): Promise<boolean> {
  const account = await tx.maybe<SealedAccount>(sql`
    select person_id, totp_cipher from staff_account
     where district_id = ${tx.districtId} and login = ${demo.login} and totp_cipher is not null`)
  return account !== undefined && opened(tx, account) === demo.totpSecret
}

/** Whether nobody is known here yet, neither staff nor resident. */
export async function hasNobody(tx: Tx): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(
    sql`select exists (select from person where district_id = ${tx.districtId}) as found`,
  )
  return !found
}

/** Whether the installation's key opens what is stored under it; null when nothing is stored yet. */
export async function personalFieldsOpen(tx: Tx): Promise<boolean | null> {
  const account = await tx.maybe<SealedAccount>(sql`
    select person_id, totp_cipher from staff_account
     where district_id = ${tx.districtId} and totp_cipher is not null order by person_id limit 1`)
  return account === undefined ? null : opened(tx, account) !== null
}

function opened(tx: Tx, { personId, totpCipher }: SealedAccount): string | null {
  try {
    return openTotp(tx, personId, totpCipher)
  } catch (error) {
    if (error instanceof FieldEncryptionError) return null
    throw error
  }
}
