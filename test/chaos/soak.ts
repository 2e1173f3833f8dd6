/**
 * Everything random, for long: the designs of chaos at their large figures, every interleaving, the fuzzer with 5,000 cases
 * for each operation, and simulated districts from fresh seeds. Hours of work, for a machine that has nothing else to do.
 *
 *   npm run soak [-- --minutes N] [--only designs,interleavings,fuzz,simulate] [DESIGN …]      HUIYIN_SEED
 *
 * `--minutes N` gives each of the four parts so long: the designs are then played at smoke size again and again, each round
 * from a fresh seed. Every seed is printed, and `HUIYIN_SEED=… npm run chaos DESIGN` plays it again.
 */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endWith, playDesigns, type Tally } from './designs.ts'

const FUZZ_CASES = 5_000
const SIMULATED_SEEDS = 500
const SIMULATED_DAYS = 30
const SEED_MAX = 2 ** 31
const HOURS_MAX = 24
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const PARTS = ['designs', 'interleavings', 'fuzz', 'simulate'] as const

const { values, positionals: names } = parseArgs({
  options: { minutes: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
})
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
const parts = values.only?.split(',') ?? PARTS
if ((minutes !== undefined && !(minutes > 0)) || !parts.every((part) => PARTS.some((known) => known === part))) {
  print(`Usage: npm run soak [-- --minutes N] [--only ${PARTS.join(',')}] [DESIGN …]`)
  process.exit(64)
}
const firstSeed = Number(process.env['HUIYIN_SEED'] ?? randomInt(SEED_MAX))
const tally: Tally = { passed: 0, failed: 0 }
if (parts.includes('designs')) await soakDesigns()
if (parts.includes('interleavings')) {
  const args = [VITEST, 'run', 'test/chaos/interleavings.test.ts']
  // Within a bound the drawn ones from a fresh seed; without it all there are.
  await soakProgram('interleavings', args, minutes === undefined ? { HUIYIN_INTERLEAVINGS: 'all' } : {})
}
if (parts.includes('fuzz')) {
  const bound = minutes === undefined ? {} : { HUIYIN_FUZZ_MINUTES: String(minutes) }
  await soakProgram('fuzz', ['test/fuzz/fuzz.ts'], { HUIYIN_FUZZ_CASES: String(FUZZ_CASES), ...bound })
}
if (parts.includes('simulate')) await soakSimulation()
print(`\n${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed === 0 ? 0 : 1)

async function soakDesigns(): Promise<void> {
  const until = performance.now() + (minutes ?? 0) * 60_000
  let seed = firstSeed
  do {
    print(`== designs from seed ${seed}`)
    const play = playDesigns({ size: minutes === undefined ? 'soak' : 'smoke', seed, names, print })
    endWith(play, HOURS_MAX * 3_600, print)
    const { passed, failed } = await play.ended
    tally.passed += passed
    tally.failed += failed
    seed = randomInt(SEED_MAX)
  } while (performance.now() < until)
}

/** Districts one after the other, for the time or the number that is given. */
async function soakSimulation(): Promise<void> {
  const until = performance.now() + (minutes ?? 0) * 60_000
  for (let count = 0; minutes === undefined ? count < SIMULATED_SEEDS : performance.now() < until; count++) {
    const seed = String(randomInt(SEED_MAX))
    await soakProgram(`simulate ${seed}`, [
      'test/simulation/simulate.ts',
      '--seed',
      seed,
      '--days',
      String(SIMULATED_DAYS),
    ])
  }
}

/** Runs one of our other programs, on our terminal; it counts as one. */
async function soakProgram(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  print(`== ${name}`)
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, HUIYIN_SEED: String(randomInt(SEED_MAX)), ...env },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code === 0) tally.passed++
  else tally.failed++
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
