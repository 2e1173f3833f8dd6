import type { Unit } from '#contract/orgs.ts'
import type { VillageGroup } from '#contract/pages.ts'
import type { Locale } from '#i18n/translate.ts'
import { callRoute } from '../api.ts'
import type { HttpHost } from '../host.ts'
import type { Caller } from '../authenticate.ts'

const CACHE_SECONDS = 60
const PAGE_ROWS = '100'

/** The tree of a district as pages need it: the centre, its townships, and their villages in the order of their codes. */
export interface DistrictUnits {
  readonly centre: Unit | null
  readonly townships: readonly Unit[]
  readonly villages: readonly Unit[]
  readonly find: (id: string) => Unit | undefined
  /** The unit a form's value means: its code where it has one, which is shorter than an id, else the id. */
  readonly ofValue: (value: string) => Unit | undefined
  /** The units above one, nearest first. */
  readonly above: (unit: Unit) => readonly Unit[]
}

const caches = new WeakMap<HttpHost, Map<number, { units: DistrictUnits; until: number }>>()

/** The units of the caller's district; up to a minute old. */
export async function districtUnits(host: HttpHost, caller: Caller): Promise<DistrictUnits> {
  const districtId = caller.actor.districtId
  let cache = caches.get(host)
  if (cache === undefined) caches.set(host, (cache = new Map()))
  const known = cache.get(districtId)
  if (known !== undefined && known.until > performance.now()) return known.units
  const [centres, townships, villages] = await Promise.all([
    listKind(host, caller, 'centre'),
    listKind(host, caller, 'institute'),
    listKind(host, caller, 'station'),
  ])
  const units = treeOf(centres, townships, villages)
  cache.set(districtId, { units, until: performance.now() + CACHE_SECONDS * 1000 })
  return units
}

async function listKind(host: HttpHost, caller: Caller, kind: Unit['kind']): Promise<Unit[]> {
  const rows: Unit[] = []
  let cursor: string | null = null
  do {
    const query: Record<string, string> = { kind, limit: PAGE_ROWS, ...(cursor !== null && { cursor }) }
    const { body } = await callRoute(host, caller, 'listUnits', { query, address: '' })
    rows.push(...body.rows)
    cursor = body.nextCursor
  } while (cursor !== null)
  return rows
}

function treeOf(centres: readonly Unit[], townships: readonly Unit[], villages: readonly Unit[]): DistrictUnits {
  const all = [...centres, ...townships, ...villages]
  const byId = new Map(all.map((unit) => [unit.id, unit]))
  const byValue = new Map(all.map((unit) => [valueOfUnit(unit), unit]))
  return {
    centre: centres[0] ?? null,
    townships,
    villages,
    find: (id) => byId.get(id),
    ofValue: (value) => byValue.get(value) ?? byId.get(value),
    above(unit) {
      const found: Unit[] = []
      for (let next = unit.parentId; next !== null; next = found.at(-1)?.parentId ?? null) {
        const parent = byId.get(next)
        if (parent === undefined) break
        found.push(parent)
      }
      return found
    },
  }
}

export function valueOfUnit(unit: Unit): string {
  return unit.code ?? unit.id
}

export function nameOfUnit(unit: Unit, locale: Locale): string {
  return locale === 'en' ? (unit.nameEn ?? unit.name) : unit.name
}

/** Townships with their villages for a grouped select. */
export function villageGroups(units: DistrictUnits, locale: Locale): VillageGroup[] {
  return units.townships.map((township) => ({
    name: nameOfUnit(township, locale),
    villages: units.villages
      .filter((village) => village.parentId === township.id)
      .map((village) => ({ value: valueOfUnit(village), name: nameOfUnit(village, locale) })),
  }))
}
