import { type Sql, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { refuse } from './refusals.ts'
import { documentOf, documentText, type IdentityDocument, type SexCode } from './identity.ts'
import {
  BIRTH_DATE_COLUMN,
  ID_NUMBER_COLUMN,
  ID_NUMBER_INDEX,
  LOGIN_CODE_COLUMN,
  type Person,
  PHONE_COLUMN,
  PHONE_INDEX,
  TOTP_COLUMN,
} from './person.ts'

export function phoneIndex(tx: Tx, phone: string): Buffer {
  return tx.personal.index(PHONE_INDEX, phone)
}

/** Whose phone it is; a merged account's phone leads to the account that goes on. */
export async function findPersonByPhone(tx: Tx, phone: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(
    sql`select coalesce(merged_into, id) as id from person
         where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)}`,
  )
  return row?.id
}

/** The same for many phones in one statement. @returns persons by phone; a phone that nobody has is not in it */
export async function findPeopleByPhone(tx: Tx, phones: readonly string[]): Promise<Map<string, string>> {
  if (phones.length === 0) return new Map()
  const byIndex = new Map(phones.map((phone) => [phoneIndex(tx, phone).toString('hex'), phone]))
  const rows = await tx.rows<{ id: string; index: string }>(sql`
    select coalesce(merged_into, id) as id, encode(phone_index, 'hex') as index from person
     where district_id = ${tx.districtId} and phone_index = any(${[...byIndex.keys()].map((hex) => Buffer.from(hex, 'hex'))}::bytea[])`)
  return new Map(rows.map((row) => [byIndex.get(row.index)!, row.id]))
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

interface StoredPerson extends Omit<Person, 'phone' | 'birthDate' | 'document'> {
  readonly phoneCipher: Buffer | null
  readonly birthDateCipher: Buffer | null
  readonly idNumberCipher: Buffer | null
}

const columns = sql`id, name, phone_cipher, locale, elder_mode, home_unit_id, birth_date_cipher, id_number_cipher, sex_code, erased_at, merged_into`

export async function findPerson(tx: Tx, id: string): Promise<Person | undefined> {
  const row = await tx.maybe<StoredPerson>(
    sql`select ${columns} from person where district_id = ${tx.districtId} and id = ${id}`,
  )
  return row && opened(tx, row)
}

/** The person, held against every other change: whoever leaves, is merged or makes a promise comes after or before. */
export async function lockPerson(tx: Tx, id: string): Promise<Person> {
  const row = await tx.one<StoredPerson>(
    sql`select ${columns} from person where district_id = ${tx.districtId} and id = ${id} for no key update`,
  )
  return opened(tx, row)
}

/** The same, also against whoever writes a row that names the person. */
export async function lockPersonAlone(tx: Tx, id: string): Promise<Person> {
  const row = await tx.one<StoredPerson>(
    sql`select ${columns} from person where district_id = ${tx.districtId} and id = ${id} for update`,
  )
  return opened(tx, row)
}

/** Before a promise is made for a person: the account is open, and stays so until the transaction ends. @throws Refusal account-closed */
export async function holdPerson(tx: Tx, id: string): Promise<void> {
  const { isClosed } = await tx.one<{ isClosed: boolean }>(sql`
    select erased_at is not null or merged_into is not null as is_closed from person where district_id = ${tx.districtId} and id = ${id} for share`)
  if (isClosed) throw refuse('account-closed')
}

/** All accounts of one person: the one that goes on, and those that were merged into it. History stands under any of them. */
export async function identitiesOf(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    sql`select id from person where district_id = ${tx.districtId} and (id = ${id} or merged_into = ${id}) order by id`,
  )
  return rows.map((row) => row.id)
}

/** Points an account, and those merged into it before, to the one that goes on; or back to nobody. @returns whose changed */
export async function setMergedInto(tx: Tx, ids: readonly string[], into: string | null): Promise<void> {
  await tx.run(sql`
    update person set merged_into = ${into}::uuid, version = version + 1
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[])`)
}

/** Takes document, birth date and sex from one account to another of the same person. */
export async function moveIdentity(tx: Tx, from: Person, toId: string, name: string): Promise<void> {
  await tx.run(sql`
    update person set id_number_cipher = null, id_number_index = null, birth_date_cipher = null, sex_code = null
     where district_id = ${tx.districtId} and id = ${from.id}`)
  const document = { ...from.document!, birthDate: from.birthDate, sexCode: from.sexCode }
  await updateIdentity(tx, toId, { name, document, birthDate: from.birthDate!, sexCode: from.sexCode })
}

/** Takes everything personal out of the row. What names the id keeps it. */
export async function erasePerson(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`
    update person
       set name = null, phone_cipher = null, phone_index = null, id_number_cipher = null, id_number_index = null,
           birth_date_cipher = null, sex_code = null, home_unit_id = null, merged_into = null, erased_at = ${at}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function holdsStaffAccount(tx: Tx, id: string): Promise<boolean> {
  const found = await tx.rows(sql`
    select 1 as one from staff_account
     where district_id = ${tx.districtId} and person_id = ${id} and disabled_at is null`)
  return found.length > 0
}

/** No code of a phone works any more. */
export async function voidLoginCodes(tx: Tx, phone: string): Promise<void> {
  await tx.run(sql`
    update login_code set used_at = now()
     where district_id = ${tx.districtId} and phone_index = ${phoneIndex(tx, phone)} and used_at is null`)
}

function opened(tx: Tx, { phoneCipher, birthDateCipher, idNumberCipher, ...person }: StoredPerson): Person {
  const clear = (column: string, cipher: Buffer | null) =>
    cipher === null ? null : tx.personal.decrypt(column, person.id, cipher)
  const document = clear(ID_NUMBER_COLUMN, idNumberCipher)
  return {
    ...person,
    phone: clear(PHONE_COLUMN, phoneCipher),
    birthDate: clear(BIRTH_DATE_COLUMN, birthDateCipher),
    document: document === null ? null : documentOf(document),
  }
}

/** A person's birth date in clear, when only a sealed one was read. */
export function openBirthDate(tx: Tx, personId: string, cipher: Buffer): string {
  return tx.personal.decrypt(BIRTH_DATE_COLUMN, personId, cipher)
}

export function documentIndex(tx: Tx, document: Pick<IdentityDocument, 'kind' | 'number'>): Buffer {
  return tx.personal.index(ID_NUMBER_INDEX, documentText(document))
}

export async function updateIdentity(
  tx: Tx,
  id: string,
  given: { name: string; document: IdentityDocument; birthDate: string; sexCode: SexCode | null },
): Promise<void> {
  const number = tx.personal.encrypt(ID_NUMBER_COLUMN, id, documentText(given.document))
  const birthDate = tx.personal.encrypt(BIRTH_DATE_COLUMN, id, given.birthDate)
  await tx.run(sql`
    update person set name = ${given.name}, id_number_cipher = ${number}, id_number_index = ${documentIndex(tx, given.document)},
           birth_date_cipher = ${birthDate}, sex_code = ${given.sexCode}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
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
