/** A stage whose database is a server of its own: one process serves and reaches it through a proxy, one works off the jobs. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { freePort, spawnServer, stopServer, untilReady } from '../support/server-process.ts'
import { type DatabaseProxy, openDatabaseProxy } from './database-proxy.ts'
import { ENV, homeOf, type Stage, stageOf } from './stage.ts'

export interface SplitStage extends Stage {
  readonly proxy: DatabaseProxy
}

/** The serving process has no jobs and sweeps, so that what goes over the wire is what a request caused. */
export async function openSplitStage(): Promise<SplitStage> {
  const folder = await mkdtemp(join(tmpdir(), 'huiyin-split-'))
  const dataDir = join(folder, 'database')
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  const proxy = await openDatabaseProxy(join(homeOf({ dataDir }), 'run', '.s.PGSQL.5432'))
  const throughProxy = new URL(postgres.url.replace(/@[^/]*\//u, '@127.0.0.1/'))
  throughProxy.port = String(proxy.port)
  const shared = { ...ENV, HUIYIN_KEK: randomBytes(32).toString('hex'), HUIYIN_DATA: join(folder, 'files') }
  const webPort = await freePort()
  const web = () =>
    spawnServer({
      port: webPort,
      env: { ...shared, DATABASE_URL: throughProxy.href },
      flags: ['--demo-clock', '--role', 'web'],
    })
  // The first one makes the district, which two at once would both try.
  const worker = spawnServer({
    port: await freePort(),
    env: { ...shared, DATABASE_URL: postgres.url },
    flags: ['--demo-clock', '--role', 'worker'],
  })
  const tidyUp = async () => {
    await stopServer(worker)
    await proxy.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(worker)
  } catch (error) {
    await tidyUp()
    throw error
  }
  return Object.assign(await stageOf(web, dataDir, tidyUp), { proxy })
}
