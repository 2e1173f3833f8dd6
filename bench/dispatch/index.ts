// npm run bench -- dispatch [--json] [--case NAME] [--seeds N] [--cpu] [--folder FAMILY=PATH [--best FILE] [--seconds S]]: the optimiser
// on generated counties and public instances, or on every instance of a folder against the best costs known.
// Two threads by the clock; `--cpu` means one thread and its seconds of CPU, for machines that others use too. `--case` may be repeated;
// county-month runs only when named.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { countyOf } from '../../server/dispatch/county.ts'
import { checkPlan, FAMILIES, optimise, type DispatchProblem, type Plan } from '../../server/dispatch/index.ts'
import { planInThreads } from '../../server/worker/dispatch-pool.ts'
import { highsSolver } from '../../server/worker/highs.ts'
import { COUNTY_CASES, COUNTY_MONTH, PUBLIC_CASES, type CountyCase, type PublicCase } from './cases.ts'
import { medians, rounded } from './figures.ts'
import { folderCases, summaryOf } from './folder.ts'
import { recommendFigures } from './recommend.ts'
import { replanFigures, type Engine } from './replan.ts'

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
  /** Most memory of the process so far, its threads included. */
  readonly megabytes?: number
}

const SEEDS_USUAL = 3
const THREADS = 2
const KILOBYTES_IN_MEGABYTE = 1024
const MILLISECONDS = 1000
const MICROSECONDS = 1e6
const SHARED = process.env['HUIYIN_SHARED'] ?? join(import.meta.dirname, '../../../shared')

/** Prints one line by case and seed, or one JSON object of medians by case. */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      json: { type: 'boolean' },
      cpu: { type: 'boolean' },
      case: { type: 'string', multiple: true },
      seeds: { type: 'string' },
      folder: { type: 'string' },
      best: { type: 'string' },
      seconds: { type: 'string' },
    },
  })
  const seeds = Array.from({ length: Number(values.seeds ?? SEEDS_USUAL) }, (_, i) => i + 1)
  const engine = values.cpu === true ? await engineByCpu() : ENGINE
  const wanted = ({ name }: { readonly name: string }): boolean =>
    values.case === undefined ? name !== COUNTY_MONTH.name : values.case.includes(name)
  const ofFolder = values.folder === undefined ? undefined : await folderCases(values.folder, values)
  const counties = ofFolder ? [] : [...COUNTY_CASES, COUNTY_MONTH].filter(wanted)
  const publics = (ofFolder ?? PUBLIC_CASES).filter(wanted)
  const seconds = [...counties, ...publics].reduce((sum, one) => sum + one.seconds * seeds.length, 0)
  console.error(
    `${counties.length + publics.length} cases × ${seeds.length} seeds: about ${Math.ceil(seconds / 60)} minutes`,
  )
  const results: Record<string, unknown> = {}
  const tell = (name: string, figures: object): void => {
    results[name] = figures
    if (values.json !== true) console.log(name.padEnd(24), JSON.stringify(figures))
  }
  const runs: Figures[] = []
  const measure = async (one: CountyCase | PublicCase, measured: (seed: number) => Promise<Figures>): Promise<void> => {
    const figures: Figures[] = []
    for (const seed of seeds) figures.push(await measured(seed))
    runs.push(...figures)
    tell(one.name, {
      seeds: seeds.length,
      gapMax: one.gapMax,
      ...medians(figures),
      gaps: figures.map(({ gap }) => gap),
    })
  }
  for (const one of counties) await measure(one, (seed) => runCounty(one, seed, engine))
  for (const one of publics) {
    const path = resolve(SHARED, 'data/dispatch', one.file)
    if (!existsSync(path)) {
      console.error(`${one.name}: skipped, ${one.file} is not there`)
      continue
    }
    const problem = FAMILIES[one.family](await readFile(path, 'utf8'))
    await measure(one, (seed) => runPublic(one, problem, seed, engine))
  }
  if (ofFolder) Object.assign(results, summaryOf(results))
  else {
    if (wanted({ name: 'recommend' })) Object.assign(results, recommendFigures())
    if (wanted({ name: 'replan' })) tell('replan', await replanFigures(seeds, engine))
  }
  results['checkerViolations'] = runs.reduce((sum, { violations }) => sum + violations, 0)
  console.log(values.json === true ? JSON.stringify(results, null, 2) : results)
}

/** Two threads by the clock, as the command line plans. */
const ENGINE: Engine = {
  clock: () => performance.now(),
  plan: (problem, seed, millisecondsMax, isSearchOnly) =>
    planInThreads(problem, { seed, threads: THREADS, budget: { millisecondsMax }, isSearchOnly }),
}

/** One thread by its seconds of CPU: for machines that others use too. */
async function engineByCpu(): Promise<Engine> {
  const solver = await highsSolver()
  const clock = (): number => {
    const { user, system } = process.cpuUsage()
    return ((user + system) / MICROSECONDS) * MILLISECONDS
  }
  return {
    clock,
    plan: (problem, seed, millisecondsMax, isSearchOnly) =>
      Promise.resolve(optimise(problem, { seed, solver, budget: { millisecondsMax, clock }, isSearchOnly })),
  }
}

async function runCounty(one: CountyCase, seed: number, { clock, plan: planned }: Engine): Promise<Figures> {
  const problem = countyOf({ seed, ...one.options })
  const began = clock()
  const plan = await planned(problem, seed, one.seconds * MILLISECONDS, false)
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
    megabytes: Math.round(process.resourceUsage().maxRSS / KILOBYTES_IN_MEGABYTE),
  }
}

async function runPublic(
  one: PublicCase,
  problem: DispatchProblem,
  seed: number,
  { clock, plan: planned }: Engine,
): Promise<Figures> {
  const began = clock()
  const plan = await planned(problem, seed, one.seconds * MILLISECONDS, true)
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
