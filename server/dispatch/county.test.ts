// The cases of the benchmark have the shape that they claim, so that their figures mean what they say.
import { expect, test } from 'vitest'
import { COUNTY_CASES } from '../../bench/dispatch/cases.ts'
import { countyOf } from './county.ts'

const SEEDS = [1, 2, 3]

test.each(COUNTY_CASES.map((one) => [one.name, one] as const))(
  '%s: about twenty team-days may serve an order, and nearly every order has some',
  (_, { options }) => {
    const counts = SEEDS.flatMap((seed) => countyOf({ ...options, seed }).orders.map((order) => order.teamDays!.length))
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    expect(mean).toBeGreaterThan(19)
    expect(mean).toBeLessThan(22)
    expect(counts.filter((count) => count === 0).length / counts.length).toBeLessThan(0.01)
  },
)

test('the same seed gives the same county', () => {
  const options = { seed: 5, orders: 40, days: 2 }
  expect(countyOf(options)).toEqual(countyOf(options))
  expect(countyOf({ ...options, seed: 6 })).not.toEqual(countyOf(options))
})
