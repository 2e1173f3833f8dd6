import { countyOf } from '../../server/dispatch/county.ts'
import { deskOf, recommend, solve } from '../../server/dispatch/index.ts'

const QUESTIONS = 1000
/** Questions before the clock runs: a server has been asked before. */
const WARM_UP = 200
const STEPS = 1000

/** Milliseconds that an answer takes at most in 99 of 100 questions, at 631 and at about 7,000 teams. */
export function recommendFigures(): Record<string, number> {
  return { recommendP99Ms631: p99Of(1), recommendP99Ms7000: p99Of(11) }
}

function p99Of(scale: number): number {
  const problem = countyOf({ seed: 1, orders: 600, days: 7, teamsScale: scale })
  const guests = problem.orders.filter((_, i) => i % 4 === 0)
  const asked = new Set(guests)
  const rest = { ...problem, orders: problem.orders.filter((order) => !asked.has(order)) }
  const desk = deskOf(rest, solve(rest, { seed: 1, budget: { iterationsMax: STEPS } }))
  const times: number[] = []
  for (let i = -WARM_UP; i < QUESTIONS; i++) {
    // As a dispatcher asks: without a list of team-days, so that the area does not narrow the search.
    const { teamDays: _, ...order } = guests[(i + WARM_UP) % guests.length]!
    const began = performance.now()
    recommend(desk, order)
    if (i >= 0) times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  return Number(times[Math.floor(0.99 * times.length)]!.toFixed(2))
}
