import type { Db } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'

const CACHE_SECONDS = 10

interface DistrictRow {
  readonly id: number
  readonly host: string | null
}

const caches = new WeakMap<Db, { rows: readonly DistrictRow[]; until: number }>()

/** The district of a host name; with a single district it is that one. */
export async function districtOfRequest(db: Db, hostname: string): Promise<number> {
  const rows = await districts(db)
  const named = rows.find((row) => row.host === hostname)
  if (named !== undefined) return named.id
  if (rows.length === 1) return rows[0]!.id
  throw new Refusal('platform.district-unknown', 404, {})
}

async function districts(db: Db): Promise<readonly DistrictRow[]> {
  const known = caches.get(db)
  if (known !== undefined && known.until > performance.now()) return known.rows
  const { rows } = await db.pool.query<DistrictRow>('select id, host from district order by id')
  if (rows.length > 0) caches.set(db, { rows, until: performance.now() + CACHE_SECONDS * 1000 })
  return rows
}
