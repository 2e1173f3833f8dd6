// What people read of their hours, at the database, in a district with two million entries.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { YANQING } from '../../server/cli/district-plan.ts'
import { inDistrict, openDb } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { asOwner } from '../load/stage.ts'
import { round, type Say } from '../load/pairs.ts'
import { loadHours, PEOPLE } from '../scale/hours-load.ts'
import { HOURS_READS, hoursSampleOf } from '../scale/hours-reads.ts'
import { failIfSlow, type Figure, LOADING, measureReads, MUST_MILLISECONDS } from '../scale/measure.ts'

const CALLS = 40

interface Options {
  readonly entries: number
  /** A folder that is kept, and measured as it is when it was loaded before. */
  readonly dataDir: string | undefined
  readonly plans: boolean
  readonly say: Say
}

/** Loads a district and reads it with the settings of `npm start`. */
export async function measureHours({ entries, dataDir: kept, plans, say }: Options) {
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'huiyin-hours-')))
  try {
    const loadSeconds = await load(dataDir, entries, say)
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
    const db = openDb(postgres.url, openKeyring({ kek: Buffer.alloc(32, 7) }), { poolMax: 2 })
    try {
      const facts = await factsOf(postgres.url)
      say(`${facts.hoursEntries} entries of hours, ${facts.attendances} check-ins; milliseconds`)
      const sample = await inDistrict(db, YANQING, hoursSampleOf)
      const reads = await measureReads(db, HOURS_READS, sample, { calls: CALLS, plans })
      failIfSlow(reads)
      return {
        ...facts,
        hoursLoadSeconds: loadSeconds,
        ...namedFigures(reads),
        hoursMustMs: MUST_MILLISECONDS,
        hoursReads: reads,
      }
    } finally {
      await db.close()
      await postgres.stop()
    }
  } finally {
    if (kept === undefined) await rm(dataDir, { recursive: true, force: true })
  }
}

/** What the issue names, and the slowest of all. */
function namedFigures(reads: readonly Figure[]) {
  const p99Of = (name: string) => reads.find(({ read }) => read === name)!.database.p99
  return {
    hoursRecordP99Ms: round(Math.max(p99Of('hours: a person’s newest'), p99Of('hours: a person’s record book'))),
    hoursTeamMonthP99Ms: round(p99Of('hours: a team’s month')),
    hoursSlowestP99Ms: round(Math.max(...reads.map(({ database }) => database.p99))),
  }
}

/** Loads an empty folder; one that was loaded before is taken as it is. @returns seconds, null when nothing was loaded */
async function load(dataDir: string, entries: number, say: Say): Promise<number | null> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: LOADING })
  const db = openDb(postgres.url, openKeyring({ kek: Buffer.alloc(32, 7) }), { poolMax: 4 })
  const jobs = { sendWithin: async () => undefined, work: async () => undefined, stop: async () => undefined }
  try {
    await migrate(postgres.url)
    if ((await factsOf(postgres.url)).hoursEntries > 0) return null
    const begun = performance.now()
    await loadHours({ db, jobs }, postgres.url, { entries, people: PEOPLE, log: say })
    return Math.round((performance.now() - begun) / 100) / 10
  } finally {
    await db.close()
    await postgres.stop()
  }
}

function factsOf(ownerUrl: string): Promise<{ hoursEntries: number; attendances: number }> {
  return asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ hoursEntries: number; attendances: number }>(
      `select (select count(*) from hours_entry)::int as "hoursEntries", (select count(*) from attendance)::int as attendances`,
    )
    return rows[0]!
  })
}
