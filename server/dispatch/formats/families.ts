import type { Plan } from '../plan.ts'
import type { DispatchProblem } from '../problem.ts'
import { readHhcrsp } from './hhcrsp.ts'
import { parseJson, recordAt } from './json-shape.ts'
import { problemOf } from './own.ts'
import { readSdvrptw } from './sdvrptw.ts'
import { readSolomon } from './solomon.ts'
import { readTrsp } from './trsp.ts'
import { looksLikeVroom, vroomOf } from './vroom.ts'

/** The public families, each read with its own objective and rounding. */
export const FAMILIES = {
  solomon: (text: string) => readSolomon(text, 'one-decimal'),
  'solomon-double': (text: string) => readSolomon(text, 'double'),
  sdvrptw: readSdvrptw,
  hhcrsp: readHhcrsp,
  trsp: readTrsp,
} as const satisfies Record<string, (text: string) => DispatchProblem>

export type Family = keyof typeof FAMILIES

/** Reads a problem in our JSON or in VROOM's. */
export function readAnyProblem(text: string): DispatchProblem {
  const root = recordAt(parseJson(text), 'problem')
  return looksLikeVroom(root) ? vroomOf(root) : problemOf(root)
}

/** Routes of a plan in the words of a benchmark: who goes where; a visit to the depot for supplies is `depot`. */
export function routesOf(plan: Pick<Plan, 'tours'>): { vehicle: string; stops: string[] }[] {
  return plan.tours.map((tour) => ({
    vehicle: tour.teamDay,
    stops: tour.stops.map((stop) => stop.order ?? 'depot'),
  }))
}
