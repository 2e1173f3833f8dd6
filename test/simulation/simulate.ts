/**
 * Lives a district at random, with its clock in our hand, on a real PostgreSQL and through the real operations, and checks the
 * promises after every step.
 *
 *   npm run simulate -- --seed N --days D [--json]      one seed
 *   npm run simulate -- --seed N --days D --only 3,17   of that seed's steps only these, as a failure prints them
 *   npm run simulate -- --ci [REPORT.json]              20 fixed seeds and 5 fresh ones of 30 days
 */
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { liveSeed, liveSteps, type Lived, openDistrictOf } from './live.ts'
import { runMany, type SeedResult, withSimulationServer } from './run-many.ts'

const DAYS_DEFAULT = 30
const FIXED_SEEDS = Array.from({ length: 20 }, (_, i) => 1_001 + i)
const FRESH_SEEDS = 5
const FRESH_SEED_MAX = 2 ** 31 - 1
const BROKEN_SHOWN_MAX = 5

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    days: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    ci: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const days = Number(values.days ?? DAYS_DEFAULT)
if (!Number.isInteger(days) || days < 1) {
  print('Usage: npm run simulate -- [--seed N] [--days D] [--only 3,17] [--json] [--verbose] | --ci [REPORT.json]')
  process.exit(64)
}
const seed = values.seed === undefined ? randomInt(FRESH_SEED_MAX) : Number(values.seed)
process.exitCode = values.ci ? await runInCi() : values.only === undefined ? await runOne() : await runOnly(values.only)

async function runInCi(): Promise<number> {
  const fresh = Array.from({ length: FRESH_SEEDS }, () => randomInt(FRESH_SEED_MAX))
  print(`${FIXED_SEEDS.length} fixed seeds and ${fresh.join(', ')}, ${days} days each`)
  const results = await runMany({ seeds: [...FIXED_SEEDS, ...fresh], days, onSeed: report })
  const failed = results.filter(({ lived }) => lived.failure !== null).length
  const [path] = positionals
  const counts = { numPassedTests: results.length - failed, numFailedTests: failed, testResults: [] }
  if (path !== undefined) await writeFile(path, JSON.stringify(counts))
  const steps = results.reduce((sum, { lived }) => sum + lived.steps.length, 0)
  const moves = new Set(results.flatMap(({ lived }) => [...lived.moves]))
  print(`${steps} steps, ${moves.size} of the moves seen\n\n${counts.numPassedTests} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runOne(): Promise<number> {
  const [result] = await runMany({ seeds: [seed], days })
  const { lived } = result!
  if (values.json) {
    const { steps, failure, hash, outcomes, seconds } = lived
    const shortest = result!.shrunk?.lived.lines
    print(
      JSON.stringify({
        seed,
        days,
        hash,
        steps: steps.length,
        seconds,
        failure,
        shortest,
        outcomes: Object.fromEntries(outcomes),
      }),
    )
  } else {
    if (values.verbose) print(lived.lines.join('\n'))
    report(result!)
  }
  return lived.failure === null ? 0 : 1
}

/** A part of a seed's steps. They are drawn from what stands in the district, so the whole is lived once to have them. */
async function runOnly(list: string): Promise<number> {
  const chosen = new Set(list.split(',').map(Number))
  return withSimulationServer(async (adminUrl) => {
    const plan = { adminUrl, seed, days }
    const whole = await liveSeed(plan)
    const until = whole.failure?.at ?? whole.steps.at(-1)!.at
    const district = await openDistrictOf(plan, { canRewind: true })
    const part = whole.steps.filter(({ n }) => chosen.has(n))
    try {
      const lived = await liveSteps(district, plan, part, until)
      print(lived.lines.join('\n'))
      if (lived.failure !== null) print(brokenText(lived))
      return lived.failure === null ? 0 : 1
    } finally {
      await district.close()
    }
  })
}

function report({ seed, days, lived, shrunk }: SeedResult): void {
  const { steps, seconds, hash, failure } = lived
  const pace = `${steps.length} steps in ${seconds.toFixed(1)} s, history ${hash}`
  if (failure === null || shrunk === null) {
    print(`✓ seed ${seed}, ${days} days: ${pace}`)
    return
  }
  const numbers = shrunk.steps.map(({ n }) => n).join()
  print(`✗ seed ${seed}, step ${failure.step}: ${pace}\n${brokenText(lived)}`)
  print(`The shortest history found in ${shrunk.tries} tries, ${shrunk.steps.length} steps:`)
  print(shrunk.lived.lines.map((line) => `  ${line}`).join('\n'))
  print(brokenText(shrunk.lived))
  print(`Again: npm run simulate -- --seed ${seed} --days ${days} --only ${numbers}`)
}

function brokenText({ failure }: Lived): string {
  return failure!.broken
    .slice(0, BROKEN_SHOWN_MAX)
    .map(({ promise, what }) => `  ${promise}: ${what}`)
    .join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
