import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blindIndex,
  decrypt,
  encrypt,
  FieldEncryptionError,
  type FieldFault,
  keyId,
  openKeyring,
  sealAgain,
  sealPrefix,
} from './field-encryption.ts'

const keyring = openKeyring({ kek: randomBytes(32) })
const place = { districtId: 110119, column: 'person.phone', rowId: '0198c5f2-7a00-7000-8000-000000000001' }
const written = { ...place, year: 2026 }

function faultOf(attempt: () => unknown): FieldFault | 'none' {
  try {
    attempt()
    return 'none'
  } catch (error) {
    if (error instanceof FieldEncryptionError) return error.fault
    throw error
  }
}

describe('encrypt and decrypt', () => {
  test('any well-formed Unicode text comes back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2000, max: 2199 }), (text, year) => {
        expect(decrypt(keyring, place, encrypt(keyring, { ...place, year }, text))).toBe(text)
      }),
    )
    for (const text of [
      '',
      '13812341234',
      '𠮷田 👩🏽‍🌾',
      'مرحبا',
      'e\u0301 is not é',
      'a\0b',
      '葛\u{E0100}城',
      '\uFEFFx',
    ]) {
      expect(decrypt(keyring, place, encrypt(keyring, written, text))).toBe(text)
    }
  })

  test('a lone surrogate is refused, never replaced', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff'),
        (text, lone) => {
          expect(faultOf(() => encrypt(keyring, written, `${text}${lone}`))).toBe('text-malformed')
          expect(faultOf(() => blindIndex(keyring, 110119, 'person.phone', `${lone}${text}`))).toBe('text-malformed')
        },
      ),
    )
  })

  test('the plaintext is not in the bytes and each encryption differs', () => {
    const first = encrypt(keyring, written, '13812341234')
    expect(first.includes(Buffer.from('13812341234'))).toBe(false)
    expect(first).toHaveLength(7 + 12 + 11 + 16)
    expect(encrypt(keyring, written, '13812341234').equals(first)).toBe(false)
  })

  test('a flipped bit anywhere is refused', () => {
    const sealed = encrypt(keyring, written, '13812341234')
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const forged = Buffer.from(sealed)
      forged[bit >> 3] = forged[bit >> 3]! ^ (1 << (bit & 7))
      expect(faultOf(() => decrypt(keyring, place, forged))).toBe(
        bit < 8 || (bit >= 40 && bit < 56 && outsideYears(forged)) ? 'format-unknown' : 'not-authentic',
      )
    }
    function outsideYears(bytes: Buffer): boolean {
      const year = bytes.readUInt16BE(5)
      return year < 2000 || year > 2199
    }
  })

  test('a cut or lengthened value is refused', () => {
    const sealed = encrypt(keyring, written, '13812341234')
    for (let length = 0; length < sealed.length; length += 1) {
      expect(faultOf(() => decrypt(keyring, place, sealed.subarray(0, length)))).toBe(
        length < 35 ? 'format-unknown' : 'not-authentic',
      )
    }
    expect(faultOf(() => decrypt(keyring, place, Buffer.concat([sealed, Buffer.alloc(1)])))).toBe('not-authentic')
  })

  test('another row, column, table, district or KEK does not open it', () => {
    const sealed = encrypt(keyring, written, '13812341234')
    const elsewhere = [
      { ...place, rowId: '0198c5f2-7a00-7000-8000-000000000002' },
      { ...place, column: 'person.id_number' },
      { ...place, column: 'contact.phone' },
      { ...place, districtId: 110101 },
    ]
    for (const other of elsewhere) expect(faultOf(() => decrypt(keyring, other, sealed))).toBe('not-authentic')
    const stranger = openKeyring({ kek: randomBytes(32) })
    expect(faultOf(() => decrypt(stranger, place, sealed))).toBe('not-authentic')
    expect(decrypt(keyring, place, sealed)).toBe('13812341234')
  })

  test('a keyring opened again on the same KEK reads what the first wrote', () => {
    const kek = randomBytes(32)
    const sealed = encrypt(openKeyring({ kek }), written, '延庆区')
    expect(decrypt(openKeyring({ kek: Buffer.from(kek) }), place, new Uint8Array(sealed))).toBe('延庆区')
  })

  test('the format of version 1 is pinned: bytes written by an earlier release still open', () => {
    const pinned = openKeyring({ kek: Buffer.alloc(32, 7) })
    const sealed = Buffer.from(PINNED_HEX, 'hex')
    expect(decrypt(pinned, place, sealed)).toBe('延庆区 13812341234')
    expect(blindIndex(pinned, 110119, 'person.phone', '13812341234').toString('hex')).toBe(PINNED_INDEX_HEX)
  })

  test('a KEK of another length is refused', () => {
    expect(faultOf(() => openKeyring({ kek: Buffer.alloc(31) }))).toBe('kek-length')
    expect(faultOf(() => openKeyring({ kek: Buffer.alloc(33) }))).toBe('kek-length')
  })

  test('a place that no table can have is a bug and stops', () => {
    expect(() => encrypt(keyring, { ...written, column: 'phone' }, 'x')).toThrow(/column/)
    expect(() => encrypt(keyring, { ...written, rowId: '' }, 'x')).toThrow(/rowId/)
    expect(() => encrypt(keyring, { ...written, districtId: Number.NaN }, 'x')).toThrow(/district/)
    expect(() => encrypt(keyring, { ...written, year: 1999 }, 'x')).toThrow(/year/)
  })
})

describe('a ring with a retired key', () => {
  const [old, young] = [randomBytes(32), randomBytes(32)]
  const before = openKeyring({ kek: old })
  const ring = openKeyring({ kek: young, retired: [old] })

  test('opens what the retired one sealed, and seals with the current one', () => {
    const sealed = encrypt(before, written, '13812341234')
    expect(decrypt(ring, place, sealed)).toBe('13812341234')
    const again = sealAgain(ring, place, sealed)
    expect(again.subarray(0, 5).equals(sealPrefix(ring))).toBe(true)
    expect(sealed.subarray(0, 5).equals(sealPrefix(ring))).toBe(false)
    const after = openKeyring({ kek: young })
    expect(decrypt(after, place, again)).toBe('13812341234')
    expect(faultOf(() => decrypt(after, place, sealed))).toBe('not-authentic')
    expect(faultOf(() => decrypt(before, place, again))).toBe('not-authentic')
  })

  test('the year of the write is kept, and a key is named without being told', () => {
    const again = sealAgain(ring, place, encrypt(before, { ...written, year: 2031 }, 'x'))
    expect(again.readUInt16BE(5)).toBe(2031)
    expect(keyId(young)).toMatch(/^[0-9a-f]{16}$/u)
    expect(young.toString('hex')).not.toContain(keyId(young))
    expect(keyId(old)).not.toBe(keyId(young))
  })
})

describe('blindIndex', () => {
  test('is equal for equal text and differs by text, column, district and KEK', () => {
    const index = (district: number, column: string, text: string) =>
      blindIndex(keyring, district, column, text).toString('hex')
    const base = index(110119, 'person.phone', '13812341234')
    expect(base).toHaveLength(16)
    expect(index(110119, 'person.phone', '13812341234')).toBe(base)
    const others = [
      index(110119, 'person.phone', '13812341235'),
      index(110119, 'person.id_number', '13812341234'),
      index(110101, 'person.phone', '13812341234'),
      blindIndex(openKeyring({ kek: randomBytes(32) }), 110119, 'person.phone', '13812341234').toString('hex'),
    ]
    expect(new Set([base, ...others]).size).toBe(5)
  })

  test('has no collision among 20,000 phones', () => {
    const seen = new Set<string>()
    for (let n = 0; n < 20_000; n += 1) {
      seen.add(blindIndex(keyring, 110119, 'person.phone', String(13_800_000_000 + n)).toString('hex'))
    }
    expect(seen.size).toBe(20_000)
  })
})

const PINNED_HEX =
  '0107eac9c4a50b18d11536cddfe1a22eb87788d08f5b73a324ba8e1fb0c03cb9d333ca3ac04fe3e9927bccbe7cb8f3262060c74d'
const PINNED_INDEX_HEX = '79badd7c0cdb49b2'
