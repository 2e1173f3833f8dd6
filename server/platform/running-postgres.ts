import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { embeddedUrl } from './embedded-postgres.ts'
import { LOCATION_FILE } from './postgres-home.ts'

const STARTING_MILLISECONDS_MAX = 10_000
const POLL_MILLISECONDS = 200
const CONNECT_MILLISECONDS_MAX = 5_000
const SQLSTATE_CANNOT_CONNECT_NOW = '57P03'
// Lines of postmaster.pid, counted from 0; the file is PostgreSQL's own and says where its server listens.
const LINE_OF_PORT = 3
const LINE_OF_SOCKET_FOLDER = 4
const LINE_OF_ADDRESS = 5

/** Whether a data folder holds a cluster of the embedded PostgreSQL, running or not. */
export async function hasCluster(dataDir: string): Promise<boolean> {
  return existsSync(join(await homeOf(dataDir), 'cluster', 'PG_VERSION'))
}

/**
 * The connection string of the embedded PostgreSQL that another process runs on a data folder, or null when none runs.
 * @throws Error when one runs that this process may not enter: another user started it
 */
export async function findRunningPostgres(dataDir: string): Promise<string | null> {
  const folder = await homeOf(dataDir)
  const pidFile = join(folder, 'cluster', 'postmaster.pid')
  if (!existsSync(pidFile)) return null
  const lines = (await readFile(pidFile, 'utf8')).split('\n').map((line) => line.trim())
  const host = lines[LINE_OF_SOCKET_FOLDER] || lines[LINE_OF_ADDRESS] || ''
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim()
  const url = embeddedUrl({ host, port: Number(lines[LINE_OF_PORT]) }, password)
  return (await answers(url)) ? url : null
}

/** Root's database may lie elsewhere; the data folder then says where (postgres-home.ts). */
export async function homeOf(dataDir: string): Promise<string> {
  const location = join(resolve(dataDir), LOCATION_FILE)
  return existsSync(location) ? (await readFile(location, 'utf8')).trim() : resolve(dataDir)
}

async function answers(url: string): Promise<boolean> {
  const deadline = Date.now() + STARTING_MILLISECONDS_MAX
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return true
    } catch (error) {
      const { code } = error as { code?: string }
      // A killed server leaves its file behind, but nobody listens.
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return false
      if (code !== SQLSTATE_CANNOT_CONNECT_NOW || Date.now() >= deadline) throw error
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(POLL_MILLISECONDS)
  }
}
