// The hot reads of volunteering on a district of two hundred thousand entries: none reads a table that grows from end to end or
// touches a large part of one, whether it is planned with its values or for any.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explaining, type Statement } from '../../bench/scale/explain.ts'
import { loadHours } from '../../bench/scale/hours-load.ts'
import { HOURS_READS, type HoursSample, hoursSampleOf } from '../../bench/scale/hours-reads.ts'
import { inDistrict, type Tx } from '../../server/platform/db.ts'
import { cloneDatabase, type TestDatabase, YANQING } from '../support/database.ts'

const ENTRIES = 200_000
// A session takes a dozen of a team, of which there is one for each of the four hundred stations.
const PEOPLE = 6_000
const CALLS = 2
const GROWING = 'hours_record hours_entry attendance check_in_mark sign_up activity_session session_role'.split(' ')
/** A list costs some hundred pages of 8 kB, one that looks through what is open at all units some thousand; a table has tens of thousands. */
const PAGES_MAX = 3_000

let database: TestDatabase
let drop: () => Promise<void>
let sample: HoursSample
beforeAll(async () => {
  const cloned = await cloneDatabase({ name: 'huiyin_template_bare', fill: async () => undefined })
  database = cloned.database
  drop = cloned.drop
  await loadHours(database, database.ownerUrl, { entries: ENTRIES, people: PEOPLE, log: () => undefined })
  sample = await read(hoursSampleOf)
}, 300_000)
afterAll(() => drop())

function read<T>(act: (tx: Tx, now: Date) => Promise<T>): Promise<T> {
  return inDistrict(database.db, YANQING, act)
}

/** What each hot read does to the tables that grow: `read: table (kind of plan)` for a scan, `read: pages` for too many of them. */
async function findingsOf(tx: Tx, now: Date): Promise<string[]> {
  const found = new Set<string>()
  for (const hot of HOURS_READS) {
    for (let n = 0; n < CALLS; n++) {
      const seen: Statement[] = []
      await hot.run(explaining(tx, seen, { analyze: true, plans: false }), sample, n, now)
      expect(seen.length, hot.name).toBeGreaterThan(0)
      for (const { scanned, pages } of seen)
        for (const kind of ['custom', 'generic'] as const) {
          for (const table of scanned[kind]) if (GROWING.includes(table)) found.add(`${hot.name}: ${table} (${kind})`)
          if (pages[kind] > PAGES_MAX) found.add(`${hot.name}: ${pages[kind]} pages (${kind})`)
        }
    }
  }
  return [...found]
}

test('no hot read scans a table that grows', async () => {
  expect(HOURS_READS.length).toBeGreaterThan(20)
  expect(await read(findingsOf)).toEqual([])
}, 120_000)

test('a missing index is found', async () => {
  const undone = new Error('undo')
  let found: string[] = []
  await expect(
    read(async (tx, now) => {
      await tx.raw(
        `set local role none; drop index hours_record_by_team; drop index hours_record_by_unit; set local role huiyin_app`,
      )
      found = await findingsOf(tx, now)
      throw undone
    }),
  ).rejects.toBe(undone)
  expect(found.filter((one) => one.startsWith('hours: a team’s month: '))).not.toEqual([])
}, 120_000)
