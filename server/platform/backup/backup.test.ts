// Backups of a real server: written while clients write, restored elsewhere, damaged on purpose, cut short.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts'
import { backupNames, type BackupManifest, filePaths, pruneBackups } from './backup-folder.ts'
import { BackupBusyError, type CreatedBackup, createBackup, holdingBackups } from './create-backup.ts'
import { DamagedBackupError, restoreBackup, TargetNotEmptyError } from './restore-backup.ts'
import { verifyBackup } from './verify-backup.ts'
import { parseLsn } from './wal-positions.ts'
import { followLog, forgetLog, type LogArchive } from './wal-archive.ts'

const WRITERS = 4
const SEGMENT_BYTES = 16 * 1024 * 1024
const RELEASE = { version: '0.0.0', revision: 'test', migrationHead: '0001-platform.sql' }
const KEY = '3f/a0/3fa0.webp'

let folder = ''
let backups = ''
let postgres: EmbeddedPostgres
let archive: LogArchive
let made: CreatedBackup
/** Numbers that were acknowledged before the backup had ended. */
let acknowledged: readonly number[]

const quiet = () => undefined
const connect = async (url: string) => {
  const client = new Client({ connectionString: url })
  client.on('error', quiet)
  await client.connect()
  return client
}
const backUp = (url = postgres.url) =>
  createBackup({
    url,
    backups,
    files: join(folder, 'live', 'files'),
    release: RELEASE,
    keyIds: ['0123456789abcdef'],
    facts: async () => ({ districts: [], rowCounts: {} }),
  })

async function numbersIn(url: string): Promise<Set<number>> {
  const client = await connect(url)
  const { rows } = await client.query<{ n: number }>('select n from written')
  await client.end()
  return new Set(rows.map((row) => row.n))
}

async function restored<T>(
  use: (running: EmbeddedPostgres) => Promise<T>,
  wish: { until?: Date; withLog?: boolean } = {},
): Promise<T> {
  const dataDir = await mkdtemp(join(folder, 'restored-'))
  await chmod(dataDir, 0o755)
  const running = await restoreBackup({
    folder: made.folder,
    log: wish.withLog === true ? { backups } : undefined,
    dataDir,
    until: wish.until,
    report: quiet,
  })
  try {
    return await use(running.postgres)
  } finally {
    await running.postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Clients that insert one number after the other, and note what was acknowledged. */
function startWriters(first: number) {
  const done: { n: number; lsn: bigint }[] = []
  const state = { stopping: false, next: first }
  const running = Array.from({ length: WRITERS }, async () => {
    const client = await connect(postgres.url)
    while (!state.stopping) {
      const n = state.next++
      await client.query('insert into written values ($1, repeat($2, 200))', [n, String(n)])
      // Acknowledged by now, so its commit lies before what the log has reached.
      const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn')
      done.push({ n, lsn: parseLsn(rows[0]!.lsn) })
    }
    await client.end()
  })
  return {
    done,
    async stop() {
      state.stopping = true
      await Promise.all(running)
    },
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-backup-'))
  await chmod(folder, 0o755)
  backups = join(folder, 'backups')
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'live'), log: quiet })
  const client = await connect(postgres.url)
  await client.query('create table written (n integer primary key, text text not null)')
  await client.query(`insert into written select -n, repeat('x', 300) from generate_series(1, 50000) n`)
  await client.end()
  await mkdir(join(folder, 'live', 'files', '3f', 'a0'), { recursive: true })
  await writeFile(join(folder, 'live', 'files', KEY), 'a photograph')
  archive = await followLog(postgres.url, backups, SEGMENT_BYTES)
  const writers = startWriters(1)
  await sleep(300)
  made = await backUp()
  await sleep(300)
  await writers.stop()
  const end = parseLsn(made.manifest.postgres.endLsn)
  acknowledged = writers.done.filter(({ lsn }) => lsn <= end).map(({ n }) => n)
  expect(writers.done.length).toBeGreaterThan(acknowledged.length)
}, 120_000)
afterAll(async () => {
  await archive?.stop()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('every write acknowledged before the end is in the restored database', { timeout: 60_000 }, async () => {
  expect(acknowledged.length).toBeGreaterThan(50)
  const found = await restored(({ url }) => numbersIn(url))
  expect(acknowledged.filter((n) => !found.has(n))).toEqual([])
  expect([...found].filter((n) => n < 0)).toHaveLength(50_000)
})

test(
  'with the archived log, writes after the backup are there too, up to an instant if asked',
  { timeout: 90_000 },
  async () => {
    const client = await connect(postgres.url)
    await client.query(`insert into written values (1000001, 'before')`)
    const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at')
    await sleep(50)
    await client.query(`insert into written values (1000002, 'after')`)
    const { rows: ends } = await client.query<{ at: Date }>('select clock_timestamp() as at')
    await client.end()
    const deadline = Date.now() + 20_000
    while ((archive.position?.at ?? '') < ends[0]!.at.toISOString() && Date.now() < deadline) await sleep(100)
    const all = await restored(({ url }) => numbersIn(url), { withLog: true })
    expect([all.has(1_000_001), all.has(1_000_002)]).toEqual([true, true])
    const until = new Date(rows[0]!.at.getTime() + 20)
    const early = await restored(({ url }) => numbersIn(url), { withLog: true, until })
    expect([early.has(1_000_001), early.has(1_000_002)]).toEqual([true, false])
    const never = new Date(Date.now() + 3_600_000)
    await expect(restored(({ url }) => numbersIn(url), { withLog: true, until: never })).rejects.toThrow(
      /before configured recovery target/u,
    )
  },
)

test(
  'the restored server has a password of its own, and keeps its door shut without it',
  { timeout: 60_000 },
  async () => {
    await restored(async ({ url }) => {
      const wrong = new URL(url)
      wrong.password = new URL(postgres.url).password
      await expect(connect(wrong.toString())).rejects.toMatchObject({ code: '28P01' })
      const client = await connect(url)
      const { rows } = await client.query<{ timeline: number }>(
        'select timeline_id as timeline from pg_control_checkpoint()',
      )
      expect(rows[0]!.timeline).toBe(2)
      await client.end()
    })
  },
)

test('a whole backup has no faults, and a flipped byte in any kind of file is found', { timeout: 60_000 }, async () => {
  expect((await verifyBackup(made.folder)).faults).toEqual([])
  const paths = await filePaths(made.folder)
  expect(paths).toEqual(['SHA256SUMS', 'backup.json', 'backup_manifest', 'base.tar.zst', `files/${KEY}`])
  for (const path of paths) {
    const bytes = await readFile(join(made.folder, path))
    for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 0x04
      await writeFile(join(made.folder, path), flipped)
      const { faults } = await verifyBackup(made.folder)
      expect(faults.length, `${path} at ${at}`).toBeGreaterThan(0)
    }
    await writeFile(join(made.folder, path), bytes)
  }
  expect((await verifyBackup(made.folder)).faults).toEqual([])
})

test('a missing and an unexpected file are named', async () => {
  await writeFile(join(made.folder, 'files', 'stranger'), '')
  await rename(join(made.folder, 'files', KEY), join(folder, 'aside'))
  expect((await verifyBackup(made.folder)).faults).toEqual([
    { path: 'files/stranger', fault: 'unexpected' },
    { path: `files/${KEY}`, fault: 'missing' },
  ])
  await rename(join(folder, 'aside'), join(made.folder, 'files', KEY))
  await rm(join(made.folder, 'files', 'stranger'))
})

test('a damaged backup is not restored, and a folder in use is left alone', { timeout: 60_000 }, async () => {
  const path = join(made.folder, 'base.tar.zst')
  const bytes = await readFile(path)
  const flipped = Buffer.from(bytes)
  flipped[Math.floor(bytes.length / 3)]! ^= 0x40
  await writeFile(path, flipped)
  const dataDir = join(folder, 'target')
  const request = { folder: made.folder, log: undefined, dataDir, until: undefined, report: quiet }
  await expect(restoreBackup(request)).rejects.toBeInstanceOf(DamagedBackupError)
  expect(await readdir(dataDir)).toEqual([])
  await writeFile(path, bytes)
  await writeFile(join(dataDir, 'letter.txt'), 'mine')
  await expect(restoreBackup(request)).rejects.toBeInstanceOf(TargetNotEmptyError)
  expect(await readdir(dataDir)).toEqual(['letter.txt'])
})

test('a backup that is cut short leaves nothing that looks like one', { timeout: 60_000 }, async () => {
  const before = await backupNames(backups)
  const script = `
    import { createBackup } from ${JSON.stringify(join(import.meta.dirname, 'create-backup.ts'))}
    const [url, backups] = process.argv.slice(-2)
    console.log('begun')
    await createBackup({ url, backups, files: backups + '/none', release: {}, keyIds: [], facts: async () => ({ districts: [], rowCounts: {} }) })`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, postgres.url, backups], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const deadline = Date.now() + 20_000
  const partials = async () => (await readdir(backups)).filter((name) => name.endsWith('.partial'))
  while ((await partials()).length === 0 && Date.now() < deadline) await sleep(5)
  child.kill('SIGKILL')
  await ended
  expect(await partials()).toHaveLength(1)
  expect(await backupNames(backups)).toEqual(before)
  // A connection that breaks in between is the same, and the next backup clears away what was left.
  await expect(backUp(postgres.url.replace(/\/huiyin$/u, '/nowhere'))).rejects.toThrow()
  expect(await backupNames(backups)).toEqual(before)
  expect(await partials()).toEqual([])
})

test('two do not work in one folder at the same time', async () => {
  await holdingBackups(backups, async () => {
    await expect(holdingBackups(backups, async () => undefined)).rejects.toBeInstanceOf(BackupBusyError)
  })
})

test('the newest stay, and one for each of the last days', async () => {
  const place = await mkdtemp(join(folder, 'prune-'))
  const names = ['20T01', '21T01', '21T02', '22T01', '22T02', '22T03'].map((at) => `2026-11-${at}-00-00Z`)
  for (const name of names) await mkdir(join(place, name))
  await mkdir(join(place, 'wal'))
  expect(await pruneBackups(place, 2)).toEqual([names[0], names[1], names[3]])
  expect((await readdir(place)).toSorted()).toEqual([names[2], names[4], names[5], 'wal'])
})

test(
  'the log is let go when nobody archives it, and archived again from a new beginning',
  { timeout: 30_000 },
  async () => {
    expect(archive.isNew).toBe(true)
    await archive.stop()
    archive = await followLog(postgres.url, backups, SEGMENT_BYTES)
    expect(archive.isNew).toBe(false)
    await archive.stop()
    const client = await connect(postgres.url)
    const slots = async () => (await client.query('select from pg_replication_slots')).rowCount
    expect(await slots()).toBe(1)
    await expect.poll(async () => (await forgetLog(postgres.url), slots()), { timeout: 10_000 }).toBe(0)
    await client.end()
    archive = await followLog(postgres.url, backups, SEGMENT_BYTES)
    expect(archive.isNew).toBe(true)
  },
)

test('the manifest says what the backup is and holds no key', async () => {
  const text = await readFile(join(made.folder, 'backup.json'), 'utf8')
  const manifest = JSON.parse(text) as BackupManifest
  expect(manifest).toMatchObject({ format: 1, release: RELEASE, keyIds: ['0123456789abcdef'] })
  expect(existsSync(join(made.folder, 'kek'))).toBe(false)
})
