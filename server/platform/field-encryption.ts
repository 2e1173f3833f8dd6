/**
 * Encryption of single personal fields (phone, ID number, address) before they reach the database.
 *
 * One key-encryption key (KEK) of the installation stands above one data key for each district and year, so that no
 * key protects more than a year of one district and a row copied into another district cannot be read there. Data keys
 * are derived, not stored: HKDF-SHA-256 of the KEK with the info `district:year:purpose`. Derivation needs no table,
 * no bootstrap and no backup of wrapped keys, and cannot lose one. Its price is that a single year cannot be destroyed
 * by deleting its key; erasure deletes rows. An installation with a key management service changes one function,
 * `dataKey`, to unwrap a stored key there; the format of the ciphertext stays.
 *
 * Ciphertext: version (1 byte, 2) · the KEK's mark (4) · year (2, big-endian) · nonce (12) · ciphertext (as long as the UTF-8
 * text) · tag (16). The mark is the beginning of the KEK's id, so that a ring with retired keys knows which one opens a field and
 * a query can count what is left under each. Version 1 had no mark; it is read and no longer written.
 *
 * The KEK is changed in two steps. With the server stopped the indexes are made anew (there is no telling by an index under which
 * key it was made) and the key becomes a retired one; after that fields are sealed again while the server works.
 *
 * The header, the district and `table:column:row` are authenticated, so a value moved to another row, column or
 * district does not decrypt.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import assert from 'node:assert/strict'

export type FieldFault =
  /** The KEK is not 32 bytes. */
  | 'kek-length'
  /** The text holds a lone surrogate, which UTF-8 cannot carry; to store U+FFFD instead would lose data silently. */
  | 'text-malformed'
  /** The bytes are not of this format: too short, unknown version, or a year that cannot be. */
  | 'format-unknown'
  /** The bytes were altered, belong to another row, column or district, or were made under another KEK. */
  | 'not-authentic'

/** The typed failure of everything in this file; `fault` says which. The message never holds the field's text. */
export class FieldEncryptionError extends Error {
  override readonly name = 'FieldEncryptionError'
  readonly fault: FieldFault
  constructor(fault: FieldFault, options?: ErrorOptions) {
    super(`field encryption: ${fault}`, options)
    this.fault = fault
  }
}

interface RingKey {
  readonly kek: Buffer
  readonly id: string
  readonly mark: Buffer
}

/** Opaque outside this file. Data keys are kept once derived, so a list of 20 rows costs one derivation. */
export interface Keyring {
  readonly current: RingKey
  /** The current one first. */
  readonly keys: readonly RingKey[]
  /** As key objects, which the ciphers take three times as fast as bytes. */
  readonly dataKeys: Map<string, KeyObject>
  /** Secrets once derived, by district and purpose. */
  readonly secrets: Map<string, Buffer>
}

/** Where a field lives. `column` is `table.column` in the database's spelling; `rowId` is the row's primary key within the district. */
export interface FieldPlace {
  readonly districtId: number
  readonly column: string
  readonly rowId: string
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const MARK_BYTES = 4
const HEADER_BYTES = 1 + MARK_BYTES + 2
const UNMARKED_HEADER_BYTES = 3
const BLIND_INDEX_BYTES = 8
const KEY_ID_BYTES = 8
const FORMAT_UNMARKED = 1
const FORMAT_VERSION = 2
// Bounds the number of keys that forged headers can make the keyring derive and keep.
const YEAR_MIN = 2000
const YEAR_MAX = 2199
const HKDF_SALT = Buffer.from('huiyin field encryption 1')
const COLUMN_SHAPE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/

/**
 * Opens a keyring on the installation's 32-byte KEK, which seals, and on retired ones, which only open.
 * @throws FieldEncryptionError `kek-length`
 */
export function openKeyring(options: { kek: Buffer; retired?: readonly Buffer[] }): Keyring {
  const keys = [options.kek, ...(options.retired ?? [])].map((kek): RingKey => {
    if (kek.length !== KEY_BYTES) throw new FieldEncryptionError('kek-length')
    const id = keyId(kek)
    return { kek: Buffer.from(kek), id, mark: Buffer.from(id, 'hex').subarray(0, MARK_BYTES) }
  })
  return { current: keys[0]!, keys, dataKeys: new Map(), secrets: new Map() }
}

/**
 * Encrypts one field under the district's key of `year` (the calendar year of the write, from the caller's clock).
 * The same text gives other bytes each time. Any well-formed Unicode is returned unchanged by `decrypt`, not normalised.
 * @throws FieldEncryptionError `text-malformed`
 */
export function encrypt(keyring: Keyring, place: FieldPlace & { year: number }, plaintext: string): Buffer {
  assert(Number.isInteger(place.year) && place.year >= YEAR_MIN && place.year <= YEAR_MAX, 'year out of range')
  const text = utf8(plaintext)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(FORMAT_VERSION, 0)
  keyring.current.mark.copy(header, 1)
  header.writeUInt16BE(place.year, 1 + MARK_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const key = dataKey(keyring, keyring.current, place.districtId, String(place.year), 'field')
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(associatedData(header, place))
  const body = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([header, nonce, body, cipher.getAuthTag()])
}

/**
 * Returns the text that `encrypt` was given for the same place; year and key are read from the bytes.
 * @throws FieldEncryptionError `format-unknown`, `not-authentic`
 */
export function decrypt(keyring: Keyring, place: FieldPlace, bytes: Uint8Array): string {
  const sealed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { header, year, keys } = readHeader(keyring, sealed)
  const nonce = sealed.subarray(header.length, header.length + NONCE_BYTES)
  const body = sealed.subarray(header.length + NONCE_BYTES, -TAG_BYTES)
  let failure: unknown
  for (const ringKey of keys) {
    const key = dataKey(keyring, ringKey, place.districtId, String(year), 'field')
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData(header, place))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    } catch (error) {
      failure = error
    }
  }
  throw new FieldEncryptionError('not-authentic', { cause: failure })
}

/** The header, and the keys that may have made it: the marked one, or each where there is no mark. */
function readHeader(keyring: Keyring, sealed: Buffer): { header: Buffer; year: number; keys: readonly RingKey[] } {
  const isMarked = sealed[0] === FORMAT_VERSION
  const headerBytes = isMarked ? HEADER_BYTES : UNMARKED_HEADER_BYTES
  if (!isMarked && sealed[0] !== FORMAT_UNMARKED) throw new FieldEncryptionError('format-unknown')
  if (sealed.length < headerBytes + NONCE_BYTES + TAG_BYTES) throw new FieldEncryptionError('format-unknown')
  const header = sealed.subarray(0, headerBytes)
  const year = header.readUInt16BE(headerBytes - 2)
  if (year < YEAR_MIN || year > YEAR_MAX) throw new FieldEncryptionError('format-unknown')
  if (!isMarked) return { header, year, keys: keyring.keys }
  const mark = header.subarray(1, 1 + MARK_BYTES)
  return { header, year, keys: keyring.keys.filter((key) => key.mark.equals(mark)) }
}

/** The first bytes of everything that the current key sealed. */
export function sealPrefix(keyring: Keyring): Buffer {
  return Buffer.concat([Buffer.from([FORMAT_VERSION]), keyring.current.mark])
}

/**
 * The same text of the same year, sealed by the current key.
 * @throws FieldEncryptionError `format-unknown`, `not-authentic`
 */
export function sealAgain(keyring: Keyring, place: FieldPlace, bytes: Uint8Array): Buffer {
  const { year } = readHeader(keyring, Buffer.from(bytes))
  return encrypt(keyring, { ...place, year }, decrypt(keyring, place, bytes))
}

/**
 * Eight bytes by which rows with the same text can be found without decrypting (HMAC-SHA-256, truncated). The key is
 * the district's and does not depend on the year, so a look-up is one comparison. Equal texts of one column and
 * district give equal bytes and nothing else can be read from them; among a million rows a false match is expected
 * once in 10^13 look-ups, so compare the decrypted text where identity matters.
 * @param normalisedText the text in the one spelling the caller compares by, such as the 11 digits of a phone
 * @throws FieldEncryptionError `text-malformed`
 */
export function blindIndex(keyring: Keyring, districtId: number, column: string, normalisedText: string): Buffer {
  assert(COLUMN_SHAPE.test(column), 'column is not table.column')
  const key = dataKey(keyring, keyring.current, districtId, 'every-year', 'blind-index')
  const mac = createHmac('sha256', key).update(column).update('\0').update(utf8(normalisedText))
  return mac.digest().subarray(0, BLIND_INDEX_BYTES)
}

/** The data key of one district, year and purpose. The only place that touches a KEK, beside its id. */
function dataKey(
  keyring: Keyring,
  { id, kek }: RingKey,
  districtId: number,
  year: string,
  purpose: 'field' | 'blind-index' | 'derived-secret',
): KeyObject {
  assert(Number.isSafeInteger(districtId) && districtId > 0, 'districtId is not a district code')
  const info = `${districtId}:${year}:${purpose}`
  const kept = keyring.dataKeys.get(`${id}:${info}`)
  if (kept !== undefined) return kept
  const derived = createSecretKey(Buffer.from(hkdfSync('sha256', kek, HKDF_SALT, info, KEY_BYTES)))
  keyring.dataKeys.set(`${id}:${info}`, derived)
  return derived
}

function associatedData(header: Buffer, place: FieldPlace): Buffer {
  assert(COLUMN_SHAPE.test(place.column), 'column is not table.column')
  assert(place.rowId !== '', 'rowId is empty')
  const [table, column] = place.column.split('.')
  // The free part, the row's id, stands last: no two places can spell the same bytes.
  return Buffer.concat([header, Buffer.from(`${place.districtId}:${table}:${column}:${place.rowId}`)])
}

function utf8(text: string): Buffer {
  if (!text.isWellFormed()) throw new FieldEncryptionError('text-malformed')
  return Buffer.from(text, 'utf8')
}

/** Names a KEK without telling anything of it, so that a backup can say which key it needs. @returns 16 hexadecimal digits */
export function keyId(kek: Buffer): string {
  return Buffer.from(hkdfSync('sha256', kek, HKDF_SALT, 'key-id', KEY_ID_BYTES)).toString('hex')
}

/** A secret of 32 bytes for one purpose of one district, made again from the keyring instead of being stored. */
export function deriveSecret(keyring: Keyring, districtId: number, purpose: string): Buffer {
  const name = `${districtId}:${purpose}`
  const kept = keyring.secrets.get(name)
  if (kept !== undefined) return Buffer.from(kept)
  const key = dataKey(keyring, keyring.current, districtId, 'every-year', 'derived-secret')
  const secret = createHmac('sha256', key).update(purpose).digest()
  keyring.secrets.set(name, secret)
  return Buffer.from(secret)
}
