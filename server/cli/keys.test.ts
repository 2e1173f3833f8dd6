// Changing the key on the demonstration, whose people have phones, codes, orders and messages.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../test/support/command-line.ts'
import { useDatabase } from '../../test/support/database.ts'
import { findPersonByPhone } from '../modules/people/index.ts'
import { inDistrict, openDb } from '../platform/db.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { openKeyring } from '../platform/field-encryption.ts'
import { YANQING } from './district-plan.ts'
import { SEALED_COLUMNS } from './sealed-columns.ts'

const PHONE = '13900000001'
const database = useDatabase()
let folder = ''
let data = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-cli-'))
  await chmod(folder, 0o755)
  data = join(folder, 'data')
  expect(await huiyin('demo', '--reset')).toMatchObject({ status: 0 })
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const huiyin = (...argv: string[]) => command({ HUIYIN_DATA: data, LANG: 'en_GB.UTF-8' }, ...argv)
const key = async (name: string) => (await readFile(join(data, name), 'utf8')).trim()

/** Whom the phone leads to, and whether the phones of all people open, with the keys that lie there. */
async function look(): Promise<{ person: string | undefined; opened: number }> {
  const retired = await key('kek.retired').catch(() => '')
  const keyring = openKeyring({
    kek: Buffer.from(await key('kek'), 'hex'),
    retired: retired
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Buffer.from(line, 'hex')),
  })
  const postgres = await startEmbeddedPostgres({ dataDir: data, log: () => undefined })
  const db = openDb(postgres.url, keyring, { poolMax: 1 })
  try {
    return await inDistrict(db, YANQING, async (tx) => {
      const { rows } = await tx.raw('select id, phone_cipher from person where phone_cipher is not null')
      for (const { id, phone_cipher } of rows as { id: string; phone_cipher: Buffer }[])
        expect(tx.personal.decrypt('person.phone_cipher', id, phone_cipher)).toMatch(/^\d{11}$/u)
      return { person: await findPersonByPhone(tx, PHONE), opened: rows.length }
    })
  } finally {
    await db.close()
    await postgres.stop()
  }
}

test('every column with sealed fields is known', async () => {
  const found = await database.owner(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and column_name like '%\\_cipher'`,
    )
    return rows.map((row) => row.name)
  })
  expect(found.length).toBeGreaterThan(5)
  const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)
  expect(known.filter((name) => name !== 'idempotency.body').toSorted()).toEqual(found.toSorted())
})

test(
  'a new key takes over, the old one opens until all is sealed again, and then is needed no more',
  { timeout: 120_000 },
  async () => {
    const before = await look()
    expect(before.person).toBeDefined()
    const old = await key('kek')
    expect((await huiyin('keys', 'list')).out.split('\n')).toHaveLength(1)

    const rotated = await huiyin('keys', 'rotate')
    expect(rotated).toMatchObject({ status: 0, err: '' })
    expect(await key('kek')).not.toBe(old)
    expect(await key('kek.retired')).toBe(old)
    expect(await look()).toEqual(before)
    expect(await huiyin('doctor')).toMatchObject({ status: 0 })
    const two = (await huiyin('keys', 'list')).out.split('\n')
    expect(two[0]).toMatch(/current\s+0 fields/u)
    expect(two[1]).toMatch(/retired\s+[1-9]\d* fields/u)

    const sealed = await huiyin('keys', 'seal')
    expect(sealed.out).toMatch(/^[1-9]\d* fields were sealed again, 0 are left\./u)
    expect((await huiyin('keys', 'seal')).out).toMatch(/^0 fields were sealed again, 0 are left\./u)
    await rm(join(data, 'kek.retired'))
    expect(await look()).toEqual(before)
    expect((await huiyin('outbox', '--limit', '3')).out).toMatch(/\d{3}\*{4}\d{4}/u)
    expect(await huiyin('doctor')).toMatchObject({ status: 0 })
  },
)

test('a change that was cut short is finished by the same command', { timeout: 120_000 }, async () => {
  const before = await look()
  const next = 'cd'.repeat(32)
  await writeFile(join(data, 'kek.next'), `${next}\n`)
  // As if it had ended between the two files: the retired one is written, the new one not yet in its place.
  await writeFile(join(data, 'kek.retired'), `${await key('kek')}\n`)
  const rotated = await huiyin('keys', 'rotate')
  expect(rotated).toMatchObject({ status: 0, err: '' })
  expect(await key('kek')).toBe(next)
  expect(await look()).toEqual(before)
  await writeFile(join(folder, 'same'), next)
  expect((await huiyin('keys', 'rotate', '--next', join(folder, 'same'))).err).toContain('This is the current key')
})
