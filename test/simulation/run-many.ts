/** Many seeds, two districts at a time, on a PostgreSQL of their own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { ensureSimulationTemplate } from './district.ts'
import { type Lived, liveSeed } from './live.ts'
import { shrink, type Shrunk } from './shrink.ts'

// Nothing of a run is kept, so nothing waits for the disk; statistics stand still, so that plans do.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '100',
}
const AT_ONCE = 2
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const SHRINK_SECONDS_MAX = 60

/** A PostgreSQL with the template, for as long as `act` takes. */
export async function withSimulationServer<T>(act: (adminUrl: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-simulate-'))
  const postgres = await startEmbeddedPostgres({ dataDir, settings: SETTINGS, log: () => undefined })
  const end = async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  const onSignal = () => void end().finally(() => process.exit(1))
  for (const signal of SIGNALS) process.once(signal, onSignal)
  try {
    await ensureSimulationTemplate(postgres.url)
    return await act(postgres.url)
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    await end()
  }
}

export interface Many {
  /** Seeds to live, in this order; with `minutes` it may go on for ever. */
  readonly seeds: Iterable<number>
  readonly days: number
  /** No seed is begun after so many minutes. */
  readonly minutes?: number
  /** Hears of each seed when it is done. */
  readonly onSeed?: (result: SeedResult) => void
}

export interface SeedResult {
  readonly seed: number
  readonly days: number
  readonly lived: Lived
  /** The shortest history that was found, when a promise did not hold. */
  readonly shrunk: Shrunk | null
}

/** Lives many seeds; a seed whose promises do not hold is shrunk. */
export function runMany({ seeds, days, minutes = Infinity, onSeed }: Many): Promise<SeedResult[]> {
  const deadline = performance.now() + minutes * 60_000
  const results: SeedResult[] = []
  return withSimulationServer(async (adminUrl) => {
    const waiting = seeds[Symbol.iterator]()
    const work = async () => {
      for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
        const plan = { adminUrl, seed: next.value, days }
        const lived = await liveSeed(plan)
        const shrunk = lived.failure === null ? null : await shrink(plan, lived, SHRINK_SECONDS_MAX)
        const result = { seed: plan.seed, days, lived, shrunk }
        results.push(result)
        onSeed?.(result)
        if (performance.now() > deadline) return
      }
    }
    // All end before any fails, or the server would be stopped under the others.
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return results
  })
}
