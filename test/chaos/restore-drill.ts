/**
 * R11: the machine is lost while people work. A server with nightly backups on is backed up under load, goes on being written
 * to, and is killed with its database; what the backup folder holds is restored elsewhere, by the administrator's own command.
 */
import { readFile, rm } from 'node:fs/promises'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { readPosition } from '../../server/platform/backup/wal-archive.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { command } from '../support/command-line.ts'
import { startLoad } from './clients.ts'
import type { Context } from './context.ts'
import { openJournal } from './journal.ts'
import { openStage, postgresPids, type Stage } from './stage.ts'
import type { Findings } from './verify.ts'

const CLIENTS = 8
const CALM_MILLISECONDS = 4_000
const LOST_SECONDS_MAX = 60
const RESTORE_SECONDS_MAX = 60
const FOLLOWED_SECONDS_MAX = 20

/** @param rounds how many seconds of work follow the backup, in steps of a calm */
export async function restoreAfterLoss({ random, print, atEnd }: Context, rounds: number): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'huiyin-loss-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  const backups = join(folder, 'backups')
  const stage = await openStage({ env: { HUIYIN_BACKUP: '1', HUIYIN_BACKUP_DIR: backups } })
  atEnd(() => stage.close())
  const environment = { HUIYIN_DATA: stage.dataDir, HUIYIN_BACKUP: '1', HUIYIN_BACKUP_DIR: backups, LANG: 'en' }
  const journal = openJournal()
  // When each order was acknowledged, by its client id.
  const placed = new Map<string, number>()
  const load = startLoad(stage, journal, {
    clients: CLIENTS,
    prefix: 'loss',
    random,
    seen: () => noteAcknowledged(journal, placed),
  })
  await sleep(CALM_MILLISECONDS)
  const drill = await command(environment, 'backup', 'drill')
  const verified = await command(environment, 'backup', 'verify')
  for (let round = 0; round < rounds; round++) await sleep(CALM_MILLISECONDS)
  noteAcknowledged(journal, placed)
  const lostAt = Date.now()
  await destroy(stage)
  await load.stop()
  const position = await lastPosition(backups)
  const target = join(folder, 'restored')
  const begun = performance.now()
  const key = join(stage.dataDir, 'kek')
  const restore = await command(environment, 'backup', 'restore', '--to', target, '--key', key)
  const seconds = (performance.now() - begun) / 1000
  const there = restore.status === 0 ? await idsIn(target) : new Set<string>()
  const old = [...placed].filter(([, at]) => at <= lostAt - LOST_SECONDS_MAX * 1000)
  const missing = [...placed].filter(([id]) => !there.has(id))
  const youngest = Math.max(0, ...missing.map(([, at]) => lostAt - at)) / 1000
  print(
    `restore-drill: ${placed.size} writes acknowledged, ${missing.length} of them not in the archive when all was lost ` +
      `(at most ${youngest.toFixed(1)} s old); archive complete to ${position}; restored and examined in ${seconds.toFixed(1)} s`,
  )
  const late = missing.filter(([, at]) => at <= lostAt - LOST_SECONDS_MAX * 1000).map(([id]) => id)
  return {
    'a drill under load finds nothing wrong': drill.status === 0 ? [] : [drill.out, drill.err],
    'every byte of the backup matches': verified.status === 0 ? [] : [verified.out],
    'what was lost with the machine is restored, and is sound': restore.status === 0 ? [] : [restore.out, restore.err],
    [`no write acknowledged ${LOST_SECONDS_MAX} s before the loss is missing`]: late,
    // The run is shorter than a minute at smoke size, so the archive's own promise is looked at as well.
    'the archive follows within seconds':
      youngest <= FOLLOWED_SECONDS_MAX ? [] : [`${youngest} s, of ${old.length} older`],
    [`it is there again within ${RESTORE_SECONDS_MAX} s`]: seconds <= RESTORE_SECONDS_MAX ? [] : [`${seconds} s`],
  }
}

function noteAcknowledged({ entries }: ReturnType<typeof openJournal>, placed: Map<string, number>): void {
  const now = Date.now()
  for (const entry of entries)
    if (entry.outcome === 'acknowledged' && !placed.has(entry.clientId)) placed.set(entry.clientId, now)
}

/** Server and database at one blow, as when the power fails. */
async function destroy(stage: Stage): Promise<void> {
  const pids = postgresPids(stage)
  stage.server.child.kill('SIGKILL')
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  await stage.server.ended
}

async function lastPosition(backups: string): Promise<string> {
  const [name] = readdirSync(backups).filter((entry) => /^\d{4}-/u.test(entry))
  if (name === undefined) return 'nowhere'
  const { postgres } = JSON.parse(await readFile(join(backups, name, 'backup.json'), 'utf8')) as {
    postgres: { systemIdentifier: string }
  }
  return (await readPosition(backups, postgres.systemIdentifier))?.at ?? 'nowhere'
}

/** The client ids whose effects are in the restored database. */
async function idsIn(dataDir: string): Promise<Set<string>> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  const client = new Client({ connectionString: postgres.url })
  try {
    await client.connect()
    const { rows } = await client.query<{ client_id: string }>('select client_id from idempotency')
    return new Set(rows.map((row) => row.client_id))
  } finally {
    await client.end()
    await postgres.stop()
  }
}
