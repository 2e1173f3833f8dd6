// A list of volunteers is read in a thread of its own: others are answered meanwhile, and a fault of the thread is told.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ListReader } from '../../server/modules/teams/import/list-reader.ts'
import { readInThread, type WithListReader } from '../../server/modules/teams/import/read-in-thread.ts'
import { teamImportHandlers } from '../../server/modules/teams/routes-import.ts'
import { type Ask, openThreads } from '../../server/platform/threads.ts'
import { useServer } from '../support/server.ts'
import { volunteerList } from '../support/volunteer-list.ts'

const server = useServer()
const threads = openThreads({ runningMax: 2, waitingMax: 3, megabytesMax: 64, secondsMax: 60 })
let folder = ''
let usual: object

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-import-'))
  usual = { ...server.platform.host.handlers }
})
afterEach(() => server.refill())
afterAll(async () => {
  await threads.close()
  await rm(folder, { recursive: true })
})

/** Lets the server read lists otherwise. */
const readBy = (withReader: WithListReader) =>
  Object.assign(server.platform.host.handlers, teamImportHandlers(withReader))
const readAsUsual = () => Object.assign(server.platform.host.handlers, usual)

const csvOf = (people: number, phoneFrom: number): string => {
  const { rows } = volunteerList({ people, faultEvery: 100, phoneFrom, village: server.cast.places.village.name })
  return Buffer.from(rows.map((row) => row.join(',')).join('\r\n')).toString('base64')
}
/** By hand, because a 503 is no answer that the contract knows. */
async function bring(file: string) {
  const { keeper, places } = server.cast
  const answer = await server.raw({
    method: 'POST',
    path: '/api/v1/volunteer-imports',
    headers: {
      host: 'a.test',
      ...keeper.credentials,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ unitId: places.village.id, teamId: null, fileName: 'list.csv', file }),
  })
  return { ...answer, body: JSON.parse(answer.text) as Readonly<Record<string, unknown>> }
}

test('small requests are answered while a large list is read', async () => {
  const events: string[] = []
  const asked = Promise.withResolvers<void>()
  const state = { isRead: false }
  const usually = readInThread(threads)
  readBy((act) =>
    usually((ask) => {
      const noted = async (name: keyof ListReader, given: never) => {
        if (name !== 'check') return ask(name, given)
        events.push('reading')
        asked.resolve()
        const answer = await ask(name, given)
        events.push('read')
        state.isRead = true
        return answer
      }
      return act(noted as Ask<ListReader>)
    }),
  )
  const bringing = bring(csvOf(10_000, 13_300_000_000)).then((answer) => {
    events.push('imported')
    return answer
  })
  await asked.promise
  while (!state.isRead) {
    const me = await server.call('readMe', { as: server.cast.keeper })
    expect(me.status).toBe(200)
    events.push('me')
  }
  const done = await bringing
  readAsUsual()
  expect(done).toMatchObject({ status: 201, body: { rowsTotal: 10_000, rowsTaken: 9_900 } })
  expect(events.slice(0, 2)).toEqual(['reading', 'me'])
  expect(events.indexOf('me')).toBeLessThan(events.indexOf('read'))
  expect(events.indexOf('read')).toBeLessThan(events.indexOf('imported'))
}, 120_000)

test('what takes longer than a silent connection may is answered all the same', async () => {
  const usually = readInThread(threads)
  // Longer than the database waits for the transaction, too.
  readBy((act) => sleep(16_000).then(() => usually(act)))
  expect(await bring(csvOf(10, 13_350_000_000))).toMatchObject({ status: 503, body: { code: 'platform.unavailable' } })
  readAsUsual()
}, 60_000)

test.each([
  ['throws', `throw new Error('broken')`, 503, 'platform.unavailable'],
  ['ends', `process.exit(3)`, 503, 'platform.unavailable'],
  [
    'fills its memory',
    `const all = []; for (;;) all.push(new Array(1e5).fill(all.length))`,
    422,
    'teams.file-too-large',
  ],
])(
  'a thread that %s is told, and the server goes on',
  async (_what, program, status, code) => {
    server.mayFail()
    const path = join(folder, `${program.length}.mjs`)
    await writeFile(path, program)
    readBy(readInThread(threads, pathToFileURL(path)))
    const file = csvOf(10, 13_400_000_000 + program.length * 100)
    const failed = await bring(file)
    expect(failed).toMatchObject({ status, body: { code } })
    if (status === 503) expect(failed.headers['retry-after']).toBeDefined()
    readAsUsual()
    expect((await server.call('readMe', { as: server.cast.keeper })).status).toBe(200)
    // Nothing of it was kept, and the same list is taken by a thread that is well.
    expect(await bring(file)).toMatchObject({ status: 201, body: { rowsTotal: 10, rowsTaken: 10 } })
  },
  60_000,
)
