import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import {
  type BackupManifest,
  backupNames,
  folderBytes,
  readableBackups,
  readManifest,
} from '#platform/backup/backup-folder.ts'
import { BackupBusyError, type CreatedBackup, holdingBackups } from '#platform/backup/create-backup.ts'
import { verifyBackup } from '#platform/backup/verify-backup.ts'
import { readPosition } from '#platform/backup/wal-archive.ts'
import { backupPlan } from '../../backup-plan.ts'
import { DiskShortError, takeBackup } from '../../worker/take-backup.ts'
import { runDrill } from '../backup-drill.ts'
import { restoreFrom } from '../backup-restore.ts'
import { type Command, type Context, table } from '../command.ts'
import { CommandError, EXIT_FAULTS } from '../command-error.ts'

const MEGABYTE = 1024 * 1024

export const backupCreate: Command = {
  name: 'backup create',
  usage: '',
  options: {},
  words: 0,
  async run(context) {
    const { config, open, print, t } = context
    requireEmbedded(context)
    const { db, url, kek } = await open()
    const plan = await backupPlan(config, url, kek)
    const made = await orRefusal(() => holdingBackups(plan.backups, () => takeBackup(plan, db.pool)))
    print(created(made, context))
    print(t('cli.backup.keys-apart', { ids: made.manifest.keyIds.join(', ') }))
    if (await isOnTheSameDisk(config.dataDir, plan.backups)) print(t('cli.backup.same-disk', { folder: plan.backups }))
    return 0
  },
}

export const backupList: Command = {
  name: 'backup list',
  usage: '',
  options: {},
  words: 0,
  async run({ config: { backupDir }, print, t }) {
    const backups = await readableBackups(backupDir)
    if (backups.length === 0) {
      print(t('cli.backup.none', { folder: backupDir }))
      return EXIT_FAULTS
    }
    const rows: string[][] = []
    for (const { name, release, postgres } of backups) {
      const reach = await readPosition(backupDir, postgres.systemIdentifier)
      const size = `${((await folderBytes(join(backupDir, name))) / MEGABYTE).toFixed(1)} MB`
      const until = reach === null ? t('cli.backup.no-log') : t('cli.backup.log-until', { at: reach.at })
      rows.push([name, size, release.migrationHead, until])
    }
    print(table(rows))
    return 0
  },
}

export const backupVerify: Command = {
  name: 'backup verify',
  usage: '[--backup NAME|FOLDER]',
  options: { backup: { type: 'string' } },
  words: 0,
  async run(context) {
    const { print, say, t } = context
    const folder = await chosenBackup(context, undefined)
    const { manifest, files, faults } = await verifyBackup(folder)
    for (const { path, fault } of faults) print(`  ${say(`cli.backup.fault.${fault}`, { path })}`)
    if (faults.length > 0) {
      print(t('cli.backup.verify-faults', { folder, count: faults.length }))
      return EXIT_FAULTS
    }
    print(t('cli.backup.verify-fine', { folder, files, ids: manifest!.keyIds.join(', ') }))
    return 0
  },
}

export const backupRestore: Command = {
  name: 'backup restore',
  usage: '[--backup NAME|FOLDER] [--to FOLDER] [--until INSTANT] [--key FILE]',
  options: {
    backup: { type: 'string' },
    to: { type: 'string' },
    until: { type: 'string' },
    key: { type: 'string' },
  },
  words: 0,
  async run(context) {
    const { config, option } = context
    const until = instant(option('until'))
    const folder = await chosenBackup(context, until)
    return restoreFrom(context, {
      folder,
      target: resolve(option('to') ?? config.dataDir),
      until,
      keyFile: option('key'),
    })
  },
}

export const backupDrill: Command = {
  name: 'backup drill',
  usage: '',
  options: {},
  words: 0,
  async run(context) {
    const { config, open, print } = context
    requireEmbedded(context)
    const host = await open()
    const plan = await backupPlan(config, host.url, host.kek)
    return orRefusal(() =>
      holdingBackups(plan.backups, () => runDrill(context, host, plan, (made) => print(created(made, context)))),
    )
  },
}

function created({ folder, manifest, bytes, seconds }: CreatedBackup, { t }: Context): string {
  return t('cli.backup.created', {
    folder,
    size: (bytes / MEGABYTE).toFixed(1),
    seconds: seconds.toFixed(1),
    lsn: manifest.postgres.endLsn,
  })
}

/** The backup that is named, or the newest one, or the newest one before an instant. */
async function chosenBackup({ config: { backupDir }, option }: Context, until: Date | undefined): Promise<string> {
  const named = option('backup')
  const folder =
    named === undefined
      ? join(backupDir, await newest(backupDir, until))
      : named.includes(sep) || named.includes('/')
        ? resolve(named)
        : join(backupDir, named)
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) throw new CommandError('cli.error.no-backup', { name: basename(folder), folder: dirname(folder) })
  return folder
}

async function newest(backupDir: string, until: Date | undefined): Promise<string> {
  const names = await backupNames(backupDir)
  // By name where it is not asked for a time, so that a damaged newest one is reported and not passed over.
  if (until === undefined) return names.at(-1) ?? nothing(backupDir)
  const isBefore = ({ finishedAt }: BackupManifest) => new Date(finishedAt) <= until
  const found: string[] = []
  for (const name of names) {
    const manifest = await readManifest(join(backupDir, name)).catch(() => undefined)
    if (manifest !== undefined && isBefore(manifest)) found.push(name)
  }
  return found.at(-1) ?? nothing(backupDir)
}

function nothing(folder: string): never {
  throw new CommandError('cli.error.no-backup', { name: '-', folder })
}

function instant(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  // With its zone: an hour that was meant in another one would restore the wrong state.
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/u.test(text)
  const at = new Date(text)
  if (!isWhole || Number.isNaN(at.getTime())) throw new CommandError('cli.error.bad-instant', { given: text })
  return at
}

function requireEmbedded({ config }: Context): void {
  if (config.databaseUrl !== null) throw new CommandError('cli.error.backup-external')
}

async function orRefusal<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof BackupBusyError) throw new CommandError('cli.error.backup-busy', {}, undefined, { cause })
    if (cause instanceof DiskShortError) {
      const [free, needed] = [cause.free, cause.needed].map((bytes) => Math.ceil(bytes / MEGABYTE)) as [number, number]
      throw new CommandError('cli.error.disk-short', { folder: cause.folder, free, needed }, undefined, { cause })
    }
    throw cause
  }
}

/** A backup beside what it is of is lost with it. */
export async function isOnTheSameDisk(dataDir: string, backups: string): Promise<boolean> {
  const [data, other] = await Promise.all([stat(dataDir), stat(backups)].map((found) => found.catch(() => undefined)))
  return data !== undefined && other !== undefined && data.dev === other.dev
}
