import type { TravelTable } from './problem.ts'

/** Roads are longer than the straight line: by this on the plain; in the mountains callers give about 1.6. */
const DETOUR_PLAIN = 1.35
/** Getting in, out and to the door. */
const STOP_MINUTES = 3
const KM_PER_MINUTE = 40 / 60
const EARTH_KM = 6371

/** Travel between points given in kilometres on a plane. Between two distinct places the stop's minutes are added. */
export function travelByRoad(
  name: string,
  points: readonly (readonly [number, number])[],
  detour = DETOUR_PLAIN,
): TravelTable {
  return tableOf(name, points.length, (i, j) => {
    const [x1, y1] = points[i]!
    const [x2, y2] = points[j]!
    return Math.hypot(x1 - x2, y1 - y2) * detour
  })
}

export interface Coordinates {
  /** Degrees, WGS-84. */
  readonly longitude: number
  readonly latitude: number
  /** Factor of the road over the straight line at this place; `DETOUR_PLAIN` when absent. */
  readonly detour?: number
}

/** Travel between coordinates: great circle × the larger detour of the two ends ÷ speed + the minutes of a stop. */
export function travelByCoordinates(
  name: string,
  points: readonly Coordinates[],
  speedKmPerMinute = KM_PER_MINUTE,
): TravelTable {
  const radians = Math.PI / 180
  return tableOf(
    name,
    points.length,
    (i, j) => {
      const a = points[i]!
      const b = points[j]!
      const dLat = (b.latitude - a.latitude) * radians
      const dLon = (b.longitude - a.longitude) * radians
      const h =
        Math.sin(dLat / 2) ** 2 +
        Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(dLon / 2) ** 2
      const km = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)))
      return km * Math.max(a.detour ?? DETOUR_PLAIN, b.detour ?? DETOUR_PLAIN)
    },
    speedKmPerMinute,
  )
}

function tableOf(
  name: string,
  placeCount: number,
  kilometres: (from: number, to: number) => number,
  speedKmPerMinute = KM_PER_MINUTE,
): TravelTable {
  const minutes = new Float64Array(placeCount * placeCount)
  for (let i = 0; i < placeCount; i++)
    for (let j = 0; j < placeCount; j++)
      if (i !== j) minutes[i * placeCount + j] = kilometres(i, j) / speedKmPerMinute + STOP_MINUTES
  return { name, placeCount, minutes }
}
