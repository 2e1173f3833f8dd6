import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { dateIn } from '../../platform/dates.ts'
import { listActivities, type OrganisedFilter } from './session-views.ts'

const database = useDatabase()
let world: ActivityWorld
/** Of the station and of a team of it in turn, every third a draft. Ids are in the order of time. */
const made: { id: string; isOfTeam: boolean; isDraft: boolean }[] = []

beforeAll(async () => {
  world = await openActivityWorld(database)
  for (let n = 0; n < 12; n++) {
    const [isOfTeam, isDraft] = [n % 2 === 1, n % 3 === 2]
    const team = isOfTeam ? { teamId: world.teams.greens.id } : {}
    const { id } = await world.session({ startsIn: (n + 48) * 60, publish: !isDraft, ...team })
    made.push({ id, isOfTeam, isDraft })
  }
}, 60_000)

const list = async (filter: Partial<OrganisedFilter>) =>
  (
    await world.read(world.keeper, ({ tx }) =>
      listActivities(tx, dateIn(MONDAY), { unitIds: [], teamIds: [], limit: 100, ...filter }),
    )
  ).map((row) => row.id)
const newest = (which: (one: (typeof made)[number]) => boolean) =>
  made
    .filter(which)
    .map((one) => one.id)
    .toSorted()
    .toReversed()

// Looked up one by one, or left over from all: beyond fifty organisers the list is found the other way round.
test.each([
  ['few', 0],
  ['many', 60],
])('what %s organisers have comes newest first, each once, page by page', async (_what, more) => {
  const others = Array.from({ length: more }, () => randomUUID())
  const [unitIds, teamIds] = [[world.units.station, ...others], [world.teams.greens.id]]
  expect(await list({ unitIds, teamIds })).toEqual(newest(() => true))
  expect(await list({ unitIds: others, teamIds })).toEqual(newest((one) => one.isOfTeam))
  expect(await list({ unitIds, teamIds, state: 'draft' })).toEqual(newest((one) => one.isDraft))
  const pages: string[] = []
  for (;;) {
    const page = await list({ unitIds, teamIds, limit: 5, ...(pages.length > 0 && { beforeId: pages.at(-1)! }) })
    if (page.length === 0) break
    pages.push(...page)
  }
  expect(pages).toEqual(newest(() => true))
  expect(await list({ unitIds: others })).toEqual([])
})
