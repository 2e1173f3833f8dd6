// npm run bench -- dispatch [--json] [--case NAME] [--seeds N] [--cpu]: the optimiser on generated counties and public instances.
// `--cpu` counts seconds of CPU instead of the clock's, for machines that others use too.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { countyOf } from '../../server/dispatch/county.ts'
import {
  checkPlan,
  FAMILIES,
  optimise,
  solve,
  type DispatchProblem,
  type LpSolver,
} from '../../server/dispatch/index.ts'
import type { Plan } from '../../server/dispatch/plan.ts'
import { highsSolver } from '../../server/worker/highs.ts'
import { COUNTY_CASES, PUBLIC_CASES, type CountyCase, type PublicCase } from './cases.ts'
import { recommendFigures } from './recommend.ts'

interface Figures {
  readonly seconds: number
  readonly cost: number
  readonly bound?: number
  /** (cost − bound) / cost, both without the price of unserved orders; for public instances against the best known cost. */
  readonly gap: number
  readonly unserved: number
  readonly unservedShare?: number
  readonly gini?: number
  readonly maxDebt?: number
  readonly fairness?: number
  readonly coverage?: number
  readonly violations: number
}

const SEEDS_USUAL = 3
const MILLISECONDS = 1000
const MICROSECONDS = 1e6
const SHARED = process.env['HUIYIN_SHARED'] ?? join(import.meta.dirname, '../../../shared')

/** Prints one line by case, or one JSON object of medians by case. */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      json: { type: 'boolean' },
      cpu: { type: 'boolean' },
      case: { type: 'string' },
      seeds: { type: 'string' },
    },
  })
  const seeds = Array.from({ length: Number(values.seeds ?? SEEDS_USUAL) }, (_, i) => i + 1)
  const clock = values.cpu === true ? cpuMilliseconds : () => performance.now()
  const wanted = (name: string): boolean => values.case === undefined || values.case === name
  const solver = await highsSolver()
  const results: Record<string, unknown> = {}
  const tell = (name: string, figures: object): void => {
    results[name] = figures
    if (values.json !== true) console.log(name.padEnd(24), JSON.stringify(figures))
  }
  for (const one of COUNTY_CASES.filter(({ name }) => wanted(name))) {
    const runs = seeds.map((seed) => runCounty(one, seed, solver, clock))
    tell(one.name, { seeds: seeds.length, gapMax: one.gapMax, ...medians(runs), gaps: runs.map(({ gap }) => gap) })
  }
  for (const one of PUBLIC_CASES.filter(({ name }) => wanted(name))) {
    const path = join(SHARED, 'data/dispatch', one.file)
    if (!existsSync(path)) {
      console.error(`${one.name}: skipped, ${one.file} is not there`)
      continue
    }
    const problem = FAMILIES[one.family](await readFile(path, 'utf8'))
    const runs = seeds.map((seed) => runPublic(one, problem, seed, clock))
    tell(one.name, { seeds: seeds.length, gapMax: one.gapMax, ...medians(runs), gaps: runs.map(({ gap }) => gap) })
  }
  if (wanted('recommend')) tell('recommend', recommendFigures())
  if (values.json === true) console.log(JSON.stringify(results, null, 2))
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return ((user + system) / MICROSECONDS) * MILLISECONDS
}

function runCounty(one: CountyCase, seed: number, solver: LpSolver, clock: () => number): Figures {
  const problem = countyOf({ seed, ...one.options })
  const began = clock()
  const plan = optimise(problem, { seed, solver, budget: { millisecondsMax: one.seconds * MILLISECONDS, clock } })
  const seconds = (clock() - began) / MILLISECONDS
  const { cost } = plan
  const worth = cost.total - cost.unserved
  // Without a bound nothing is proven: the gap is then the whole cost.
  const bound = plan.bound ?? 0
  return {
    seconds: rounded(seconds, 1),
    cost: rounded(worth, 1),
    bound: rounded(bound - cost.unserved, 1),
    gap: rounded((cost.total - bound) / worth, 5),
    unserved: plan.unserved.length,
    unservedShare: rounded(plan.unserved.length / problem.orders.length, 4),
    gini: rounded(giniOfTeams(problem, plan), 3),
    maxDebt: maxDebt(problem, plan),
    fairness: rounded(cost.fairness, 1),
    coverage: rounded(cost.coverage, 1),
    violations: checkPlan(problem, plan).violations.length,
  }
}

function runPublic(one: PublicCase, problem: DispatchProblem, seed: number, clock: () => number): Figures {
  const began = clock()
  const plan = solve(problem, { seed, budget: { millisecondsMax: one.seconds * MILLISECONDS, clock } })
  const seconds = (clock() - began) / MILLISECONDS
  const cost = plan.cost.total - plan.cost.unserved
  return {
    seconds: rounded(seconds, 1),
    cost: rounded(cost, 3),
    gap: rounded((cost - one.best) / one.best, 5),
    unserved: plan.unserved.length,
    violations: checkPlan(problem, plan).violations.length,
  }
}

/** Inequality of the service minutes of teams that were on duty: 0 is equal, 1 is all with one. */
function giniOfTeams(problem: DispatchProblem, plan: Plan): number {
  const minutes = new Map(problem.teamDays.map(({ team }) => [team, 0]))
  const teamOf = new Map(problem.teamDays.map(({ id, team }) => [id, team]))
  for (const tour of plan.tours) {
    const team = teamOf.get(tour.teamDay)!
    for (const stop of tour.stops) minutes.set(team, minutes.get(team)! + stop.endsMinute - stop.startsMinute)
  }
  const loads = [...minutes.values()].sort((a, b) => a - b)
  const sum = loads.reduce((total, load) => total + load, 0)
  const ranked = loads.reduce((total, load, i) => total + (i + 1) * load, 0)
  return sum === 0 ? 0 : (2 * ranked) / (loads.length * sum) - (loads.length + 1) / loads.length
}

/** The most visits that a village with a coverage row still lacks, of those that its orders could have given. */
function maxDebt(problem: DispatchProblem, plan: Plan): number {
  const served = new Set(plan.tours.flatMap((tour) => tour.stops.map((stop) => stop.order)))
  return problem.coverage.reduce((most, row) => {
    const orders = problem.orders.filter((order) => order.village === row.village)
    const visits = orders.filter((order) => served.has(order.id)).length
    return Math.max(most, Math.min(row.visitsMin, orders.length) - visits)
  }, 0)
}

function medians(runs: readonly Figures[]): Record<string, number> {
  const keys = Object.keys(runs[0]!) as (keyof Figures)[]
  return Object.fromEntries(keys.map((key) => [key, median(runs.map((one) => one[key] ?? 0))]))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals))
