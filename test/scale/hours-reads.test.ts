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
// A list of what somebody organises may not go through what others do: so many would be some twenty thousand pages.
const MORE_ACTIVITIES = 20_000
const GROWING =
  'hours_record hours_entry attendance check_in_mark sign_up activity activity_session session_role'.split(' ')
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
  await database.owner((owner) =>
    owner.query(`
      insert into activity (district_id, id, origin, unit_id, team_id, title, place, place_unit_id, person_in_charge, recorder, state, created_at, published_at)
      select district_id, md5('more ' || n || ' ' || id)::uuid, origin, unit_id, team_id, title, place, place_unit_id, person_in_charge, recorder,
             case when at % 500 = 0 then 'draft' else 'published' end, created_at, case when at % 500 > 0 then published_at end
        from (select *, row_number() over () as at, count(*) over () as total from activity) a
       cross join lateral generate_series(1, 1 + (${MORE_ACTIVITIES} - a.at)::int / a.total::int) n`),
  )
  await database.owner((owner) => owner.query('vacuum (analyze) activity'))
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
        `set local role none; drop index hours_record_by_team; drop index hours_record_by_unit; drop index activity_of_team; set local role huiyin_app`,
      )
      found = await findingsOf(tx, now)
      throw undone
    }),
  ).rejects.toBe(undone)
  for (const name of ['hours: a team’s month', 'activities: organised, none yet'])
    expect(found.filter((one) => one.startsWith(`${name}: `))).not.toEqual([])
}, 120_000)
