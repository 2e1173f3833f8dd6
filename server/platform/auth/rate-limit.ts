import { type Db, inDistrict, type Sql, sql, type Tx } from '../db.ts'
import { Refusal } from '../refusal.ts'

export interface Budget {
  readonly calls: number
  readonly seconds: number
}

/**
 * Takes one call from a budget, exact across processes; throws the refusal with the seconds to wait when it is used up.
 * It commits on its own: a refused or failed call has still been a call.
 */
export async function spend(db: Db, districtId: number, key: string, budget: Budget): Promise<void> {
  await inDistrict(db, districtId, (tx) => rateTake(tx, key, budget))
}

/** The same inside a transaction: what is refused later takes nothing. */
export async function rateTake(tx: Tx, key: string, budget: Budget): Promise<void> {
  const { wait } = await tx.one<{ wait: number }>(sql`select ${rateTaken(tx.districtId, key, budget)} as wait`)
  if (wait > 0) throw tooManyCalls(wait)
}

/** The same as a part of a larger statement: seconds to wait, 0 when the call was taken. */
export function rateTaken(districtId: number, key: string, { calls, seconds }: Budget): Sql {
  return sql`rate_take(${districtId}, ${key}, ${calls}::float8, ${seconds}::float8)`
}

export function tooManyCalls(wait: number): Refusal {
  return new Refusal('platform.too-many-calls', 429, { seconds: Math.ceil(wait) })
}
