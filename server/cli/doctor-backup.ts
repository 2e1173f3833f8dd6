/** What doctor says of the backups: how old, where, how far the log reaches, and whether a restore was rehearsed. */
import type { Pool } from 'pg'
import type { Translate } from '#i18n/translate.ts'
import { readableBackups } from '#platform/backup/backup-folder.ts'
import { lastRun } from '#platform/backup/backup-rows.ts'
import { readPosition } from '#platform/backup/wal-archive.ts'
import type { Config } from '../config.ts'
import { isOnTheSameDisk } from './commands/backup.ts'
import { checkDisk, type Finding } from './doctor-database.ts'

const HOUR_MILLISECONDS = 3_600_000
// A night that was missed, and the morning in which it is noticed.
const BACKUP_HOURS_MAX = 30
// The objective is a minute; a busy moment is no fault.
const LOG_SECONDS_MAX = 60
const DRILL_DAYS_MAX = 92

export async function checkBackups(
  config: Config,
  pool: Pool,
  { isServing, t }: { isServing: boolean; t: Translate },
): Promise<Finding[]> {
  if (config.databaseUrl !== null) return [{ check: 'backup', state: 'ok', text: t('cli.doctor.backup-external') }]
  const findings: Finding[] = []
  const add = (check: Finding['check'], state: Finding['state'], text: string) =>
    void findings.push({ check, state, text })
  const last = (await readableBackups(config.backupDir)).at(-1)
  if (!config.backup) add('backup', config.demo ? 'ok' : 'warning', t('cli.doctor.backup-off'))
  if (last === undefined) {
    if (config.backup) add('backup', 'warning', t('cli.doctor.backup-none', { folder: config.backupDir }))
    return findings
  }
  const hours = Math.floor((Date.now() - new Date(last.startedAt).getTime()) / HOUR_MILLISECONDS)
  const isOld = config.backup && isServing && hours > BACKUP_HOURS_MAX
  const text = isOld
    ? t('cli.doctor.backup-old', { name: last.name, hours })
    : t('cli.doctor.backup', { name: last.name, hours, folder: config.backupDir })
  add('backup', isOld ? 'fault' : 'ok', text)
  const run = await lastRun(pool, 'backup')
  if (run?.succeeded === false) add('backup', 'warning', t('cli.doctor.backup-failed', { reason: reasonOf(run) }))
  if (config.backup && (await isOnTheSameDisk(config.dataDir, config.backupDir)))
    add('backup', 'warning', t('cli.doctor.backup-same-disk', { folder: config.backupDir }))
  else if (config.backup) findings.push({ ...(await checkDisk(config.backupDir, t)), check: 'backup' })
  if (config.backup && isServing) {
    const position = await readPosition(config.backupDir, last.postgres.systemIdentifier)
    const seconds = position === null ? Number.NaN : Math.round((Date.now() - new Date(position.at).getTime()) / 1000)
    if (seconds <= LOG_SECONDS_MAX) add('backup', 'ok', t('cli.doctor.log', { seconds }))
    else add('backup', 'fault', t('cli.doctor.log-late', { seconds: Number.isNaN(seconds) ? '∞' : seconds }))
  }
  findings.push(await checkDrill(pool, t))
  return findings
}

async function checkDrill(pool: Pool, t: Translate): Promise<Finding> {
  const [run, good] = [await lastRun(pool, 'drill'), await lastRun(pool, 'drill', { succeeded: true })]
  if (run === undefined) return { check: 'drill', state: 'warning', text: t('cli.doctor.drill-never') }
  if (!run.succeeded)
    return { check: 'drill', state: 'fault', text: t('cli.doctor.drill-failed', { reason: reasonOf(run) }) }
  const days = Math.floor((Date.now() - (good ?? run).startedAt.getTime()) / HOUR_MILLISECONDS / 24)
  return days > DRILL_DAYS_MAX
    ? { check: 'drill', state: 'warning', text: t('cli.doctor.drill-old', { days }) }
    : {
        check: 'drill',
        state: 'ok',
        text: t('cli.doctor.drill', { days, seconds: (run.restoreSeconds ?? 0).toFixed(1) }),
      }
}

function reasonOf({ findings }: { findings: readonly string[] }): string {
  return findings.join('; ').slice(0, 300)
}
