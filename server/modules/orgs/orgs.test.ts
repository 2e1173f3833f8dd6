import { describe, expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { findUnit, listUnits, renameUnit, unitsBelow } from './index.ts'

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
      await renameUnit(work, unit!.id, { name: '新名社区', code: unit!.code, validFrom: '2027-01-01' })
      expect((await findUnit(work.tx, unit!.id, '2026-12-31'))!.name).toBe(unit!.name)
      expect((await findUnit(work.tx, unit!.id, '2027-01-01'))!.name).toBe('新名社区')
    })
  })

  test('is refused when it would begin before the present name, and when the code is another’s', async () => {
    const [first, second] = await database.work(({ tx }) =>
      listUnits(tx, { limit: 2, on: '2028-01-01', kind: 'station' }),
    )
    const early = { name: '早', code: first!.code, validFrom: '2018-10-26' }
    await expect(database.work((work) => renameUnit(work, first!.id, early))).rejects.toMatchObject({
      code: 'orgs.period-not-after-last',
      field: 'validFrom',
    })
    const taken = { name: '占', code: second!.code, validFrom: '2029-01-01' }
    await expect(database.work((work) => renameUnit(work, first!.id, taken))).rejects.toBeInstanceOf(Refusal)
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
