import { describe, expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { endUnit, findUnit, listUnits, openUnit, renameUnit, type UnitHolder, unitsBelow } from './index.ts'

const database = useDatabase()
const all = { limit: 1_000 }

describe('the tree of Yanqing', () => {
  test('has 1 centre, 18 institutes and the seed year’s 423 stations', async () => {
    const on = '2019-10-26'
    await database.work(async ({ tx }) => {
      expect(await listUnits(tx, { ...all, on, kind: 'centre' })).toHaveLength(1)
      expect(await listUnits(tx, { ...all, on, kind: 'institute' })).toHaveLength(18)
      expect(await listUnits(tx, { ...all, on, kind: 'station' })).toHaveLength(423)
      expect(await listUnits(tx, { ...all, on: '2026-11-23', kind: 'station' })).toHaveLength(431)
    })
  })

  test('a role at an institute covers its stations and nothing else', async () => {
    await database.work(async ({ tx }) => {
      const institutes = await listUnits(tx, { ...all, on: '2026-11-23', kind: 'institute' })
      const institute = institutes[0]!
      const below = await unitsBelow(tx, [institute.id])
      const stations = await listUnits(tx, { ...all, on: '2026-11-23', parentId: institute.id })
      expect(new Set(below.map((unit) => unit.id))).toEqual(new Set([institute.id, ...stations.map((unit) => unit.id)]))
    })
  })

  test('every estimated coordinate says that it is estimated', async () => {
    await database.work(async ({ tx }) => {
      for (const unit of await listUnits(tx, { ...all, on: '2026-11-23', kind: 'station' }))
        expect(unit.coordinateQuality).toBe('estimated')
    })
  })
})

describe('renaming a unit', () => {
  test('keeps the name of the past for the past', async () => {
    await database.work(async (work) => {
      const [unit] = await listUnits(work.tx, { limit: 1, on: '2026-11-23', kind: 'station' })
      await renameUnit(work, unit!.id, { name: '新名社区', nameEn: null, code: unit!.code, validFrom: '2027-01-01' })
      expect((await findUnit(work.tx, unit!.id, '2026-12-31'))!.name).toBe(unit!.name)
      expect((await findUnit(work.tx, unit!.id, '2027-01-01'))!.name).toBe('新名社区')
    })
  })

  test('is refused when it would begin before the present name, and when the code is another’s', async () => {
    const [first, second] = await database.work(({ tx }) =>
      listUnits(tx, { limit: 2, on: '2028-01-01', kind: 'station' }),
    )
    const early = { name: '早', nameEn: null, code: first!.code, validFrom: '2018-10-26' }
    await expect(database.work((work) => renameUnit(work, first!.id, early))).rejects.toMatchObject({
      code: 'orgs.period-not-after-last',
      field: 'validFrom',
    })
    const taken = { name: '占', nameEn: null, code: second!.code, validFrom: '2029-01-01' }
    await expect(database.work((work) => renameUnit(work, first!.id, taken))).rejects.toBeInstanceOf(Refusal)
  })
})

describe('a yearly change of the codes', () => {
  const today = '2026-11-23'
  const on = (date: string, id: string) => database.work(({ tx }) => findUnit(tx, id, date))

  test('a village begins with its official code, and a role above it covers it', async () => {
    const [institute] = await database.work(({ tx }) => listUnits(tx, { limit: 1, on: today, kind: 'institute' }))
    const code = `${institute!.code!.slice(0, 9)}399`
    const begin = (more: object) =>
      database.work((work) =>
        openUnit(work, {
          kind: 'station',
          parentId: institute!.id,
          name: '新社区居委会',
          nameEn: null,
          code,
          validFrom: '2026-11-01',
          ...more,
        }),
      )
    const id = await begin({})
    expect(await on('2026-10-31', id)).toBeUndefined()
    expect(await on(today, id)).toMatchObject({ name: '新社区居委会', code, parentId: institute!.id })
    const below = await database.work(({ tx }) => unitsBelow(tx, [institute!.id]))
    expect(below.map((unit) => unit.id)).toContain(id)
    await expect(begin({})).rejects.toMatchObject({ code: 'orgs.code-taken', field: 'code' })
    await expect(begin({ code: null })).rejects.toMatchObject({ code: 'orgs.code-elsewhere', field: 'code' })
    // The code of an institute is no station's.
    await expect(begin({ code: institute!.code })).rejects.toMatchObject({ code: 'orgs.code-elsewhere' })
  })

  test('a village ends, hands over, and stands in the past as it was', async () => {
    // The first was renamed above.
    const [, gone, next] = await database.work(({ tx }) => listUnits(tx, { limit: 3, on: today, kind: 'station' }))
    const handed: [string, string][] = []
    let staff = 1
    const holder: UnitHolder = {
      holds: async () => ({ staff }),
      handOver: async (_work, from, to) => void handed.push([from, to]),
    }
    const end = () =>
      database.work((work) => endUnit(work, [holder], gone!.id, { validUntil: '2026-11-01', successorId: next!.id }))
    await expect(end()).rejects.toMatchObject({ code: 'orgs.still-holds' })
    expect(handed).toEqual([])
    staff = 0
    await end()
    expect(handed).toEqual([[gone!.id, next!.id]])
    expect((await on('2026-10-31', gone!.id))!.name).toBe(gone!.name)
    expect(await on('2026-11-01', gone!.id)).toBeUndefined()
    await expect(end()).rejects.toMatchObject({ code: 'orgs.unit-ended' })
    const revive = { name: '又来', nameEn: null, code: gone!.code, validFrom: '2027-01-01' }
    await expect(database.work((work) => renameUnit(work, gone!.id, revive))).rejects.toMatchObject({
      code: 'orgs.unit-ended',
    })
  })
})

describe('row-level security', () => {
  test('one district never sees another’s units, whatever the code asks (promise 10)', async () => {
    const other = systemActor(330106)
    await database.owner((client) =>
      client.query(`insert into district (id, name, name_en) values (330106, '西湖区', 'Xihu')`),
    )
    const seen = await database.work(({ tx }) => tx.one<{ n: number }>(sql`select count(*) as n from unit`), other)
    expect(seen.n).toBe(0)
    const own = await database.work(({ tx }) =>
      tx.one<{ n: number }>(sql`select count(*) as n from unit where district_id = ${YANQING}`),
    )
    expect(own.n).toBeGreaterThan(400)
  })
})
