import { deflateRawSync } from 'node:zlib'
import writeXlsx from 'write-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../../test/support/database.ts'
import { registerResident } from '../../../../test/support/residents.ts'
import { reportedFaults, volunteerList } from '../../../../test/support/volunteer-list.ts'
import { listUnits, type Unit } from '#modules/orgs/index.ts'
import { findPerson } from '#modules/people/index.ts'
import type { Actor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import { createTeam, expireInvitations, membersOf } from '../index.ts'
import { claimInvitation, declineInvitation, myInvitations } from './claim-invitation.ts'
import { importVolunteers, type ImportRequest, previewImport } from './import-volunteers.ts'
import { readHere } from './read-in-thread.ts'
import { readTable } from './read-table.ts'

const database = useDatabase()
let station: Unit
let clerk: Actor
let teamId: string
let outsider: Actor

const ID_NUMBER = '11010519491231002X'
let block = 13_800_000_000
const phones = (count: number): string[] => Array.from({ length: count }, () => String(block++))

const staff = (unitId: string): Actor => ({
  ...clerk,
  kind: 'staff',
  grants: [{ role: 'station-keeper', unitId, unitIds: new Set([unitId]) }],
})
const request = (file: Buffer, more: Partial<ImportRequest> = {}): ImportRequest => ({
  unitId: station.id,
  teamId: null,
  fileName: '名单.csv',
  file,
  mapping: null,
  headerRow: null,
  ...more,
})
const bring = (file: Buffer, more: Partial<ImportRequest> = {}) =>
  database.work((work) => importVolunteers(work, request(file, more), readHere), staff(station.id))
const preview = (file: Buffer, more: Partial<ImportRequest> = {}) =>
  database.work((work) => previewImport(work, request(file, more), readHere), staff(station.id))
type Rows = readonly (readonly string[])[]
const csv = (rows: Rows, separator = ',') => Buffer.from(rows.map((row) => row.join(separator)).join('\r\n'))
const xlsx = (rows: Rows) => writeXlsx(rows.map((row) => row.map((value) => ({ type: String, value })))).toBuffer()
const counts = () =>
  database.work(({ tx }) =>
    tx.one<{ people: number; volunteers: number; members: number; open: number }>(sql`
      select (select count(*) from person) as people, (select count(*) from volunteer) as volunteers,
             (select count(*) from team_member) as members,
             (select count(*) from volunteer_invitation where state = 'open') as open`),
  )

beforeAll(async () => {
  clerk = await registerResident(database, 341)
  outsider = await registerResident(database, 342)
  await database.work(async (work) => {
    station = (await listUnits(work.tx, { kind: 'station', on: dateIn(work.now), limit: 1 }))[0]!
    const team = {
      name: '导入队',
      tier: 'squad',
      unitId: station.id,
      categorySlugs: [],
      foundedOn: '2020-01-01',
    } as const
    teamId = await createTeam(work, team)
  })
})

describe('a list', () => {
  // "姓名,手机号" and "张三" in GB 18030, which Node reads and does not write.
  const gb18030 = (phone: string) =>
    Buffer.concat([
      Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]),
      Buffer.from(','),
      Buffer.from([0xca, 0xd6, 0xbb, 0xfa, 0xba, 0xc5]),
      Buffer.from('\r\n'),
      Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]),
      Buffer.from(`,${phone}\r\n`),
    ])

  test('is read in every encoding and form that spreadsheets write', async () => {
    const [phone = ''] = phones(1)
    const rows = [
      ['姓名', '手机号'],
      ['张三', phone],
    ]
    const files = [
      csv(rows),
      Buffer.concat([Buffer.from('\ufeff'), csv(rows)]),
      csv(rows, '\t'),
      csv(rows, ';'),
      gb18030(phone),
      Buffer.from(`\ufeff${rows.map((row) => row.join('\t')).join('\r\n')}`, 'utf16le'),
      await xlsx(rows),
    ]
    for (const file of files) expect((await readTable(file)).rows).toEqual(rows)
  })

  test('may have its columns in any order, a title above them, and columns nobody knows', async () => {
    const [phone = ''] = phones(1)
    const rows = [
      ['某村志愿者名单', '', '', ''],
      ['', '', '', ''],
      ['序号', '手机号码（必填）*', '备注', '姓名'],
      ['1', phone, '早上有空', '张三'],
    ]
    for (const file of [csv(rows), await xlsx(rows)]) {
      const seen = await preview(file)
      expect(seen).toMatchObject({ row: 2, mapping: [null, 'phone', null, 'name'], rowsTotal: 1, rowsFaulty: 0 })
    }
  })

  test('is mapped by hand where the guess is wrong', async () => {
    const [phone = ''] = phones(1)
    const file = csv([
      ['甲', '乙'],
      [phone, '张三'],
    ])
    expect((await preview(file)).faults).toEqual([
      { fault: 'phone-missing', count: 1 },
      { fault: 'name-missing', count: 1 },
    ])
    expect(await preview(file, { mapping: ['phone', 'name'] })).toMatchObject({ rowsFaulty: 0 })
    await expect(preview(file, { mapping: ['name', null] })).rejects.toMatchObject({ code: 'teams.mapping-needs' })
    await expect(preview(file, { mapping: ['name', 'name'] })).rejects.toMatchObject({ code: 'teams.mapping-twice' })
  })

  test('gives every faulty row back in its own form, with the reasons and without formulas', async () => {
    const [one = '', two = ''] = phones(2)
    const rows = [
      ['姓名', '手机号', '身份证号', '备注'],
      ['张三', one, ID_NUMBER, '好'],
      ['李四', one, '', '同号'],
      ['', two, '123', '=HYPERLINK("http://x")'],
      ['@王五', '010-69141234', '', '+1'],
    ]
    const taken = await bring(csv(rows, ';'))
    expect(taken).toMatchObject({ rowsTotal: 4, rowsTaken: 1 })
    const text = taken.faultyFile!.bytes.toString('utf8')
    expect(text.split('\r\n')[0]).toBe('\ufeff姓名;手机号;身份证号;备注;原表行号;未导入的原因')
    expect(text).toContain('第 2 行')
    expect(text).toContain(`"'=HYPERLINK(""http://x"")"`)
    expect(text).toContain(`'@王五`)
    const again = await readTable(taken.faultyFile!.bytes)
    // Read again, the cells are as they were.
    expect(again.rows.slice(1).map((row) => row.slice(0, 4))).toEqual(rows.slice(2))
    const inExcel = await bring(await xlsx(rows))
    const back = await readTable(inExcel.faultyFile!.bytes)
    expect(inExcel.faultyFile!.name).toMatch(/\.xlsx$/u)
    expect(back.rows.map((row) => row.length)).toEqual([6, 6, 6, 6, 6])
    // The first row was invited by the first import.
    expect(back.rows[1]!.at(-1)).toContain('已经邀请过')
  })

  test.each([
    ['bytes that are no text', Buffer.from([0xff, 0xff, 0x00, 0x81, 0x00]), 'file-unreadable'],
    ['nothing', Buffer.alloc(0), 'file-empty'],
    ['a broken workbook', Buffer.from('PK\u0003\u0004 and no more'), 'file-unreadable'],
    ['200 columns', csv([Array.from({ length: 200 }, (_, i) => `c${i}`)]), 'columns-too-many'],
    ['too many rows', Buffer.from('a\n'.repeat(50_002)), 'rows-too-many'],
    ['a bomb', zipOf(Buffer.alloc(80 * 1024 * 1024)), 'file-too-large'],
  ])('of %s is refused', async (_what, file, code) => {
    await expect(readTable(file)).rejects.toMatchObject({ code: `teams.${code}`, status: 422, field: 'file' })
  })

  test('with names that reach for prototypes is a list like any other', async () => {
    const [phone = ''] = phones(1)
    const file = csv([
      ['__proto__', 'constructor', '姓名', '手机号'],
      ['x', 'y', '张三', phone],
    ])
    expect((await bring(file)).rowsTaken).toBe(1)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test.each([
    ['text', async (rows: Rows) => csv(rows)],
    ['a workbook', xlsx],
  ])(
    'of 30,000 rows as %s is imported, each bad one reported with its row and column',
    async (_form, write) => {
      const people = 30_000
      const phoneFrom = Number(phones(people)[0])
      const { rows, planted } = volunteerList({ people, faultEvery: 100, phoneFrom, village: station.name })
      const done = await bring(await write(rows))
      expect(planted.size).toBe(300)
      expect(done).toMatchObject({ rowsTotal: people, rowsTaken: people - planted.size })
      const back = await readTable(done.faultyFile!.bytes)
      expect(reportedFaults(back.rows)).toEqual(planted)
      // Put right and brought again, the refused rows are a list like any other.
      const mended = back.rows.map((row, at) => (at < 3 ? row : row.with(2, phones(1)[0]!).with(3, '张三')))
      expect((await preview(csv(mended))).faults.map(({ fault }) => fault)).not.toContain('phone-invalid')
    },
    60_000,
  )

  test('is imported only for a unit of one’s own', async () => {
    const file = csv([['姓名', '手机号']])
    await expect(
      database.work((work) => importVolunteers(work, request(file), readHere), outsider),
    ).rejects.toMatchObject({
      code: 'teams.not-your-unit',
    })
  })
})

describe('an invitation', () => {
  const listOf = (phone: string) =>
    csv([
      ['姓名', '手机号', '技能', '身份证号'],
      ['张三', phone, '理发、修脚', ID_NUMBER],
    ])
  const sealedOf = () =>
    database.work(({ tx }) =>
      tx.rows<{ state: string; held: number }>(sql`
        select state, num_nonnulls(phone_cipher, phone_index, facts_cipher) as held from volunteer_invitation
         where team_id = ${teamId} order by id`),
    )

  test('makes nobody a person, a volunteer or a member, and is seen by nobody else', async () => {
    const before = await counts()
    await bring(listOf(phones(1)[0]!), { teamId })
    expect(await counts()).toEqual({ ...before, open: before.open + 1 })
    expect(await database.work((work) => myInvitations(work), outsider)).toEqual([])
    expect(await database.work(({ tx }) => membersOf(tx, teamId))).toEqual([])
    const clear = await database.owner((client) =>
      client.query(`select count(*)::int as n from volunteer_invitation i where i::text like '%${ID_NUMBER}%'`),
    )
    expect(clear.rows[0].n).toBe(0)
  })

  test('is claimed by the holder of the phone, who joins, and then holds nothing', async () => {
    const person = await registerResident(database, 343)
    const phone = (await database.work(({ tx }) => findPerson(tx, person.personId!)))!.phone!
    await bring(listOf(phone), { teamId })
    const [invitation] = await database.work((work) => myInvitations(work), person)
    expect(invitation!.facts).toMatchObject({ name: '张三', skills: ['理发', '修脚'], idNumber: ID_NUMBER })
    await expect(database.work((work) => claimInvitation(work, invitation!.id), outsider)).rejects.toMatchObject({
      status: 404,
    })
    const claims = await Promise.allSettled(
      [1, 2].map(() => database.work((work) => claimInvitation(work, invitation!.id), person)),
    )
    expect(claims.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect((await database.work(({ tx }) => membersOf(tx, teamId))).map((one) => one.personId)).toEqual([
      person.personId,
    ])
    expect((await sealedOf()).at(-1)).toEqual({ state: 'claimed', held: 0 })
    await bring(listOf(phone))
    const [second] = await database.work((work) => myInvitations(work), person)
    await database.work((work) => declineInvitation(work, second!.id), person)
    expect(await database.work((work) => myInvitations(work), person)).toEqual([])
  })

  test('that nobody claims runs out and is erased', async () => {
    await bring(listOf(phones(1)[0]!), { teamId })
    await database.owner((client) =>
      client.query(`update volunteer_invitation set expires_at = now() - interval '1 minute' where state = 'open'`),
    )
    expect(await database.work((work) => expireInvitations(work))).toBeGreaterThan(0)
    while ((await database.work((work) => expireInvitations(work))) > 0) continue
    expect(await counts()).toMatchObject({ open: 0 })
    expect((await sealedOf()).at(-1)).toEqual({ state: 'expired', held: 0 })
  })
})

/** A zip file with one deflated entry. */
function zipOf(content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const name = Buffer.from('xl/worksheets/sheet1.xml')
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  // It lies about its size, as bombs do.
  local.writeUInt32LE(10, 22)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(10, 24)
  entry.writeUInt16LE(name.length, 28)
  const body = Buffer.concat([local, name, packed])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + name.length, 12)
  end.writeUInt32LE(body.length, 16)
  return Buffer.concat([body, entry, name, end])
}
