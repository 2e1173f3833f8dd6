/** A stage whose server and whose PostgreSQL have machine clocks of their own. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { freePort, spawnServer } from '../support/server-process.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'
import { ENV, type Stage, stageOf } from './stage.ts'

export interface ClockStage extends Stage {
  readonly serverClock: FakeClock
  readonly databaseClock: FakeClock
}

export async function openClockStage(): Promise<ClockStage> {
  const folder = await mkdtemp(join(tmpdir(), 'huiyin-clock-'))
  // PostgreSQL runs as somebody else and reads its clock here.
  await chmod(folder, 0o755)
  const serverClock = openFakeClock(join(folder, 'server-clock'))
  const databaseClock = openFakeClock(join(folder, 'database-clock'))
  const dataDir = join(folder, 'database')
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    environment: databaseClock.env,
  })
  const port = await freePort()
  const env = {
    ...ENV,
    ...serverClock.env,
    DATABASE_URL: postgres.url,
    HUIYIN_KEK: randomBytes(32).toString('hex'),
    HUIYIN_DATA: join(folder, 'files'),
  }
  const start = () => spawnServer({ port, env, flags: ['--demo-clock'] })
  const stage = await stageOf(start, dataDir, async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return Object.assign(stage, { serverClock, databaseClock })
}
