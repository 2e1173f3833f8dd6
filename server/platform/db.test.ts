import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../test/support/database.ts'
import { inDistrict, type Sql, sql, sqlState } from './db.ts'

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
