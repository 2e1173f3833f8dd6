import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { useDatabase, YANQING } from '../../test/support/database.ts'
import { inDistrict, openDb, type Sql, sql, sqlState } from './db.ts'

const database = useDatabase()

test('a connection that is cut within a transaction fails that transaction and nothing else', async () => {
  const cut = inDistrict(database.db, YANQING, async (tx) => {
    const { pid } = await tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await database.owner((owner) => owner.query('select pg_terminate_backend($1)', [pid]))
    // The end of the connection arrives while no statement waits for an answer.
    await sleep(200)
    return tx.one(sql`select 1 as one`)
  })
  await expect(cut).rejects.toThrow()
  const after = await inDistrict(database.db, YANQING, (tx) => tx.one(sql`select 1 as one`))
  expect(after).toEqual({ one: 1 })
})

test('a transaction fails for the reason of the statement that failed first, whoever is heard of first', async () => {
  const failing = inDistrict(database.db, YANQING, async (tx) => {
    tx.later(sql`insert into unit_period (district_id) values (${YANQING})`)
    await Promise.all([tx.rows(sql`select 1 as one`), tx.rows(sql`select 2 as two`), tx.rows(sql`select 3 as three`)])
  })
  const state = await failing.then(() => undefined, sqlState)
  expect(state).toMatch(/^23/u)
})

test('writes put off that name one row go out one after the other, and each sees the one before it', async () => {
  const seen: number[] = []
  const tokens = await inDistrict(database.db, YANQING, async (tx) => {
    const putOff = (write: Sql) => tx.later(write, { row: 'the bucket', check: (rows) => void seen.push(rows) })
    putOff(sql`insert into rate_bucket (district_id, key, tokens, updated_at) values (${YANQING}, 'one row', 1, now())`)
    for (let i = 0; i < 2; i++)
      putOff(sql`update rate_bucket set tokens = tokens * 2 where district_id = ${YANQING} and key = 'one row'`)
    const bucket = sql`select tokens from rate_bucket where district_id = ${YANQING} and key = 'one row'`
    return (await tx.one<{ tokens: number }>(bucket)).tokens
  })
  expect(tokens).toBe(4)
  expect(seen).toEqual([1, 1, 1])
})

test('a read that was begun with a time or a stamp that no longer holds is done again with what holds', async () => {
  const { db } = database
  const read = (seen: (string | number)[]) =>
    inDistrict(
      db,
      YANQING,
      async (tx, now) => {
        const named = await tx.reference('name of the test', () =>
          tx.one<{ name: string }>(sql`select name from district where id = ${YANQING}`),
        )
        seen.push(now.getTime(), named.name)
        return { now, name: named.name }
      },
      { readOnly: true },
    )
  const first = await read([])
  const calls: (string | number)[] = []
  await read(calls)
  expect(calls).toHaveLength(2)
  try {
    await inDistrict(db, YANQING, (tx) => {
      tx.referenceChanged()
      return tx.run(sql`update district set name = 'Renamed' where id = ${YANQING}`)
    })
    await database.owner((owner) => owner.query(`update clock_shift set shift = shift + interval '1 day'`))
    const seen: (string | number)[] = []
    const later = await read(seen)
    expect(later.name).toBe('Renamed')
    expect(later.now.getTime() - first.now.getTime()).toBeGreaterThanOrEqual(86_400_000)
    expect(seen).toHaveLength(4)
  } finally {
    await database.owner(async (owner) => {
      await owner.query(`update clock_shift set shift = shift - interval '1 day'`)
      await owner.query('update district set name = $1 where id = $2', [first.name, YANQING])
    })
  }
})

test('what fails in a read that was begun ahead fails only if what it began with holds', async () => {
  const { db } = database
  const failing = (calls: Date[]) =>
    inDistrict(
      db,
      YANQING,
      async (_, now) => {
        calls.push(now)
        throw new Error('seen')
      },
      { readOnly: true },
    )
  await expect(failing([])).rejects.toThrow('seen')
  const [once, twice]: Date[][] = [[], []]
  await expect(failing(once!)).rejects.toThrow('seen')
  expect(once).toHaveLength(1)
  db.beginnings.set(YANQING, { stamp: 'of long ago', aheadMilliseconds: 0 })
  await expect(failing(twice!)).rejects.toThrow('seen')
  expect(twice).toHaveLength(2)
})

test('a read that is not ended yet takes nothing from whoever gets its connection next', async () => {
  const db = openDb(database.ownerUrl, database.db.keyring, { poolMax: 1 })
  const count = () =>
    inDistrict(
      db,
      YANQING,
      (tx) => tx.one<{ n: number }>(sql`select count(*) as n from rate_bucket where key = 'next'`),
      {
        readOnly: true,
      },
    )
  try {
    const before = await count()
    // Neither a snapshot of before nor a transaction that may only read.
    await inDistrict(db, YANQING, (tx) =>
      tx.run(sql`insert into rate_bucket (district_id, key, tokens, updated_at) values (${YANQING}, 'next', 1, now())`),
    )
    expect((await count()).n).toBe(before.n + 1)
    const { rows } = await db.pool.query(
      `select current_setting('transaction_read_only') as r, current_setting('app.district', true) as d`,
    )
    expect(rows).toEqual([{ r: 'off', d: '' }])
    await count()
    await vi.waitFor(async () => {
      const open = await database.owner((owner) =>
        owner.query(
          `select 1 from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`,
        ),
      )
      expect(open.rows).toEqual([])
    })
  } finally {
    await db.close()
  }
})
