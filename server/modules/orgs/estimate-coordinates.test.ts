import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import coordinates from '../../../db/seed/yanqing/coordinates.json' with { type: 'json' }
import divisions from '../../../db/seed/divisions/110119.json' with { type: 'json' }
import { estimateVillageCoordinates } from './estimate-coordinates.ts'
import type { Coordinates } from './estimate-coordinates.ts'

// The haversine formula, written here on its own so that the scatter is not checked by its own arithmetic.
function metresBetween(a: Coordinates, b: Coordinates): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const h =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h))
}

const centres = fc.record({
  latitude: fc.double({ min: -60, max: 60, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

test('every village lies within about four kilometres of its centre, and the same one always at the same place', () => {
  const places = fc.tuple(centres, fc.integer({ min: 1, max: 300 }), fc.nat())
  fc.assert(
    fc.property(places, ([centre, count, n]) => {
      const place = estimateVillageCoordinates(centre, n % count, count)
      expect(metresBetween(centre, place)).toBeLessThan(4_030)
      expect(estimateVillageCoordinates(centre, n % count, count)).toEqual(place)
      expect(place.quality).toBe('estimated')
    }),
  )
})

test('villages of one township are well apart and surround the centre', () => {
  fc.assert(
    fc.property(centres, fc.integer({ min: 5, max: 60 }), (centre, count) => {
      const places = Array.from({ length: count }, (_, index) => estimateVillageCoordinates(centre, index, count))
      const nearest = places.flatMap((a, i) => places.slice(i + 1).map((b) => metresBetween(a, b)))
      expect(Math.min(...nearest)).toBeGreaterThan(4_000 / Math.sqrt(count) / 2)
      expect(places.some((p) => p.latitude > centre.latitude) && places.some((p) => p.latitude < centre.latitude)).toBe(
        true,
      )
    }),
  )
})

test('the villages of all of Yanqing get distinct points inside the district', () => {
  const points = divisions.townships.flatMap((township) => {
    const centre = coordinates.townships.find((place) => place.code12 === township.code12)
    expect(centre?.name).toBe(township.name)
    return township.villages.map((_, index) => {
      const place = estimateVillageCoordinates(centre as Coordinates, index, township.villages.length)
      expect(place.latitude).toBeGreaterThan(40.26)
      expect(place.latitude).toBeLessThan(40.79)
      expect(place.longitude).toBeGreaterThan(115.73)
      expect(place.longitude).toBeLessThan(116.57)
      return `${place.latitude},${place.longitude}`
    })
  })
  expect(points).toHaveLength(431)
  expect(new Set(points).size).toBe(431)
})

test('a village that does not exist and a centre that is no place are refused', () => {
  const centre = { latitude: 40.4, longitude: 116 }
  for (const [index, count] of [
    [-1, 3],
    [3, 3],
    [0, 0],
    [0.5, 3],
    [Number.NaN, 3],
  ] as const) {
    expect(() => estimateVillageCoordinates(centre, index, count)).toThrow(RangeError)
  }
  expect(() => estimateVillageCoordinates({ latitude: Number.NaN, longitude: 0 }, 0, 1)).toThrow(RangeError)
  expect(() => estimateVillageCoordinates({ latitude: 89, longitude: 0 }, 0, 1)).toThrow(RangeError)
})
