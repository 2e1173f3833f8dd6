// What a centre is short of, read off the prices that prove the bound.
import type { Plan } from './plan.ts'
import type { DispatchProblem } from './problem.ts'

export interface ScarceTeamDay {
  /** A team-day like this one, once more. */
  readonly teamDay: string
  readonly day: string
  /** What it would save at most, in equivalent minutes. */
  readonly savesMinutes: number
  /** Orders left out that it may serve. */
  readonly orders: readonly string[]
}

const MINUTES_MIN = 1

/** The team-days of which one more would save most, dearest first, at most `eachDay` for a day; none without proven prices. */
export function scarceTeamDays(
  problem: DispatchProblem,
  plan: Pick<Plan, 'prices' | 'unserved'>,
  eachDay = 2,
): ScarceTeamDay[] {
  const left = new Set(plan.unserved.map((one) => one.order))
  const orders = problem.orders.filter((order) => left.has(order.id))
  const days = new Map(problem.teamDays.map((one) => [one.id, one]))
  const { teamDays: prices = {}, limits: limitPrices = {} } = plan.prices ?? {}
  // One more of a crew that may go out in several ways brings the choice among them along; the first way speaks for all.
  const worth = new Map(Object.entries(prices))
  for (const { id, teamDays, measure, most } of problem.limits ?? []) {
    const [first, ...others] = teamDays
    const team = days.get(first ?? '')?.team
    if (measure !== 'tours' || most !== 1 || others.some((other) => days.get(other)!.team !== team)) continue
    const dearest = Math.max(...teamDays.map((one) => prices[one] ?? 0))
    worth.set(first!, dearest + (limitPrices[id] ?? 0))
    for (const other of others) worth.delete(other)
  }
  const taken = new Map<string, number>()
  return [...worth]
    .filter(([, minutes]) => minutes >= MINUTES_MIN)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .flatMap(([teamDay, savesMinutes]) => {
      const { day, skills } = days.get(teamDay)!
      const count = (taken.get(day) ?? 0) + 1
      taken.set(day, count)
      if (count > eachDay) return []
      const could = orders.filter(
        (order) =>
          (order.teamDays?.includes(teamDay) ?? true) &&
          order.skills.every((skill) => skills.includes(skill)) &&
          order.windows.some((window) => window.day === undefined || window.day === day),
      )
      return [{ teamDay, day, savesMinutes, orders: could.map((order) => order.id) }]
    })
}
