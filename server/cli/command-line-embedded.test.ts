// The command line on an installation with the embedded database: none yet, stopped, running, busy, interrupted.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../test/support/command-line.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { holdProcessLock } from '../platform/process-lock.js'

let folder = ''
let data = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-cli-'))
  data = join(folder, 'data')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const env = () => ({ HUIYIN_DATA: data, LANG: 'en_GB.UTF-8' })
const huiyin = (...argv: string[]) => command(env(), ...argv)

/** The pid that PostgreSQL wrote into the cluster; undefined when none runs. */
async function postmaster(): Promise<number | undefined> {
  const path = join(data, 'cluster', 'postmaster.pid')
  return existsSync(path) ? Number((await readFile(path, 'utf8')).split('\n')[0]) : undefined
}

test('without a database a command says so and makes none', async () => {
  const ran = await huiyin('user', 'list')
  expect(ran.status).toBe(1)
  expect(ran.err).toContain('npm start')
  const doctor = await huiyin('doctor')
  expect(doctor.status).toBe(1)
  expect(doctor.out).toMatch(/FAULT\s+database/u)
  expect(existsSync(join(data, 'cluster'))).toBe(false)
})

test('a signal ends a reset and the database it had started', { timeout: 60_000 }, async () => {
  await mkdir(data, { recursive: true })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'huiyin.ts'), 'demo', '--reset'], {
    env: { ...process.env, ...env() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  // Somewhere in the middle: whatever is there then, the next reset must cope with it.
  await sleep(1_500)
  const pid = await postmaster()
  expect(pid).toBeGreaterThan(0)
  child.kill('SIGTERM')
  expect(await ended).toEqual([143, null])
  await sleep(100)
  expect(await postmaster()).toBeUndefined()
  expect(() => process.kill(pid!, 0)).toThrow('ESRCH')
})

test(
  'a reset makes the demonstration after one that was interrupted, and leaves no process behind',
  { timeout: 120_000 },
  async () => {
    const made = await huiyin('demo', '--reset')
    expect(made.err).toBe('')
    expect(made.out).toMatch(/made anew in [\d.]+ s: \d+ orders/u)
    expect(await postmaster()).toBeUndefined()

    const status = await huiyin('demo')
    expect(status.out).toContain('is a demonstration')
    expect(status.out).toContain('The server is not running.')
    const outbox = await huiyin('outbox', '--limit', '3')
    expect(outbox.out.split('\n')).toHaveLength(4)
    expect(outbox.out).toMatch(/\d{3}\*{4}\d{4}/u)
    expect((await huiyin('outbox', '--phone', '139 0000 0002')).out).not.toContain('139****0001')
    expect(await huiyin('doctor')).toMatchObject({ status: 0 })
    expect((await huiyin('ledger', 'verify')).out).toContain('no faults')
    expect(await postmaster()).toBeUndefined()
  },
)

test('while another process runs the database, commands work through it and leave it running', async () => {
  const running = await startEmbeddedPostgres({ dataDir: data, log: () => undefined })
  try {
    const before = await postmaster()
    expect((await huiyin('user', 'list')).out).toContain('dispatcher')
    expect(await huiyin('audit', 'verify')).toMatchObject({ status: 0 })
    expect(await postmaster()).toBe(before)
  } finally {
    await running.stop()
  }
})

test('a database that another process holds without answering is refused, not opened twice', async () => {
  const lock = await holdProcessLock(join(data, 'supervisor.lock'), { waitMilliseconds: 1_000 })
  try {
    const ran = await huiyin('user', 'list')
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('starting or stopping')
  } finally {
    lock.release()
  }
})

test('a missing key is named and not replaced', async () => {
  const kek = await readFile(join(data, 'kek'), 'utf8')
  await rm(join(data, 'kek'))
  try {
    expect((await huiyin('doctor')).out).toMatch(/FAULT\s+key/u)
    expect(await huiyin('user', 'list')).toMatchObject({ status: 1 })
    expect(existsSync(join(data, 'kek'))).toBe(false)
  } finally {
    await writeFile(join(data, 'kek'), kek, { mode: 0o600 })
  }
})
