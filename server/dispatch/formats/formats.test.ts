import { describe, expect, test } from 'vitest'
import { sharedFolder } from '../../../test/support/shared-data.ts'
import { checkPlan } from '../check/check-plan.ts'
import { solve } from '../solve.ts'
import type { DispatchProblem } from '../problem.ts'
import { modelOf, startOf } from '../model.ts'
import { linkVisit, emptyTours, refreshTour } from '../tours.ts'
import { costOfPlan, toursOfPlan } from '../schedule.ts'
import { readHhcrsp, readHhcrspSolution } from './hhcrsp.ts'
import { readSdvrptw, readVrplibSolution } from './sdvrptw.ts'
import { readSolomon } from './solomon.ts'
import { FormatError } from './text.ts'
import { readTrsp } from './trsp.ts'

const shared = sharedFolder('dispatch')

const SOLOMON = `TINY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      1         1          6          0        90          5
    2      2         2          6         20        90          5
`

test('Solomon: distances are exact or cut off after one decimal', () => {
  const exact = readSolomon(SOLOMON, 'double')
  expect(exact.travel[0]!.minutes[1]).toBeCloseTo(Math.SQRT2, 12)
  const cut = readSolomon(SOLOMON, 'one-decimal')
  expect(cut.travel[0]!.minutes[1]).toBe(1.4)
  expect(cut.teamDays).toHaveLength(2)
  const plan = solve(cut, { seed: 1, budget: { iterationsMax: 50 } })
  expect(checkPlan(cut, plan).violations).toEqual([])
  expect(plan.cost.total).toBeCloseTo(2 * 1.4 + 2 * 2.8, 9)
})

test('HHCRSP: offices and hours of the carers, and whom a patient refuses, are read from the extended set', () => {
  const instance = {
    patients: [
      {
        id: 'p0',
        time_window: [100, 200],
        required_caregivers: [{ service: 's0', duration: 30 }],
        distance_matrix_index: 2,
        incompatible_caregivers: ['near'],
      },
    ],
    services: [{ id: 's0', default_duration: 20 }],
    caregivers: [
      { id: 'near', abilities: ['s0'], distance_matrix_index: 0, working_shift: [90, 400] },
      { id: 'far', abilities: ['s0'], distance_matrix_index: 1, working_shift: [150, 400] },
    ],
    departing_points: [{ id: 'd0' }, { id: 'd1' }],
    distances: [
      [0, 50, 5],
      [50, 0, 60],
      [5, 60, 0],
    ],
  }
  const plan = solve(readHhcrsp(JSON.stringify(instance)), { seed: 1, budget: { iterationsMax: 20 } })
  // Leaves at 150, arrives at 210, ten minutes late: (120 + 10 + 10) / 3.
  expect(plan.tours).toMatchObject([{ teamDay: 'far', stops: [{ startsMinute: 210 }] }])
  expect(plan.cost.total).toBeCloseTo(140 / 3, 9)
  const ragged = { ...instance, distances: [[0, 50], [50], [5]] }
  expect(() => readHhcrsp(JSON.stringify(ragged))).toThrow('distances is not a table of 3 rows')
  const lost = { ...instance, patients: [{ ...instance.patients[0], distance_matrix_index: 3 }] }
  expect(() => readHhcrsp(JSON.stringify(lost))).toThrow('patient p0: distances has no row 3')
})

test('a file of another format is refused with its line', () => {
  expect(() => readSolomon('hello', 'double')).toThrow(FormatError)
  expect(() => readSolomon(SOLOMON.replace('    2      2 ', '    2      x '), 'double')).toThrow('line 12')
  expect(() => readSdvrptw('DIMENSION: many')).toThrow('DIMENSION')
  expect(() => readTrsp('')).toThrow(FormatError)
  expect(() => readHhcrsp('{')).toThrow(FormatError)
  expect(() => readHhcrsp('{}')).toThrow('patients is not a list')
})

/** The cost of given routes by the engine's own times, and what the checker says of them. */
function evaluate(problem: DispatchProblem, routes: readonly (readonly string[])[]) {
  const model = modelOf(problem)
  const tours = emptyTours(model)
  const visitOf = new Map(problem.orders.map((order, i) => [order.id, model.alternatives[i]![0]!]))
  routes.forEach((route, v) => {
    let after = startOf(model, v)
    for (const id of route) {
      linkVisit(tours, v, visitOf.get(id)!, after)
      after = visitOf.get(id)!
    }
    refreshTour(tours, v)
  })
  const list = toursOfPlan(tours)
  return checkPlan(problem, { tours: list, unserved: [], cost: costOfPlan(tours, list) })
}

describe.skipIf(!shared.isThere)(shared.title, () => {
  test.each([
    ['toy.json', 'sol_toy_optimal.json', 111.333],
    ['InstanzCPLEX_HCSRP_10_1.json', 'sol-InstanzCPLEX_HCSRP_10_1-3825612719.json', 218.199],
    ['InstanzCPLEX_HCSRP_25_1.json', 'sol-InstanzCPLEX_HCSRP_25_1-594983811.json', 428.097],
  ])('HHCRSP: the published solution of %s has its published cost', (instance, solution, cost) => {
    const problem = readHhcrsp(shared.read(`hhcrsp/${instance}`))
    const check = checkPlan(problem, readHhcrspSolution(shared.read(`hhcrsp/${solution}`), problem), 0.002)
    expect(check.violations).toEqual([])
    expect(check.cost.total).toBeCloseTo(cost, 3)
  })

  test.each(['PR01', 'PR02'])('SDVRPTW: the published routes of %s are feasible at their stated cost', (name) => {
    const solution = readVrplibSolution(shared.read(`sdvrptw/${name}.sol`))
    const check = evaluate(readSdvrptw(shared.read(`sdvrptw/${name}.vrp`)), solution.routes)
    expect(check.violations).toEqual([])
    expect(check.cost.total).toBe(solution.cost)
  })

  test.each([
    ['C101', 827.3, 4000],
    ['RC101', 1619.8, 12_000],
  ])('Solomon: %s comes within 2 % of %f', (name, best, iterationsMax) => {
    const problem = readSolomon(shared.read(`solomon/${name}.txt`), 'one-decimal')
    const plan = solve(problem, { seed: 1, budget: { iterationsMax } })
    expect(checkPlan(problem, plan).violations).toEqual([])
    expect(plan.cost.total).toBeGreaterThanOrEqual(best - 1e-6)
    expect(plan.cost.total).toBeLessThanOrEqual(best * 1.02)
  })

  test('HHCRSP: the toy is solved to its optimum, 10_1 to within 1 %', () => {
    for (const [file, best] of [
      ['toy.json', 111.3333],
      ['InstanzCPLEX_HCSRP_10_1.json', 218.199],
    ] as const) {
      const problem = readHhcrsp(shared.read(`hhcrsp/${file}`))
      const plan = solve(problem, { seed: 1, budget: { iterationsMax: 100_000 } })
      expect(checkPlan(problem, plan).violations).toEqual([])
      expect(plan.cost.total).toBeLessThanOrEqual(best * 1.01)
    }
  })

  test('TRSP: R101 serves everybody, with supplies where they are needed, within 12 % of the best known', () => {
    const problem = readTrsp(shared.read('trsp/R101.100_25-5-5-5.txt'))
    const plan = solve(problem, { seed: 1, budget: { iterationsMax: 5000 } })
    expect(checkPlan(problem, plan).violations).toEqual([])
    expect(plan.cost.total).toBeLessThanOrEqual(3134.863 * 1.12)
    expect(plan.tours.some((tour) => tour.stops.some((stop) => stop.order === undefined))).toBe(true)
  })
})
