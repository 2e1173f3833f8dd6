import type { PersonHolder } from '#modules/people/index.ts'
import { entriesOf, pointsOf } from './ledger-views.ts'

const ENTRIES_MAX = 10_000

/** What this module holds about a person. The ledger is never changed: an account without an owner keeps its entries. */
export const pointsHolder: PersonHolder = {
  async holdsBack({ tx }, personId) {
    return (await pointsOf(tx, personId)).held > 0 ? ['points-held'] : []
  },
  async collect(tx, personId) {
    const entries = await entriesOf(tx, personId, { beforeId: undefined, limit: ENTRIES_MAX })
    return { points: entries.map(({ at, points, reason }) => ({ at: at.toISOString(), points, reason })) }
  },
}
