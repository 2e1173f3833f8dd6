/** Restores a backup into an empty data folder and examines what came out. */
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BackupManifest, readManifest } from '#platform/backup/backup-folder.ts'
import {
  DamagedBackupError,
  type RestoredBackup,
  requireEmptyTarget,
  restoreBackup,
  TargetNotEmptyError,
} from '#platform/backup/restore-backup.ts'
import { openDb } from '#platform/db.ts'
import { keyId, openKeyring } from '#platform/field-encryption.ts'
import { migrate, migrationNames } from '#platform/migrate.ts'
import { type Context, table } from './command.ts'
import { CommandError, EXIT_FAULTS } from './command-error.ts'
import { asOwner } from './installation.ts'
import { type Check, checkRestored } from './restored-checks.ts'

interface Wish {
  readonly folder: string
  readonly target: string
  readonly until: Date | undefined
  readonly keyFile: string | undefined
}

const KEY_SHAPE = /^[0-9a-f]{64}$/iu

/** @returns the exit status */
export async function restoreFrom(context: Context, wish: Wish): Promise<number> {
  const { print, t } = context
  const manifest = await usableManifest(wish.folder)
  await refused(wish, () => requireEmptyTarget(wish.target))
  const key = readKey(context, wish, manifest)
  print(t('cli.backup.restoring', { folder: wish.folder, target: wish.target }))
  const restored = await refused(wish, () =>
    restoreBackup({
      folder: wish.folder,
      log: { backups: dirname(wish.folder) },
      dataDir: wish.target,
      until: wish.until,
      report: () => undefined,
    }),
  )
  try {
    const checks = [...(await examineRestored(restored, wish.target, key, t)), keyCheck(context, wish, manifest, key)]
    print(showChecks(checks, context))
    const { secondsToExtract, secondsToRecover, segments } = restored
    const [extract, recover] = [secondsToExtract, secondsToRecover].map((seconds) => seconds.toFixed(1)) as [
      string,
      string,
    ]
    print(t('cli.backup.restored', { target: wish.target, extract, recover, segments }))
    if (wish.keyFile !== undefined && key !== null && !existsSync(join(wish.target, 'kek')))
      await writeFile(join(wish.target, 'kek'), `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    const isSound = checks.every((one) => one.state !== 'fault')
    print(t(isSound ? 'cli.backup.next' : 'cli.backup.unsound', { target: wish.target }))
    return isSound ? 0 : EXIT_FAULTS
  } finally {
    await restored.postgres.stop()
  }
}

/** Brings the schema to this release and looks at everything that can be looked at. @param key null when it is not at hand */
export async function examineRestored(
  { postgres: { url }, manifest }: RestoredBackup,
  dataDir: string,
  key: Buffer | null,
  t: Context['t'],
): Promise<Check[]> {
  const { head } = await migrate(url)
  const text =
    head === manifest.release.migrationHead
      ? t('cli.backup.schema', { head })
      : t('cli.backup.schema-forward', { from: manifest.release.migrationHead, head })
  // Without the key only what needs none is read.
  const db = openDb(url, openKeyring({ kek: key ?? Buffer.alloc(32) }), { poolMax: 1, applicationName: 'huiyin-cli' })
  try {
    return [
      { check: 'schema', state: 'ok', text },
      await lastSign(url, t),
      ...(await checkRestored({ url, db, dataDir, manifest, hasKey: key !== null }, t)),
    ]
  } finally {
    await db.close()
  }
}

export function showChecks(checks: readonly Check[], { t }: Context): string {
  return table(checks.map(({ check, state, text }) => [t(`cli.state.${state}`), t(`cli.restored.${check}`), text]))
}

/** The youngest thing that the database knows: what an operator compares with what people remember. */
async function lastSign(url: string, t: Context['t']): Promise<Check> {
  const at = await asOwner(url, async (client) => {
    const { rows } = await client.query<{ at: Date | null }>('select max(recorded_at) as at from audit_event')
    return rows[0]?.at ?? null
  })
  return { check: 'time', state: 'ok', text: t('cli.backup.last-event', { at: at?.toISOString() ?? '-' }) }
}

/** @throws CommandError for a backup that this release cannot read */
async function usableManifest(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError('cli.error.backup-unreadable', { folder, reason }, undefined, { cause })
  })
  const { migrationHead, version } = manifest.release
  if (!(await migrationNames()).includes(migrationHead))
    throw new CommandError('cli.error.backup-newer', { head: migrationHead, version })
  return manifest
}

async function refused<T>({ folder, target, until }: Wish, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof TargetNotEmptyError)
      throw new CommandError('cli.error.target-not-empty', { target, entries: cause.entries.join(', ') })
    if (cause instanceof DamagedBackupError) {
      const what = cause.faults.slice(0, 5).map((one) => one.path)
      throw new CommandError('cli.error.backup-damaged', { folder, what: what.join(', ') })
    }
    if (until !== undefined && cause instanceof Error && /before configured recovery target/u.test(cause.message))
      throw new CommandError('cli.error.log-too-short', { until: until.toISOString() }, undefined, { cause })
    throw cause
  }
}

/** From `--key`, from the settings, or from the target folder; null when none is at hand. @throws CommandError for another key */
function readKey({ config, option }: Context, { target, keyFile }: Wish, { keyIds }: BackupManifest): Buffer | null {
  const path = keyFile ?? join(target, 'kek')
  const isGiven = option('key') !== undefined
  if (!isGiven && config.kek === null && !existsSync(path)) return null
  const key = !isGiven && config.kek !== null ? config.kek : keyIn(path)
  if (keyIds.includes(keyId(key))) return key
  throw new CommandError('cli.error.key-other', { found: keyId(key), ids: keyIds.join(', ') })
}

function keyIn(path: string): Buffer {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (KEY_SHAPE.test(text)) return Buffer.from(text, 'hex')
  } catch {
    // Said below, as for a file that holds something else.
  }
  throw new CommandError('cli.error.no-key', { path })
}

function keyCheck({ t }: Context, { target }: Wish, { keyIds }: BackupManifest, key: Buffer | null): Check {
  const ids = keyIds.join(', ')
  return key === null
    ? { check: 'key', state: 'warning', text: t('cli.backup.key-missing', { ids, path: join(target, 'kek') }) }
    : { check: 'key', state: 'ok', text: t('cli.backup.key', { ids }) }
}
