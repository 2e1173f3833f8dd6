import { type Sql, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { LOGIN_CODE_COLUMN, type Person, PHONE_COLUMN, PHONE_INDEX, TOTP_COLUMN } from './person.ts'

export function phoneIndex(tx: Tx, phone: string): Buffer {
  return tx.personal.index(PHONE_INDEX, phone)
}

export async function findPersonByPhone(tx: Tx, phone: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(
    sql`select id from person where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)}`,
  )
  return row?.id
}

export async function insertPerson(
  tx: Tx,
  now: Date,
  person: { name: string | null; phone: string | null; locale: string },
): Promise<string> {
  const id = newUuid7(now)
  const cipher = person.phone === null ? null : tx.personal.encrypt(PHONE_COLUMN, id, person.phone)
  const index = person.phone === null ? null : phoneIndex(tx, person.phone)
  await tx.run(sql`
    insert into person (district_id, id, name, phone_cipher, phone_index, locale, created_at)
    values (${tx.districtId}, ${id}, ${person.name}, ${cipher}, ${index}, ${person.locale}, ${now})`)
  return id
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: { name?: string | undefined; locale?: string | undefined; elderMode?: boolean | undefined },
): Promise<void> {
  await tx.run(sql`
    update person set name = coalesce(${change.name ?? null}, name), locale = coalesce(${change.locale ?? null}, locale),
           elder_mode = coalesce(${change.elderMode ?? null}::boolean, elder_mode), version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function findPerson(tx: Tx, id: string): Promise<Person | undefined> {
  const row = await tx.maybe<Omit<Person, 'phone'> & { phoneCipher: Buffer | null }>(sql`
    select id, name, phone_cipher, locale, elder_mode, home_unit_id from person
     where district_id = ${tx.districtId} and id = ${id}`)
  if (row === undefined) return undefined
  const { phoneCipher, ...person } = row
  return { ...person, phone: phoneCipher === null ? null : tx.personal.decrypt(PHONE_COLUMN, id, phoneCipher) }
}

/** A person's sealed phone as a part of a larger statement; opened by `openPhone`. */
export function sealedPhone(districtId: number, personId: string | null): Sql {
  return sql`(select phone_cipher from person where district_id = ${districtId} and id = ${personId}::uuid)`
}

export function openPhone(tx: Tx, personId: string, cipher: Buffer): string {
  return tx.personal.decrypt(PHONE_COLUMN, personId, cipher)
}

export interface LoginCode {
  readonly id: string
  readonly codeHash: Buffer
  readonly attempts: number
}

export async function insertLoginCode(
  tx: Tx,
  id: string,
  phone: string,
  codeHash: Buffer,
  minutesValid: number,
): Promise<void> {
  await tx.run(sql`
    update login_code set used_at = now()
     where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)} and used_at is null`)
  await tx.run(sql`
    insert into login_code (district_id, id, phone_index, code_hash, purpose, expires_at)
    values (${tx.districtId}, ${id}, ${phoneIndex(tx, phone)}, ${codeHash}, 'sign-in', now() + make_interval(mins => ${minutesValid}))`)
}

/** The one code of a phone that may still be used, locked against a second try at the same time. */
export async function lockLoginCode(tx: Tx, phone: string): Promise<LoginCode | undefined> {
  // A code that came too late once stays too late, also when the machine's clock is set back.
  await tx.run(sql`
    update login_code set used_at = now()
     where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)} and used_at is null and expires_at <= now()`)
  return tx.maybe<LoginCode>(sql`
    select id, code_hash, attempts from login_code
     where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)} and used_at is null and expires_at > now()
     order by created_at desc limit 1 for update`)
}

export async function countLoginAttempt(tx: Tx, id: string, used: boolean): Promise<void> {
  await tx.run(sql`
    update login_code set attempts = attempts + 1, used_at = case when ${used}::boolean then now() end
     where district_id = ${tx.districtId} and id = ${id}`)
}

export function sealLoginCode(tx: Tx, id: string, phone: string, code: string): string {
  return tx.personal.encrypt(LOGIN_CODE_COLUMN, id, JSON.stringify({ phone, code })).toString('base64')
}

export function openLoginCode(tx: Tx, id: string, sealed: string): { phone: string; code: string } {
  return JSON.parse(tx.personal.decrypt(LOGIN_CODE_COLUMN, id, Buffer.from(sealed, 'base64'))) as {
    phone: string
    code: string
  }
}

export function sealTotp(tx: Tx, personId: string, secret: string): Buffer {
  return tx.personal.encrypt(TOTP_COLUMN, personId, secret)
}

export function openTotp(tx: Tx, personId: string, cipher: Buffer): string {
  return tx.personal.decrypt(TOTP_COLUMN, personId, cipher)
}
