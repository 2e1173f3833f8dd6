// `huiyin dispatch …`: solves problem files, runs the public benchmark families, checks plans. Needs neither database nor server.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  checkPlan,
  FAMILIES,
  FormatError,
  optimise,
  PinConflictError,
  ProblemError,
  readAnyProblem,
  readPlan,
  routesOf,
  solve,
  type Budget,
  type DispatchProblem,
  type Family,
} from '../dispatch/index.ts'
import { DispatchThreadError, planInThreads } from '../worker/dispatch-pool.ts'
import { highsSolver } from '../worker/highs.ts'

export const DISPATCH_USAGE = `huiyin dispatch solve FILE [--seconds S | --iterations N] [--seed N] [--threads N]
    plans a problem in our JSON or in VROOM's and prints the plan with its proven bound as JSON
huiyin dispatch benchmark --format ${Object.keys(FAMILIES).join('|')} FILE|FOLDER [--seconds S | --iterations N]
    [--seed N] [--threads N] [--json]
    solves instances with their family's objective and rounding, in two threads when given seconds; prints cost, routes and violations
huiyin dispatch check PROBLEM PLAN
    checks a plan against its problem and prints its cost and every violation; ends with 1 when there is one`

const SECONDS_USUAL = 10
const SEED_USUAL = 1
const THREADS_USUAL = 2
/** Larger problem files are refused before they are read. */
const FILE_BYTES_MAX = 256 * 1024 * 1024

const EXIT_OK = 0
const EXIT_FOUND = 1
const EXIT_USAGE = 2

class UsageError extends Error {}

/** Where results and complaints go. */
export interface Output {
  log(text: string): void
  error(text: string): void
}

/** Runs one dispatch command; the answer is the exit code. Faults of files are printed, not thrown. */
export async function dispatchCommand(args: readonly string[], output: Output = console): Promise<number> {
  try {
    const [verb, ...rest] = args
    if (verb === 'solve') return await solveFile(rest, output)
    if (verb === 'benchmark') return await benchmark(rest, output)
    if (verb === 'check') return await checkFile(rest, output)
    throw new UsageError(verb === undefined ? 'dispatch needs a verb' : `unknown verb ${verb}`)
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`${error.message}\n\n${DISPATCH_USAGE}`)
      return EXIT_USAGE
    }
    if (isOfTheFile(error)) {
      output.error(error.message)
      return EXIT_FOUND
    }
    throw error
  }
}

function isOfTheFile(error: unknown): error is Error {
  if (error instanceof FormatError || error instanceof ProblemError || error instanceof PinConflictError) return true
  if (error instanceof DispatchThreadError) return true
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR', 'EACCES', 'EFBIG'].includes(String(error.code))
  )
}

interface Wanted {
  readonly files: readonly string[]
  readonly seed: number
  readonly budget: Budget
  readonly format: string | undefined
  readonly isJson: boolean
  /** How many threads work; 0 means all in this one. */
  readonly threads: number
}

function wantedOf(args: readonly string[], fileCount: number): Wanted {
  const parse = () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        iterations: { type: 'string' },
        seed: { type: 'string' },
        format: { type: 'string' },
        json: { type: 'boolean' },
        threads: { type: 'string' },
      },
    })
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse()
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'wrong options', { cause })
  }
  const { values, positionals } = parsed
  if (positionals.length !== fileCount)
    throw new UsageError(`expected ${fileCount} path(s), found ${positionals.length}`)
  const seed = values.seed === undefined ? SEED_USUAL : amountOf('seed', values.seed)
  const clock = (): number => performance.now()
  const budget: Budget =
    values.iterations === undefined
      ? {
          millisecondsMax: 1000 * (values.seconds === undefined ? SECONDS_USUAL : amountOf('seconds', values.seconds)),
          clock,
        }
      : { iterationsMax: amountOf('iterations', values.iterations) }
  return {
    files: positionals,
    seed,
    budget,
    format: values.format,
    isJson: values.json === true,
    threads: threadsOf(values.threads, values.iterations !== undefined),
  }
}

/** A budget in seconds is used by two threads unless told otherwise; one in steps by this thread, so that it is the same anywhere. */
function threadsOf(value: string | undefined, isInSteps: boolean): number {
  if (value !== undefined) return Math.max(1, Math.ceil(amountOf('threads', value)))
  return isInSteps ? 0 : THREADS_USUAL
}

function amountOf(name: string, value: string): number {
  const amount = Number(value)
  if (!Number.isFinite(amount) || amount < 0 || value.trim() === '')
    throw new UsageError(`--${name}: ${value} is not a number`)
  return amount
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > FILE_BYTES_MAX) throw new FormatError(`${path}: ${size} bytes are more than ${FILE_BYTES_MAX}`, 0)
  return readFile(path, 'utf8')
}

/** Reads a file so that a fault in it names the file too. */
async function readAs<T>(path: string, read: (text: string) => T): Promise<T> {
  const text = await readText(path)
  try {
    return read(text)
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${path}: ${error.message}`, 0)
    throw error
  }
}

async function solveFile(args: readonly string[], output: Output): Promise<number> {
  const { files, seed, budget, threads } = wantedOf(args, 1)
  const problem = await readAs(files[0]!, readAnyProblem)
  const plan =
    threads === 0
      ? optimise(problem, { seed, budget, solver: await highsSolver() })
      : await planInThreads(problem, { seed, threads, budget: repeatable(budget) })
  output.log(JSON.stringify(plan, null, 2))
  return checkPlan(problem, plan).violations.some((one) => one.code !== 'must-be-served') ? EXIT_FOUND : EXIT_OK
}

/** The part of a budget that may be sent to a thread, which brings its own clock. */
function repeatable({ iterationsMax, millisecondsMax }: Budget): Pick<Budget, 'iterationsMax' | 'millisecondsMax'> {
  return {
    ...(iterationsMax === undefined ? {} : { iterationsMax }),
    ...(millisecondsMax === undefined ? {} : { millisecondsMax }),
  }
}

async function checkFile(args: readonly string[], output: Output): Promise<number> {
  const { files } = wantedOf(args, 2)
  const problem = await readAs(files[0]!, readAnyProblem)
  const plan = await readAs(files[1]!, readPlan)
  const check = checkPlan(problem, plan)
  output.log(JSON.stringify(check, null, 2))
  return check.violations.length > 0 ? EXIT_FOUND : EXIT_OK
}

async function benchmark(args: readonly string[], output: Output): Promise<number> {
  const wanted = wantedOf(args, 1)
  const { files, format, isJson } = wanted
  if (format === undefined || !Object.hasOwn(FAMILIES, format))
    throw new UsageError(`--format: one of ${Object.keys(FAMILIES).join(', ')}`)
  const results: Result[] = []
  const instances = await instancesAt(files[0]!)
  for (const path of instances) {
    const problem = await readAs(path, FAMILIES[format as Family])
    const result = await runInstance(path, problem, wanted)
    results.push(result)
    if (!isJson)
      output.log(
        `${path}  cost ${result.cost}  unserved ${result.unserved}  violations ${result.violations.length}  ${result.seconds} s`,
      )
  }
  if (isJson) output.log(JSON.stringify(instances.length === 1 ? results[0] : results))
  return results.some((result) => result.violations.length > 0) ? EXIT_FOUND : EXIT_OK
}

interface Result {
  readonly instance: string
  readonly seed: number
  readonly seconds: number
  readonly iterations: number
  /** Without the price of unserved orders, which stand beside it. */
  readonly cost: number
  readonly unserved: number
  readonly routes: ReturnType<typeof routesOf>
  readonly violations: ReturnType<typeof checkPlan>['violations']
}

/** Costs are printed to this many decimals: sums of decimals carry noise behind them. */
const COST_DECIMALS = 6

async function runInstance(path: string, problem: DispatchProblem, wanted: Wanted): Promise<Result> {
  const { seed, budget, threads } = wanted
  const began = performance.now()
  const plan =
    threads === 0
      ? solve(problem, { seed, budget })
      : await planInThreads(problem, { seed, threads, budget: repeatable(budget), isSearchOnly: true })
  const seconds = Number(((performance.now() - began) / 1000).toFixed(3))
  const check = checkPlan(problem, plan)
  const cost = Number((check.cost.total - check.cost.unserved).toFixed(COST_DECIMALS))
  return {
    instance: path,
    seed,
    seconds,
    iterations: plan.trace.iterations,
    cost,
    unserved: plan.unserved.length,
    routes: routesOf(plan),
    violations: check.violations,
  }
}

/** A file, or the instance files of a folder by name. */
async function instancesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = (await readdir(path)).filter(
    (name) => /\.(txt|vrp|json)$/i.test(name) && !/^(BKS|sol|readme)/i.test(name),
  )
  if (names.length === 0) throw new UsageError(`${path} has no instance files`)
  return names.sort().map((name) => join(path, name))
}
