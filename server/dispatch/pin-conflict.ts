// Which promises contradict each other: the smallest set of pins of one team-day that cannot be kept together.
import { PinConflictError } from './construct.ts'
import type { DispatchProblem, Order } from './problem.ts'
import { solve } from './solve.ts'

/** `VISITS`: more than the team-day makes; `LOAD`: more than it carries; `ALONE`: one promise by itself; `TIMES`: together too late. */
export type PinConflictCode = 'VISITS' | 'LOAD' | 'ALONE' | 'TIMES'

export interface PinConflict {
  readonly teamDay: string
  /** Without any one of these the others could be kept. */
  readonly orders: readonly string[]
  readonly code: PinConflictCode
}

/** The conflicts of a problem's pins, one for each team-day that has one; empty when all promises can be kept. */
export function pinConflicts(problem: DispatchProblem): PinConflict[] {
  const pinned = Map.groupBy(
    problem.orders.filter((order) => order.pin !== undefined),
    (order) => order.pin!.teamDay,
  )
  return [...pinned].flatMap(([teamDay, orders]) => {
    if (canKeep(problem, teamDay, orders)) return []
    const core = orders.reduce<readonly Order[]>((left, one) => {
      const without = left.filter((other) => other !== one)
      return without.length > 0 && !canKeep(problem, teamDay, without) ? without : left
    }, orders)
    return [{ teamDay, orders: core.map((order) => order.id), code: codeOf(problem, teamDay, core) }]
  })
}

function canKeep(problem: DispatchProblem, teamDay: string, orders: readonly Order[]): boolean {
  const { fairness: _, coverage: __, ...rest } = problem
  const teamDays = problem.teamDays.filter((one) => one.id === teamDay)
  const alone = orders.map(({ current: ___, ...order }) => ({ ...order, teamDays: [teamDay] }))
  try {
    const small = { ...rest, limits: [], fairness: [], coverage: [], teamDays, orders: alone, links: [] }
    solve(small, { seed: 0, budget: { iterationsMax: 0 } })
    return true
  } catch (error) {
    if (error instanceof PinConflictError) return false
    throw error
  }
}

function codeOf(problem: DispatchProblem, teamDay: string, orders: readonly Order[]): PinConflictCode {
  if (orders.length === 1) return 'ALONE'
  const { visitsMax, loadsMax } = problem.teamDays.find((one) => one.id === teamDay)!
  if (orders.length > visitsMax) return 'VISITS'
  const tooMuch = loadsMax.some((most, k) => orders.reduce((sum, order) => sum + order.loads[k]!, 0) > most)
  return tooMuch ? 'LOAD' : 'TIMES'
}
