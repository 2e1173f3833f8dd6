import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QueueFullError } from './concurrency.ts'
import { askHere, openThreads, ThreadError } from './threads.ts'

const LIMITS = { runningMax: 2, waitingMax: 1, megabytesMax: 32, secondsMax: 60 }
const HERE = new URL('.', import.meta.url)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-thread-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Sums {
  readonly [name: string]: (given: never) => unknown
  add(given: number): number
  wait(given: null): Promise<never>
  refuse(given: null): never
  break(given: null): never
  exit(given: null): never
  fill(given: null): never
}

/** A thread that adds, and fails in every way it is asked to. */
async function program(): Promise<URL> {
  const path = join(folder, 'sums.mjs')
  await writeFile(
    path,
    `import { serveThread } from '${new URL('threads.ts', HERE).href}'
     import { Refusal } from '${new URL('refusal.ts', HERE).href}'
     let sum = 0
     serveThread({
       add: (given) => (sum += given),
       wait: () => new Promise(() => setInterval(() => {}, 1000)),
       refuse: () => { throw new Refusal('teams.file-empty', 422, { rows: 3 }, { field: 'file' }) },
       break: () => { throw new Error('a bug') },
       exit: () => process.exit(3),
       fill: () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)) },
     })`,
  )
  return pathToFileURL(path)
}

test('a thread answers one question after another, and each has its own', async () => {
  const threads = openThreads(LIMITS)
  const url = await program()
  const sums = await Promise.all(
    [1, 10].map((step) =>
      threads.use<Sums, number>(url, async (ask) => {
        await ask('add', step)
        return ask('add', step)
      }),
    ),
  )
  expect(sums).toEqual([2, 20])
})

test('what a thread refuses is refused here, and it may be asked on', async () => {
  const url = await program()
  const sum = await openThreads(LIMITS).use<Sums, number>(url, async (ask) => {
    await expect(ask('refuse', null)).rejects.toMatchObject({
      name: 'Refusal',
      code: 'teams.file-empty',
      status: 422,
      params: { rows: 3 },
      field: 'file',
    })
    return ask('add', 1)
  })
  expect(sum).toBe(1)
})

describe('a thread that', () => {
  test.each([
    ['throws', 'break', 'failed'],
    ['exits', 'exit', 'failed'],
    ['runs out of memory', 'fill', 'out-of-memory'],
  ] as const)(
    '%s is told, and the next one works',
    async (_what, act, why) => {
      const threads = openThreads(LIMITS)
      const url = await program()
      const failing = threads.use<Sums, never>(url, async (ask) => {
        await expect(ask(act, null)).rejects.toBeInstanceOf(ThreadError)
        // Nobody is there any more.
        return ask('add', 1) as Promise<never>
      })
      await expect(failing).rejects.toMatchObject({ name: 'ThreadError', why })
      expect(await threads.use<Sums, number>(url, (ask) => ask('add', 1))).toBe(1)
    },
    60_000,
  )

  test('does not load is told', async () => {
    const nowhere = pathToFileURL(join(folder, 'nowhere.mjs'))
    const failing = openThreads(LIMITS).use<Sums, number>(nowhere, (ask) => ask('add', 1))
    await expect(failing).rejects.toMatchObject({ name: 'ThreadError', why: 'failed' })
  })

  test('takes too long is ended', async () => {
    const failing = openThreads({ ...LIMITS, secondsMax: 0.05 }).use<Sums, never>(await program(), (ask) =>
      ask('wait', null),
    )
    await expect(failing).rejects.toMatchObject({ name: 'ThreadError', why: 'too-slow' })
  })
})

test('closing ends what runs and starts nothing any more', async () => {
  const threads = openThreads({ ...LIMITS, runningMax: 1 })
  const url = await program()
  const started = Promise.withResolvers<void>()
  const running = threads.use<Sums, never>(url, async (ask) => {
    await ask('add', 1)
    started.resolve()
    return ask('wait', null)
  })
  const waiting = threads.use<Sums, number>(url, (ask) => ask('add', 1))
  await expect(threads.use<Sums, number>(url, (ask) => ask('add', 1))).rejects.toBeInstanceOf(QueueFullError)
  await started.promise
  const ends = [running, waiting].map((one) => expect(one).rejects.toMatchObject({ why: 'closed' }))
  await threads.close()
  await Promise.all(ends)
})

test('the same door answers without a thread', async () => {
  const ask = askHere({ double: (given: number) => given * 2 })
  expect(await ask('double', 4)).toBe(8)
})
