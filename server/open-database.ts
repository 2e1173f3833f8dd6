import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, loadOrCreateKek, NEXT_KEK, SettingsError } from './config.ts'
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { externalFault } from '#platform/external-postgres.ts'
import type { Log } from '#platform/log.ts'

export interface OpenedDatabase {
  /** Connection string of the schema's owner. */
  readonly url: string
  readonly kek: Buffer
  readonly stop: () => Promise<void>
}

/** The database the settings name, or the embedded one below the data folder; and the key that opens its personal fields. */
export async function openDatabase(config: Config, log: Log): Promise<OpenedDatabase> {
  if (config.databaseUrl !== null) {
    await checkExternal(config.databaseUrl)
    return { url: config.databaseUrl, kek: config.kek!, stop: async () => undefined }
  }
  if (existsSync(join(config.dataDir, NEXT_KEK)))
    throw new Error(
      `${join(config.dataDir, NEXT_KEK)} is there: the key is being changed. Finish it with "keys rotate".`,
    )
  // A cluster without its key must not get a new one: its personal fields could never be read again.
  const isNew = !existsSync(join(config.dataDir, 'cluster')) && !existsSync(join(config.dataDir, 'location'))
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (message, details) => log.info({ ...details }, message),
  })
  const kek = config.kek ?? loadOrCreateKek(config.dataDir, { mayCreate: isNew })
  return { url: postgres.url, kek, stop: () => postgres.stop() }
}

/** @throws SettingsError with what is wrong with the database that DATABASE_URL names */
export async function checkExternal(url: string): Promise<void> {
  const fault = await externalFault(url)
  if (fault !== null) throw new SettingsError([{ setting: 'DATABASE_URL', value: null, ...fault }])
}
