/** The server: reads its settings, starts what it needs, serves until it is told to stop, and leaves nothing running. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { forgetLog } from '#platform/backup/wal-archive.ts'
import { createLog } from '#platform/log.ts'
import { migrate, migrationNames } from '#platform/migrate.ts'
import { describeConfig, describeFaults, readConfig, SettingsError } from './config.ts'
import { backupPlan } from './backup-plan.ts'
import { compose, type Platform } from './compose.ts'
import { type OpenedDatabase, openDatabase } from './open-database.ts'
import { prepareDistrict } from './cli/prepare-district.ts'
import { giveBackMemoryOnce } from './worker/give-back-memory.ts'
import { startBackups } from './worker/nightly-backup.ts'
import { startTimers } from './worker/sweep.ts'

// Twice the interval in which gateways usually ask /readyz. Ctrl-C comes from a terminal, where nobody stands in between.
const NOTICE_MILLISECONDS = 1_000
const FINISH_MILLISECONDS_MAX = 6_000
// What programs say whose configuration is wrong (sysexits.h).
const SETTINGS_STATUS = 78

const started = performance.now()
const read = readConfig()
if (!read.ok) {
  process.stderr.write(`${describeFaults(read.faults)}\n`)
  process.exit(SETTINGS_STATUS)
}
const { config } = read
const log = createLog({ level: config.logLevel })
const stops: (() => Promise<unknown>)[] = []
let stopping: Promise<void> | undefined
let stoppedBy: string | undefined
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))

try {
  await start()
} catch (error) {
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`)
    await stop('settings', SETTINGS_STATUS)
  } else {
    log.fatal({ err: error }, 'the server could not start')
    await stop('failure', 1)
  }
}

async function start(): Promise<void> {
  log.debug({ settings: describeConfig(config) }, 'settings')
  const database = await openDatabase(config, log)
  stops.push(database.stop)
  if (stopping !== undefined) return
  const report = await migrate(database.url)
  if (report.applied.length > 0) log.info({ applied: report.applied }, 'migrated')
  const platform = await compose({
    config,
    databaseUrl: database.url,
    kek: database.kek,
    log,
    schemaHead: (await migrationNames()).at(-1) ?? '',
    isStopping: () => stopping !== undefined,
    hasPages: config.role !== 'worker',
  })
  stops.push(() => platform.close())
  const { welcome, isDemo } = await prepareDistrict(platform, config, log)
  if (config.role !== 'web') {
    const timers = startTimers(platform, platform.host.metrics, log)
    stops.push(() => timers.stop())
    await keepBackups(platform, database)
    await platform.jobs.work({ db: platform.db, log }, platform.definitions)
  }
  const app = await platform.buildApp(isDemo)
  stops.push(() => drain(app))
  await app.listen({ port: config.port, host: config.host })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const memory = giveBackMemoryOnce()
  stops.push(() => memory.stop())
  process.stdout.write(
    `${welcome}\nHuiyin 回音 → ${config.origin}/ (staff: ${config.origin}/staff/, API: ${config.origin}/docs), ready in ${seconds} s\n`,
  )
}

/** Starts the nightly backups, or lets go of the log that they once held back. */
async function keepBackups(platform: Platform, { url, kek }: OpenedDatabase): Promise<void> {
  if (config.backup) {
    const plan = { ...(await backupPlan(config, url, kek)), hour: config.backupHour }
    const backups = startBackups(plan, platform.db.pool, platform.host.metrics, log)
    stops.push(() => backups.stop())
  } else if (config.databaseUrl === null) await forgetLog(url)
}

/**
 * Leaves the service without breaking a request. /readyz says no from the first signal on, while we still serve; what asks it
 * sends its requests elsewhere. Then nothing new is taken, and what is in hand may finish.
 */
async function drain(app: FastifyInstance): Promise<void> {
  if (stoppedBy !== 'SIGINT') await sleep(NOTICE_MILLISECONDS)
  const patience = setTimeout(() => app.server.closeAllConnections(), FINISH_MILLISECONDS_MAX)
  await app.close()
  clearTimeout(patience)
}

/** Ends in the reverse order of the beginning; a second signal changes nothing. */
function stop(why: string, code = 0): Promise<void> {
  stoppedBy ??= why
  stopping ??= (async () => {
    log.info({ why }, 'stopping')
    for (const end of stops.toReversed())
      await end().catch((error: unknown) => log.error({ err: error }, 'while stopping'))
    process.exit(code)
  })()
  return stopping
}
