// One PostgreSQL for the whole run; each test file clones its own database in it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openLiveServers } from './live-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a superuser, for `inject('postgresUrl')`. */
    postgresUrl: string
    /** Folder of the servers that journeys start, for `inject('liveServers')`. */
    liveServers: string
  }
}

// The data of a test run is thrown away, so nothing waits for the disk. Two workers with a pool each need the room.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  max_wal_size: '1GB',
  autovacuum: 'off',
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const servers = await openLiveServers()
  project.provide('liveServers', servers.dir)
  const given = process.env['HUIYIN_TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgresUrl', given)
    return servers.close
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-tests-'))
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: SETTINGS,
    log: (message, details) => console.error(`test database: ${message}`, details ?? ''),
  })
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await servers.close()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
