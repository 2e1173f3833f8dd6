import type { Random } from './random.ts'
import { makeStep, stepOf, undoStep } from './ruin-recreate.ts'
import { resumCosts, totalOf, type Tours } from './tours.ts'
import { restoreSnapshot, snapshotOf, takeSnapshot } from './snapshot.ts'

/** How long the search may run: a number of steps (repeatable), or a time by a clock that the caller passes in. */
export interface Budget {
  readonly iterationsMax?: number
  readonly millisecondsMax?: number
  /** Milliseconds of a clock that never goes back; needed with `millisecondsMax`. */
  readonly clock?: () => number
  /** Asked now and then; true ends the search with the best plan so far. */
  readonly cancelled?: () => boolean
  /** Told now and then how far the search is, from 0 to 1, and the best cost so far. */
  readonly progress?: (share: number, cost: number) => void
  /** Shown the state now and then, and the best one at the end: for a pool of tours. */
  readonly look?: (tours: Tours) => void
}

export interface Annealed {
  readonly iterations: number
  readonly improvements: number
}

/** First temperature as a multiple of the mean cost of a leg, and the last as a share of the first (dispatch.md §5). */
const FIRST_TEMPERATURE_LEGS = 3
const LAST_TEMPERATURE_SHARE = 0.01
const STEPS_PER_LOOK = 128
const STEPS_PER_RESUM = 20_000

/** Improves the tours in place by ruin and recreate under simulated annealing; leaves them at the best state met. */
export function anneal(
  tours: Tours,
  budget: Budget,
  random: Random,
  firstTemperatureLegs = FIRST_TEMPERATURE_LEGS,
): Annealed {
  const step = stepOf(tours, random)
  const best = snapshotOf(tours)
  let bestCost = totalOf(tours)
  let cost = bestCost
  let improvements = 0
  let iterations = 0
  const first = firstTemperatureLegs * meanLegCost(tours)
  let temperature = first
  const clock = budgetClock(budget)
  for (let share = clock(0); share < 1;) {
    makeStep(step)
    iterations++
    const now = totalOf(tours)
    if (now < cost - temperature * Math.log(random.real() + 1e-300)) {
      cost = now
      if (now < bestCost - 1e-9) {
        bestCost = now
        improvements++
        takeSnapshot(tours, best)
      }
    } else undoStep(step)
    if (iterations % STEPS_PER_RESUM === 0) resumCosts(tours)
    if (iterations % STEPS_PER_LOOK === 0 || iterations === budget.iterationsMax) {
      share = clock(iterations)
      temperature = first * LAST_TEMPERATURE_SHARE ** Math.min(1, share)
      budget.progress?.(Math.min(1, share), bestCost)
      budget.look?.(tours)
      if (budget.cancelled?.()) break
    }
  }
  restoreSnapshot(tours, best)
  budget.look?.(tours)
  return { iterations, improvements }
}

/** The share of the budget used after so many steps. */
export function budgetClock(budget: Budget): (iterations: number) => number {
  const { iterationsMax, millisecondsMax, clock } = budget
  if (iterationsMax === undefined && (millisecondsMax === undefined || clock === undefined))
    throw new RangeError('a budget needs iterationsMax, or millisecondsMax with a clock')
  const began = clock?.() ?? 0
  return (iterations) => {
    const byCount = iterationsMax === undefined ? 0 : iterations / Math.max(1, iterationsMax)
    const byTime = millisecondsMax === undefined || !clock ? 0 : (clock() - began) / Math.max(1, millisecondsMax)
    if (iterationsMax === 0) return 1
    return Math.max(byCount, byTime)
  }
}

function meanLegCost(tours: Tours): number {
  const { model } = tours
  const served = model.orderCount - tours.unservedCount
  const legs = served + tours.usedTours
  // The service itself is paid whatever the order of visits, so it says nothing about the price of a leg.
  let service = 0
  for (let i = 0; i < model.visitCount; i++) if (tours.tourOf[i]! >= 0) service += model.service[i]!
  const moving = tours.toursCost - service * model.workMinuteCost
  return legs === 0 ? 1 : Math.max(1e-6, Math.abs(moving) / legs)
}
