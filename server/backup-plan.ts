import { join } from 'node:path'
import packageFacts from '../package.json' with { type: 'json' }
import { keyId } from '#platform/field-encryption.ts'
import { migrationNames } from '#platform/migrate.ts'
import type { Config } from './config.ts'
import type { BackupPlan } from './worker/take-backup.ts'

/** What a backup of this installation needs to know. @param url connection string of the schema's owner */
export async function backupPlan(config: Config, url: string, kek: Buffer): Promise<BackupPlan> {
  const migrationHead = (await migrationNames()).at(-1) ?? ''
  return {
    url,
    backups: config.backupDir,
    files: join(config.dataDir, 'files'),
    keep: config.backupKeep,
    release: { version: packageFacts.version, revision: config.revision, migrationHead },
    keyIds: [kek, ...config.retiredKeks].map((key) => keyId(key)),
  }
}
