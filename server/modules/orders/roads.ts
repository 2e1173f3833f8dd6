import { travelByCoordinates, type TravelTable } from '../../dispatch/index.ts'
import type { Weights } from './weights.ts'

/** A unit and where it lies. */
export interface RoadPlace {
  readonly id: string
  readonly longitude: number
  readonly latitude: number
}

/** What the centre knows better than the distance does; both directions. */
export interface RoadOverride {
  readonly fromUnitId: string
  readonly toUnitId: string
  readonly minutes: number
}

/** Nobody promises to come at six past nine: ways are rounded up to so many minutes. */
const ROUND_MINUTES = 5

/** Minutes between all places: the distance with the usual detour, except where the centre says otherwise. */
export function roadsBetween(
  places: readonly RoadPlace[],
  weights: Pick<Weights, 'detour' | 'kmPerHour'>,
  overrides: readonly RoadOverride[],
): TravelTable {
  const table = travelByCoordinates(
    'road',
    places.map(({ longitude, latitude }) => ({ longitude, latitude, detour: weights.detour })),
    weights.kmPerHour / 60,
  )
  table.minutes.forEach((minutes, i) => (table.minutes[i] = Math.ceil(minutes / ROUND_MINUTES) * ROUND_MINUTES))
  if (overrides.length === 0) return table
  const indexOf = new Map(places.map((place, i) => [place.id, i]))
  for (const { fromUnitId, toUnitId, minutes } of overrides) {
    const from = indexOf.get(fromUnitId)
    const to = indexOf.get(toUnitId)
    if (from === undefined || to === undefined) continue
    table.minutes[from * places.length + to] = minutes
    table.minutes[to * places.length + from] = minutes
  }
  return table
}
