// Villages have no official open coordinates. Until an operator brings surveyed or geocoded ones, each is given a
// point near its township's centre, so that maps and travel estimates work and every figure shows its quality.

/** A point in WGS-84 degrees. */
export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

export interface EstimatedCoordinates extends Coordinates {
  readonly quality: 'estimated'
}

const SCATTER_RADIUS_METRES = 4_000
const EARTH_RADIUS_METRES = 6_371_008.8
const METRES_PER_DEGREE = (Math.PI * EARTH_RADIUS_METRES) / 180
// Successive turns by the golden angle never line up, which spreads any number of points evenly over a disc.
const GOLDEN_ANGLE_RADIANS = Math.PI * (3 - Math.sqrt(5))
// Four decimals are 11 m: neighbouring points stay apart and nobody takes the figure for a survey.
const DECIMALS = 4
// Beyond this latitude a degree of longitude is too short for a scatter of kilometres.
const LATITUDE_DEGREES_MAX = 85

/**
 * The estimated place of the village number `index` (from 0, in order of code) of `count` in a township: a sunflower
 * scatter within 4 km of the centre. Depends on its arguments only. Throws RangeError when they make no sense.
 */
export function estimateVillageCoordinates(centre: Coordinates, index: number, count: number): EstimatedCoordinates {
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count) {
    throw new RangeError(`village ${index} of ${count} does not exist`)
  }
  if (!(Math.abs(centre.latitude) <= LATITUDE_DEGREES_MAX) || !(Math.abs(centre.longitude) <= 180)) {
    throw new RangeError(`no place for a township: ${centre.latitude}, ${centre.longitude}`)
  }
  const distance = SCATTER_RADIUS_METRES * Math.sqrt((index + 0.5) / count)
  const bearing = index * GOLDEN_ANGLE_RADIANS
  const northDegrees = (distance * Math.cos(bearing)) / METRES_PER_DEGREE
  const eastDegrees = (distance * Math.sin(bearing)) / (METRES_PER_DEGREE * Math.cos((centre.latitude * Math.PI) / 180))
  return {
    latitude: round(centre.latitude + northDegrees),
    longitude: round(wrap(centre.longitude + eastDegrees)),
    quality: 'estimated',
  }
}

function wrap(longitude: number): number {
  if (longitude > 180) return longitude - 360
  return longitude < -180 ? longitude + 360 : longitude
}

function round(degrees: number): number {
  return Number(degrees.toFixed(DECIMALS))
}
