/** The rehearsal: a fresh backup, restored beside the running database, examined, read through the application, thrown away. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DRILL_PREFIX } from '#platform/backup/backup-folder.ts'
import { recordRun } from '#platform/backup/backup-rows.ts'
import type { CreatedBackup } from '#platform/backup/create-backup.ts'
import { restoreBackup } from '#platform/backup/restore-backup.ts'
import { verifyBackup } from '#platform/backup/verify-backup.ts'
import { createLog } from '#platform/log.ts'
import { migrationNames } from '#platform/migrate.ts'
import { type BackupPlan, clusterBytes, requireRoom, takeBackup } from '../worker/take-backup.ts'
import { examineRestored, showChecks } from './backup-restore.ts'
import type { Context } from './command.ts'
import { EXIT_FAULTS } from './command-error.ts'
import type { Installation } from './installation.ts'
import type { Check } from './restored-checks.ts'

// A guest on a machine at work.
const SETTINGS = { shared_buffers: '64MB', max_connections: '20' }
const PROBES = ['/readyz', '/api/v1/units?limit=1', '/api/v1/categories'] as const

/** The caller holds the backups. @returns the exit status */
export async function runDrill(
  context: Context,
  host: Installation,
  plan: BackupPlan,
  onCreated: (made: CreatedBackup) => void,
): Promise<number> {
  const { print, t } = context
  const startedAt = new Date()
  let made: CreatedBackup | undefined
  let seconds: number | null = null
  const findings: string[] = []
  let isSound = false
  try {
    made = await takeBackup(plan, host.db.pool)
    onCreated(made)
    const { faults } = await verifyBackup(made.folder)
    findings.push(...faults.map(({ path, fault }) => `${path}: ${fault}`))
    await requireRoom(plan.backups, await clusterBytes(host.url))
    const tried = await tryRestore(context, host, plan, made.folder)
    seconds = tried.seconds
    print(showChecks(tried.checks, context))
    findings.push(...tried.checks.filter((one) => one.state === 'fault').map((one) => `${one.check}: ${one.text}`))
    isSound = findings.length === 0
    print(t(isSound ? 'cli.backup.drill-fine' : 'cli.backup.drill-faults', { seconds: seconds.toFixed(1) }))
    return isSound ? 0 : EXIT_FAULTS
  } catch (error) {
    findings.push(error instanceof Error ? error.message : String(error))
    throw error
  } finally {
    await recordRun(host.db.pool, {
      kind: 'drill',
      name: made?.manifest.name ?? null,
      startedAt,
      finishedAt: new Date(),
      succeeded: isSound,
      bytes: made?.bytes ?? 0,
      restoreSeconds: seconds,
      findings,
    })
  }
}

async function tryRestore(context: Context, host: Installation, plan: BackupPlan, folder: string) {
  const place = await mkdtemp(join(plan.backups, DRILL_PREFIX))
  const dataDir = join(place, 'data')
  try {
    const begun = performance.now()
    const restored = await restoreBackup({
      folder,
      log: { backups: plan.backups },
      dataDir,
      until: undefined,
      report: () => undefined,
      settings: SETTINGS,
    })
    try {
      const app = await readThroughApp(context, host, restored.postgres.url, dataDir)
      const seconds = (performance.now() - begun) / 1000
      return {
        seconds,
        checks: [
          ...(await examineRestored(restored, dataDir, [host.kek, ...context.config.retiredKeks], context.t)),
          app,
        ],
      }
    } finally {
      await restored.postgres.stop()
    }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** The restored database answers as the server would; nothing is listened on and no job runs. */
async function readThroughApp({ config, t }: Context, { kek }: Installation, url: string, dataDir: string) {
  // Only here, because the whole server comes with it.
  const { compose } = await import('../compose.ts')
  const platform = await compose({
    config: { ...config, dataDir, role: 'web' },
    databaseUrl: url,
    kek,
    log: createLog({ level: 'silent' }),
    schemaHead: (await migrationNames()).at(-1) ?? '',
    isStopping: () => false,
    hasPages: false,
  })
  try {
    const { rows } = await platform.db.pool.query<{ host: string | null }>(
      'select host from district order by id limit 1',
    )
    const app = await platform.buildApp(false)
    const wrong: string[] = []
    for (const path of PROBES) {
      const { statusCode } = await app.inject({ url: path, headers: { host: rows[0]?.host ?? 'localhost' } })
      if (statusCode !== 200) wrong.push(`${path} ${statusCode}`)
    }
    await app.close()
    const check: Check =
      wrong.length === 0
        ? { check: 'app', state: 'ok', text: t('cli.backup.app', { count: PROBES.length }) }
        : { check: 'app', state: 'fault', text: t('cli.backup.app-wrong', { answers: wrong.join(', ') }) }
    return check
  } finally {
    await platform.close()
  }
}
