import { type Db, inDistrict, sql, type Tx } from '../db.ts'
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
  const { wait } = await tx.one<{ wait: number }>(
    sql`select rate_take(${tx.districtId}, ${key}, ${budget.calls}::float8, ${budget.seconds}::float8) as wait`,
  )
  if (wait > 0) throw new Refusal('platform.too-many-calls', 429, { seconds: Math.ceil(wait) })
}
