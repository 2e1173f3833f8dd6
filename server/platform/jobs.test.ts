import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../test/support/database.ts'
import { systemActor } from './actor.ts'
import { sql } from './db.ts'
import { type JobDefinition, type JobQueue, openJobs } from './jobs.ts'
import { createLog } from './log.ts'
import { runWork, type Work } from './work.ts'

const NAME = 'test.job'
const WAIT_MILLISECONDS_MAX = 10_000
const POLL_MILLISECONDS = 50

const database = useDatabase()
const log = createLog({ level: 'fatal' })
const queues: JobQueue[] = []

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop()))
  await database.owner((client) => client.query('delete from pgboss.job; delete from rate_bucket'))
})

/** An effect that shows how often it was made: the tokens of a budget nobody else uses. */
async function makeEffect({ tx }: Work, key: string): Promise<void> {
  await tx.run(sql`
    insert into rate_bucket as b (district_id, key, tokens, updated_at) values (${tx.districtId}, ${key}, 1, now())
    on conflict (district_id, key) do update set tokens = b.tokens + 1`)
}

async function effects(): Promise<Record<string, number>> {
  const rows = await database.work(({ tx }) =>
    tx.rows<{ key: string; tokens: number }>(sql`select key, tokens from rate_bucket order by key`),
  )
  return Object.fromEntries(rows.map(({ key, tokens }) => [key, tokens]))
}

async function states(): Promise<string[]> {
  const { rows } = await database.owner((client) =>
    client.query<{ state: string }>(`select state from pgboss.job where name = '${NAME}' order by data ->> 'key'`),
  )
  return rows.map((row) => row.state)
}

async function start(run: JobDefinition['run'], keys: readonly string[], retriesMax = 5): Promise<void> {
  const lease = { jobSecondsMax: 60, retriesMax }
  const queue = await openJobs(database.db, log, [NAME], { worker: true, lease })
  queues.push(queue)
  await runWork({ db: database.db, jobs: queue }, systemActor(YANQING), async (work) => {
    for (const key of keys) work.enqueue({ name: NAME, data: { key } })
  })
  await queue.work({ db: database.db, log }, [{ name: NAME, run }])
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MILLISECONDS_MAX
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not come to that in time.')
    await sleep(POLL_MILLISECONDS)
  }
}

const isOver = async () => (await states()).every((state) => state === 'completed' || state === 'failed')

describe('a job', () => {
  test('is done in the transaction that holds its effect', async () => {
    const seen: string[][] = []
    await start(
      async (work, data) => {
        await makeEffect(work, String(data['key']))
        seen.push(await states())
      },
      ['a', 'b'],
    )
    await until(isOver)
    expect(await effects()).toEqual({ a: 1, b: 1 })
    // Others see it as done from the commit on, not before; which of the two is first is not promised.
    expect(seen[0]).toEqual(['active', 'active'])
    expect(seen[1]!.toSorted()).toEqual(['active', 'completed'])
  })

  test('that fails leaves nothing, and the others of its batch are done', async () => {
    await start(
      async (work, data) => {
        await makeEffect(work, String(data['key']))
        if (data['key'] === 'b') throw new Error('as planned')
      },
      ['a', 'b', 'c'],
      0,
    )
    await until(isOver)
    expect(await states()).toEqual(['completed', 'failed', 'completed'])
    expect(await effects()).toEqual({ a: 1, c: 1 })
  })

  test('whose worker lost it to another one leaves nothing', async () => {
    let attempts = 0
    await start(
      async (work, data) => {
        await makeEffect(work, String(data['key']))
        if (++attempts > 1) return
        // What the queue does to a job whose worker is not heard of.
        await database.owner((client) =>
          client.query(
            `update pgboss.job set state = 'retry', retry_count = 1, started_on = null where name = '${NAME}'`,
          ),
        )
      },
      ['a'],
    )
    await until(isOver)
    expect(attempts).toBe(2)
    expect(await effects()).toEqual({ a: 1 })
  })

  test('comes by many more than one a second', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `k${index}`)
    await start((work, data) => makeEffect(work, String(data['key'])), keys)
    await until(isOver)
    expect(Object.values(await effects())).toEqual(keys.map(() => 1))
  })
})

test('a queue that has its rules already is not written again by the next process', async () => {
  const name = 'test-queue-rules'
  const open = async (lease?: Parameters<typeof openJobs>[3]['lease']) => {
    await (await openJobs(database.db, log, [name], { worker: false, ...(lease && { lease }) })).stop()
    return database.owner(async (owner) => {
      const { rows } = await owner.query('select ctid::text as place, retry_limit from pgboss.queue where name = $1', [
        name,
      ])
      return rows[0] as { place: string; retry_limit: number }
    })
  }
  const first = await open()
  expect(await open()).toEqual(first)
  const other = await open({ jobSecondsMax: 30, retriesMax: first.retry_limit + 1 })
  expect(other.retry_limit).toBe(first.retry_limit + 1)
  expect(other.place).not.toBe(first.place)
})
