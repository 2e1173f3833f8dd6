import { type Db, inDistrict, type Tx } from '#platform/db.ts'

const MINUTES_MAX = 30

/** Reads one district without the limit that keeps a web request short: a whole ledger or chain takes its time. */
export function readPatiently<T>(db: Db, districtId: number, act: (tx: Tx) => Promise<T>): Promise<T> {
  return inDistrict(
    db,
    districtId,
    async (tx) => {
      await tx.raw(`set local statement_timeout = '${MINUTES_MAX}min'`)
      return act(tx)
    },
    { readOnly: true },
  )
}
