// A month of the year in small, cut off twice in the middle and played on.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase, YANQING } from '../../../test/support/database.ts'
import { composeFor } from '../../../test/support/server.ts'
import type { Platform } from '../../compose.ts'
import { readPatiently } from '../patience.ts'
import { countVolunteering, differencesOfVolunteering } from './count-volunteering.ts'
import { planYear } from './plan-year.ts'
import type { Span } from './planned.ts'
import { countTotals, differences, verifyYear } from './totals.ts'
import { runYear, type YearResult } from './year.ts'

const MONTH: Span = {
  seed: 11,
  from: '2019-05-06',
  until: '2019-06-03',
  orders: 60,
  people: 640,
  volunteers: 200,
  volunteersFirst: 60,
  activities: 60,
  turns: 420,
  share: 0.012,
}

let database: TestDatabase
let platform: Platform
let end: () => Promise<void>
const errors: string[] = []

beforeAll(async () => {
  const clone = await cloneDatabase({ name: 'huiyin_template_bare', fill: async () => undefined })
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-year-'))
  database = clone.database
  platform = await composeFor(database.ownerUrl, dataDir, (line) => errors.push(line))
  end = async () => {
    await platform.close()
    await clone.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
}, 300_000)
afterAll(() => end())

interface Watched extends YearResult {
  readonly isResumed: boolean
}

/** Plays until `orders` are placed, or to the end. */
async function playUntil(orders: number, act?: (placed: number) => void): Promise<Watched> {
  let [placedNow, isResumed] = [0, false]
  const result = await runYear(platform, MONTH, {
    onBegin: (_plan, resumed) => (isResumed = resumed),
    onProgress: (_at, _tally, placed) => {
      placedNow = placed
      act?.(placed)
    },
    isStopped: () => placedNow >= orders,
  })
  return { ...result, isResumed }
}

const rowsOf = async <Row>(text: string): Promise<Row[]> =>
  (await database.owner((client) => client.query(text))).rows as Row[]

test('a play that is cut off goes on where it was, without doubles, to the exact totals', async () => {
  const first = await playUntil(12)
  expect([first.isFinished, first.isResumed]).toEqual([false, false])
  const [before] = await rowsOf<{ orders: number; moves: number }>(
    'select (select count(*)::int from service_order) as orders, (select count(*)::int from order_transition) as moves',
  )
  expect(before!.orders).toBeGreaterThanOrEqual(12)

  // The second play loses every connection in the middle of its transactions.
  let isCut = false
  const second = playUntil(MONTH.orders, (placed) => {
    if (placed < 30 || isCut) return
    isCut = true
    void database.owner((client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      ),
    )
  })
  await expect(second).rejects.toThrow()
  expect(isCut).toBe(true)

  const third = await playUntil(Infinity)
  expect([third.isFinished, third.isResumed]).toEqual([true, true])
  const totals = await readPatiently(platform.db, YANQING, countTotals)
  expect(differences(third.plan, totals)).toEqual([])
  expect([totals.orders, totals.people]).toEqual([MONTH.orders, MONTH.people])

  const { audit, ledger, hours } = await readPatiently(platform.db, YANQING, verifyYear)
  expect([audit.faults, ledger.faults, hours.faults, ledger.sum]).toEqual([[], [], [], 0])
  expect([audit.unsealed, hours.unsealed]).toEqual([0, 0])

  // Nobody was appointed, registered or founded twice, and no message was left behind.
  const [doubles] = await rowsOf<Record<string, number>>(`
    select (select count(*)::int from (select name from team group by name having count(*) > 1) x) as teams,
           (select count(*)::int from (select provider_unit_id, title from offering group by 1, 2 having count(*) > 1) x) as offerings,
           (select count(*)::int from (select order_id, version from order_transition group by 1, 2 having count(*) > 1) x) as moves,
           (select count(*)::int from message where handed_over_at is null) as messages,
           (select count(*)::int from service_order where state = 'evaluated') as evaluated,
           (select count(*)::int from (select subject_id, person_id from attendance where subject_kind = 'session'
                                        group by 1, 2 having count(*) > 1) x) as turns,
           (select count(*)::int from (select attendance_id, day from hours_record group by 1, 2 having count(*) > 1) x) as hours,
           (select count(*)::int from activity_session where state = 'planned') as planned`)
  expect(doubles).toEqual({
    teams: 0,
    offerings: 0,
    moves: 0,
    messages: 0,
    evaluated: 0,
    turns: 0,
    hours: 0,
    planned: 0,
  })
  expect(errors).toEqual([])
}, 600_000)

test('played once more, a finished year changes nothing', async () => {
  const before = await rowsOf('select count(*) from audit_event')
  const again = await playUntil(Infinity)
  expect(again.isFinished).toBe(true)
  expect(await rowsOf('select count(*) from audit_event')).toEqual(before)
}, 300_000)

test('deadlines and notice were the real ones: nothing was answered before it was asked, or settled before it was due', async () => {
  const early = await rowsOf(`
    select o.id from order_offer o where o.decided_at < o.made_at or (o.state = 'expired' and o.decided_at < o.deadline_at)`)
  expect(early).toEqual([])
  const late = await rowsOf(
    `select o.id from order_offer o where o.state = 'expired' and o.decided_at > o.deadline_at + interval '1 minute'`,
  )
  expect(late).toEqual([])
  const unserved = await rowsOf(`select id from service_order where delivered_at < scheduled_from`)
  expect(unserved).toEqual([])
  const plan = await planYear(MONTH)
  const [placed] = await rowsOf<{ from: Date; until: Date }>(
    'select min(placed_at) as from, max(placed_at) as until from service_order',
  )
  expect(placed!.from.getTime()).toBeGreaterThanOrEqual(plan.orders[0]!.at)
  expect(placed!.until.getTime() - plan.orders.at(-1)!.at).toBeLessThan(60_000)
})

test('the volunteers, teams, activities and service turns are those of the plan, by each of the ways', async () => {
  const plan = await planYear(MONTH)
  const totals = await readPatiently(platform.db, YANQING, (tx) => countVolunteering(tx, plan))
  expect(differencesOfVolunteering(plan, totals)).toEqual([])
  expect([totals.activities, totals.turns]).toEqual([MONTH.activities, MONTH.turns])
  expect(totals.methods.map(({ method }) => method)).toEqual(expect.arrayContaining(['paper', 'list-tick']))
  expect(totals.signUps).toBeGreaterThan(0)
  expect(totals.bookedHours).toBeGreaterThan(0)
  // Nobody was registered by somebody else, and what nobody claimed is no person.
  const [strangers] = await rowsOf<Record<string, number>>(`
    select (select count(*)::int from volunteer v where not exists (
              select from audit_event e where e.actor_id = v.person_id and e.action in ('teams.register-volunteer', 'teams.claim-invitation'))) as silent,
           (select count(*)::int from hours_record r where r.state = 'booked' and r.booked_at < r.recorded_at + interval '2 days') as hasty`)
  expect(strangers).toEqual({ silent: 0, hasty: 0 })
})

test('families are the slots of the formula, and every team below a branch or the corps that stands', async () => {
  const families = await rowsOf<{ slot: string; teams: number }>(`
    select f.slot, count(t.id)::int as teams from team_family f left join team t on t.family_id = f.id group by 1 order by 1`)
  const plan = await planYear(MONTH)
  const countOf = (slots: readonly string[]) =>
    plan.teams.filter((team) => slots.some((key) => team.key.startsWith(key))).length
  expect(families).toEqual([
    { slot: '2', teams: countOf(['township', 'village']) },
    { slot: '6', teams: countOf(['professional']) },
    { slot: 'N', teams: countOf(['special']) },
  ])
  const [orphans] = await rowsOf<{ n: number }>(
    "select count(*)::int as n from team where parent_id is null and tier <> 'corps'",
  )
  expect(orphans!.n).toBe(0)
})
