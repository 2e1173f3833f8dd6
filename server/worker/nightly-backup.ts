/** The worker's part in backups: one each night, the log in between, and the figures that tell how old they are. */
import { mkdir, statfs } from 'node:fs/promises'
import { Client, type Pool } from 'pg'
import { type BackupManifest, readableBackups } from '#platform/backup/backup-folder.ts'
import { lastRun } from '#platform/backup/backup-rows.ts'
import { BackupBusyError, holdingBackups } from '#platform/backup/create-backup.ts'
import { followLog, type LogArchive } from '#platform/backup/wal-archive.ts'
import { dateIn, startOfDate } from '#platform/dates.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import { repeat } from './sweep.ts'
import { type BackupPlan, takeBackup } from './take-backup.ts'

export interface NightlyPlan extends BackupPlan {
  /** Hour of the day, in China's time, after which the night's backup is due. */
  readonly hour: number
}

const CHECK_SECONDS = 60
const MEASURE_SECONDS = 15
const FOLLOW_SECONDS = 10
// The first minute of a server belongs to its people.
const SETTLE_SECONDS = 60
const RETRY_SECONDS = 15 * 60
const HOUR_MILLISECONDS = 3_600_000

interface State {
  archive: LogArchive | undefined
  /** When the archive was last known to be complete. */
  seenAt: string | undefined
  isDue: boolean
  retryAt: number
  isStopping: boolean
}

/** Runs until stopped; stops before the database does, which would else wait for the log's reader. */
export function startBackups(plan: NightlyPlan, pool: Pool, metrics: Metrics, log: Log): { stop(): Promise<void> } {
  const begun = performance.now()
  const state: State = { archive: undefined, seenAt: undefined, isDue: false, retryAt: 0, isStopping: false }
  const follow = repeat(FOLLOW_SECONDS, log, async () => {
    if (state.archive !== undefined) return
    const archive = await followLog(plan.url, plan.backups, await segmentBytesOf(plan.url))
    state.archive = archive
    if (archive.isNew) {
      // What lies before its beginning is not in the archive, so that it needs a backup from now on.
      state.isDue = true
      log.info({ folder: plan.backups }, 'the archive of the database log begins')
    }
    void restartAfter(archive, state, log)
  })
  const nightly = repeat(CHECK_SECONDS, log, async () => {
    const now = performance.now()
    if (now - begun < SETTLE_SECONDS * 1000 || now < state.retryAt) return
    if (!state.isDue && !isDue(new Date(), plan.hour, await lastOfThisCluster(plan))) return
    try {
      const { manifest, bytes, seconds } = await holdingBackups(plan.backups, () => takeBackup(plan, pool))
      state.isDue = false
      log.info({ backup: manifest.name, bytes, seconds: Math.round(seconds) }, 'backed up')
    } catch (error) {
      state.retryAt = now + RETRY_SECONDS * 1000
      if (error instanceof BackupBusyError || state.isStopping) return
      log.error({ err: error }, 'the backup failed; it is tried again in a quarter of an hour')
    }
  })
  const gauges = repeat(MEASURE_SECONDS, log, () => measureBackups(plan, pool, metrics, state))
  return {
    async stop() {
      state.isStopping = true
      // A backup in hand is not waited for: it ends with its connection, and leaves nothing that looks like one.
      void nightly.stop()
      await Promise.all([follow.stop(), gauges.stop()])
      await state.archive?.stop()
    },
  }
}

/** Waits for the end of an archive's stream and clears the place for the next one. */
async function restartAfter(archive: LogArchive, state: State, log: Log): Promise<void> {
  const error = await archive.ended
  if (state.isStopping) return
  await archive.stop()
  state.archive = undefined
  log.error({ err: error }, 'the archive of the database log was cut off; it goes on in a moment')
}

/** Whether tonight's backup is missing. @param last when the newest backup of this cluster began */
export function isDue(now: Date, hour: number, last: Date | undefined): boolean {
  const hours = hour * HOUR_MILLISECONDS
  const boundary = startOfDate(dateIn(new Date(now.getTime() - hours))).getTime() + hours
  return last === undefined || last.getTime() < boundary
}

async function lastOfThisCluster({ url, backups }: BackupPlan): Promise<Date | undefined> {
  const { system, timeline } = await asOwner<{ system: string; timeline: number }>(
    url,
    `select system_identifier::text as system, timeline_id as timeline from pg_control_system(), pg_control_checkpoint()`,
  )
  const isOurs = ({ postgres }: BackupManifest) =>
    postgres.systemIdentifier === system && postgres.timeline === timeline
  const last = (await readableBackups(backups)).findLast(isOurs)
  return last === undefined ? undefined : new Date(last.startedAt)
}

async function segmentBytesOf(url: string): Promise<number> {
  const { bytes } = await asOwner<{ bytes: number }>(
    url,
    `select setting::int as bytes from pg_settings where name = 'wal_segment_size'`,
  )
  return bytes
}

async function measureBackups(plan: BackupPlan, pool: Pool, metrics: Metrics, state: State) {
  const age = (from: string | Date) => Math.max(0, (Date.now() - new Date(from).getTime()) / 1000)
  const last = (await readableBackups(plan.backups)).at(-1)
  metrics.backupAgeSeconds.reset()
  if (last !== undefined) metrics.backupAgeSeconds.set(age(last.startedAt))
  const drill = await lastRun(pool, 'drill', { succeeded: true })
  metrics.backupDrillAgeSeconds.reset()
  if (drill !== undefined) metrics.backupDrillAgeSeconds.set(age(drill.startedAt))
  state.seenAt = state.archive?.position?.at ?? state.seenAt
  if (state.seenAt !== undefined) metrics.logArchiveLagSeconds.set(age(state.seenAt))
  await mkdir(plan.backups, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(plan.backups)
  metrics.backupFreeBytes.set(bavail * bsize)
}

async function asOwner<Row extends object>(url: string, text: string): Promise<Row> {
  const client = new Client({ connectionString: url, application_name: 'huiyin-backup' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Row>(text)
    return rows[0]!
  } finally {
    await client.end()
  }
}
