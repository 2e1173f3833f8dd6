import { listCategories } from '#modules/catalogue/index.ts'
import { listUnits } from '#modules/orgs/index.ts'
import { systemActor } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { runRead, type WorkHost } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'

/** The district's units and categories by the names that the plan uses for them. */
export interface Units {
  readonly centreId: string
  /** Agencies by slug. */
  readonly agencies: ReadonlyMap<string, string>
  /** Categories by slug. */
  readonly categories: ReadonlyMap<string, string>
  /** The unit with this 12-digit code. */
  idOf(code: string): string
  /** Code and kind of a unit. */
  unitOf(id: string): { readonly code: string; readonly kind: 'centre' | 'institute' | 'station' | 'agency' }
}

const UNITS_MAX = 2_000

export async function readUnits(host: WorkHost): Promise<Units> {
  return runRead(host.db, systemActor(YANQING), async ({ tx, now }) => {
    const on = dateIn(now)
    const units = await listUnits(tx, { on, limit: UNITS_MAX })
    const byCode = new Map(units.flatMap((unit) => (unit.code === null ? [] : [[unit.code, unit.id] as const])))
    const byId = new Map(units.map((unit) => [unit.id, { code: unit.code ?? '', kind: unit.kind }]))
    const known = <Value>(map: ReadonlyMap<string, Value>, key: string): Value => {
      const found = map.get(key)
      if (found === undefined) throw new Error(`The district has no unit ${key}.`)
      return found
    }
    const categories = await listCategories(tx, now, on)
    return {
      centreId: known(byCode, `${YANQING}000000`),
      agencies: new Map(units.filter((unit) => unit.kind === 'agency').map((unit) => [unit.slug!, unit.id])),
      categories: new Map(categories.map((category) => [category.slug, category.id])),
      idOf: (code) => known(byCode, code),
      unitOf: (id) => known(byId, id),
    }
  })
}
