import type { SpeedClass } from '#modules/teams/index.ts'
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

/** Minutes between places for each way of going about. */
export interface Roads {
  readonly tables: readonly TravelTable[]
  /** Which table a provider's speed takes; who states none drives. */
  tableOf(speed: SpeedClass | null): number
  legs(speed: SpeedClass | null): (fromUnitId: string, toUnitId: string) => number
}

/** Nobody promises to come at six past nine: ways are rounded up to so many minutes. */
const ROUND_MINUTES = 5
const KM_PER_HOUR = { walk: 4.5, cycle: 12 } as const

/** The distance with the usual detour, except where the centre says otherwise. */
export function roadsBetween(
  places: readonly RoadPlace[],
  weights: Pick<Weights, 'detour' | 'kmPerHour'>,
  overrides: readonly RoadOverride[],
  speeds: Iterable<SpeedClass | null>,
): Roads {
  const indexOf = new Map(places.map((place, i) => [place.id, i]))
  const classes: SpeedClass[] = ['drive', ...new Set([...speeds].filter((one) => one === 'walk' || one === 'cycle'))]
  const tables = classes.map((speed) => {
    const kmPerHour = speed === 'drive' ? weights.kmPerHour : KM_PER_HOUR[speed]
    const table = travelByCoordinates(
      speed,
      places.map(({ longitude, latitude }) => ({ longitude, latitude, detour: weights.detour })),
      kmPerHour / 60,
    )
    table.minutes.forEach((minutes, i) => (table.minutes[i] = Math.ceil(minutes / ROUND_MINUTES) * ROUND_MINUTES))
    for (const { fromUnitId, toUnitId, minutes } of overrides) {
      const from = indexOf.get(fromUnitId)
      const to = indexOf.get(toUnitId)
      if (from === undefined || to === undefined) continue
      // The centre speaks of the drive; nobody walks it faster.
      const least = speed === 'drive' ? 0 : table.minutes[from * places.length + to]!
      table.minutes[from * places.length + to] = Math.max(least, minutes)
      table.minutes[to * places.length + from] = Math.max(least, minutes)
    }
    return table
  })
  const tableOf = (speed: SpeedClass | null) => Math.max(0, classes.indexOf(speed ?? 'drive'))
  return {
    tables,
    tableOf,
    legs: (speed) => {
      const { minutes } = tables[tableOf(speed)]!
      return (from, to) => minutes[indexOf.get(from)! * places.length + indexOf.get(to)!]!
    },
  }
}
