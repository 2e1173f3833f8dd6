// Fifty thousand uploads of twelve and a half thousand marks: each four times, shuffled, in parts, several at once.
import { beforeAll, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { newUuid7 } from '../../platform/tokens.ts'
import { offlinePack, type OfflineToken, uploadOffline } from './check-in-batch.ts'
import { signToken } from './session-codes.ts'

const database = useDatabase()
let world: ActivityWorld
beforeAll(async () => {
  world = await openActivityWorld(database)
}, 60_000)

const PEOPLE = 250
const SESSIONS = 25
const COPIES = 4
const BATCH = 500
const AT_ONCE = 4
const SEED = 20_261_123

/** Mulberry32: small, seeded, the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

test('nothing is lost and nothing counts twice', async () => {
  const ids = Array.from({ length: PEOPLE }, () => newUuid7(MONDAY))
  await database.owner(async (owner) => {
    await owner.query(
      `insert into person (district_id, id, name, created_at) select $1, unnest($2::uuid[]), '志愿者', now()`,
      [YANQING, ids],
    )
    await owner.query(
      `insert into volunteer (district_id, person_id, registered_at) select $1, unnest($2::uuid[]), now()`,
      [YANQING, ids],
    )
  })
  const tokens: OfflineToken[] = []
  const sessionIds: string[] = []
  for (let n = 0; n < SESSIONS; n++) {
    const startsIn = 60 + n * 40
    const { sessionIds: made } = await world.session({ startsIn, minutes: 30 })
    const sessionId = made[0]!
    sessionIds.push(sessionId)
    const pack = await world.read(world.keeper, (read) => offlinePack(read, sessionId))
    const key = Buffer.from(pack.key, 'base64url')
    for (const personId of ids)
      for (const [direction, minute] of [
        ['in', 2],
        ['out', 28],
      ] as const) {
        const at = addMinutes(MONDAY, startsIn + minute)
        const parts = { id: newUuid7(at), direction, at: at.toISOString(), code: null, personId }
        tokens.push({ ...parts, pack: pack.pack, mac: signToken(key, parts) })
      }
  }
  await world.setTime(addMinutes(MONDAY, 24 * 60))
  const random = randomOf(SEED)
  const uploads = Array.from({ length: COPIES }, () => tokens)
    .flat()
    .map((token) => ({ token, weight: random() }))
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ token }) => token)
  expect(uploads).toHaveLength(50_000)
  const counts = new Map<string, number>()
  const batches = Array.from({ length: uploads.length / BATCH }, (_, n) => uploads.slice(n * BATCH, (n + 1) * BATCH))
  const take = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const sent = batch
      const results = await world.act(world.keeper, (work) => uploadOffline(work, sent))
      for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
  expect(Object.fromEntries(counts), `seed ${SEED}`).toEqual({ recorded: 12_500, known: 37_500 })
  const [sum] = await world.rows<object>(sql`
    select count(*) as attendances, sum(round(extract(epoch from checked_out_at - checked_in_at) / 60)) as minutes,
           count(*) filter (where is_overlapping or needs_confirmation) as waiting
      from attendance where subject_id = any(${sessionIds}::uuid[])`)
  expect(sum).toEqual({ attendances: PEOPLE * SESSIONS, minutes: PEOPLE * SESSIONS * 26, waiting: 0 })
  const [marks] = await world.rows<object>(sql`select count(*) as marks from check_in_mark`)
  expect(marks).toEqual({ marks: 12_500 })
}, 120_000)
