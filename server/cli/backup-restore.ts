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
import { RETIRED_KEKS } from '../config.ts'
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

const KEY_BYTES = 32
const KEY_SHAPE = /^[0-9a-f]{64}$/iu

/** @returns the exit status */
export async function restoreFrom(context: Context, wish: Wish): Promise<number> {
  const { print, t } = context
  const manifest = await usableManifest(wish.folder)
  await refused(wish, () => requireEmptyTarget(wish.target))
  const keys = readKeys(context, wish, manifest)
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
    const checks = [...(await examineRestored(restored, wish.target, keys, t)), keyCheck(context, wish, manifest, keys)]
    print(showChecks(checks, context))
    const { secondsToExtract, secondsToRecover, segments } = restored
    const [extract, recover] = [secondsToExtract, secondsToRecover].map((seconds) => seconds.toFixed(1)) as [
      string,
      string,
    ]
    print(t('cli.backup.restored', { target: wish.target, extract, recover, segments }))
    if (wish.keyFile !== undefined) await writeKeys(wish.target, keys)
    const isSound = checks.every((one) => one.state !== 'fault')
    print(t(isSound ? 'cli.backup.next' : 'cli.backup.unsound', { target: wish.target }))
    return isSound ? 0 : EXIT_FAULTS
  } finally {
    await restored.postgres.stop()
  }
}

/** Brings the schema to this release and looks at everything that can be looked at. @param keys those at hand, the current one first */
export async function examineRestored(
  { postgres: { url }, manifest }: RestoredBackup,
  dataDir: string,
  keys: readonly Buffer[],
  t: Context['t'],
): Promise<Check[]> {
  const { head } = await migrate(url)
  const text =
    head === manifest.release.migrationHead
      ? t('cli.backup.schema', { head })
      : t('cli.backup.schema-forward', { from: manifest.release.migrationHead, head })
  const hasKey = manifest.keyIds.every((id) => keys.some((key) => keyId(key) === id))
  // Without the key only what needs none is read.
  const [kek = Buffer.alloc(KEY_BYTES), ...retired] = keys
  const db = openDb(url, openKeyring({ kek, retired }), { poolMax: 1, applicationName: 'huiyin-cli' })
  try {
    return [
      { check: 'schema', state: 'ok', text },
      await lastSign(url, t),
      ...(await checkRestored({ url, db, dataDir, manifest, hasKey }, t)),
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

/**
 * Keys that the backup needs, in its order: from `--key`, from the settings, or from the target folder. None is at hand: none.
 * @throws CommandError where there are keys, but others
 */
function readKeys({ config }: Context, { target, keyFile }: Wish, { keyIds }: BackupManifest): readonly Buffer[] {
  const given =
    keyFile !== undefined
      ? keysIn(keyFile)
      : config.kek !== null
        ? [config.kek, ...config.retiredKeks]
        : ['kek', RETIRED_KEKS]
            .map((name) => join(target, name))
            .flatMap((path) => (existsSync(path) ? keysIn(path) : []))
  const keys = keyIds.flatMap((id) => given.find((key) => keyId(key) === id) ?? [])
  if (given.length > 0 && keys.length === 0)
    throw new CommandError('cli.error.key-other', {
      found: given.map((key) => keyId(key)).join(', '),
      ids: keyIds.join(', '),
    })
  return keys
}

/** One key a line. */
function keysIn(path: string): Buffer[] {
  const words = (existsSync(path) ? readFileSync(path, 'utf8') : '').split(/\s+/u).filter((word) => word !== '')
  if (words.length === 0 || words.some((word) => !KEY_SHAPE.test(word)))
    throw new CommandError('cli.error.no-key', { path })
  return words.map((word) => Buffer.from(word, 'hex'))
}

async function writeKeys(target: string, [current, ...retired]: readonly Buffer[]): Promise<void> {
  const write = (name: string, keys: readonly Buffer[]) =>
    writeFile(join(target, name), keys.map((key) => `${key.toString('hex')}\n`).join(''), { mode: 0o600, flag: 'wx' })
  if (current !== undefined && !existsSync(join(target, 'kek'))) await write('kek', [current])
  if (retired.length > 0 && !existsSync(join(target, RETIRED_KEKS))) await write(RETIRED_KEKS, retired)
}

function keyCheck({ t }: Context, { target }: Wish, { keyIds }: BackupManifest, keys: readonly Buffer[]): Check {
  const missing = keyIds.filter((id) => !keys.some((key) => keyId(key) === id)).join(', ')
  return missing === ''
    ? { check: 'key', state: 'ok', text: t('cli.backup.key', { ids: keyIds.join(', ') }) }
    : { check: 'key', state: 'warning', text: t('cli.backup.key-missing', { ids: missing, path: join(target, 'kek') }) }
}
