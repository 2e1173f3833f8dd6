/**
 * Chaos at smoke size: kills under load, cut connections and restarts against a real server with its own PostgreSQL, and then
 * a comparison of what clients were told with what is there. Only processes of its own are touched, all on the loopback.
 *
 *   npm run chaos [-- REPORT.json]     HUIYIN_SEED, HUIYIN_CHAOS_KILLS
 *
 * The seed fixes who orders where, when and what is killed; what is in flight at that moment is left to the machine.
 */
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { cutConnections } from './cuts.ts'
import { killUnderLoad } from './kills.ts'
import { randomOf } from './random.ts'
import { restartUnderLoad } from './restarts.ts'
import { openStage } from './stage.ts'
import { type Findings, report } from './verify.ts'

const KILLS_DEFAULT = 12
const RESTARTS = 2
const SECONDS_MAX = 420

const seed = Number(process.env['HUIYIN_SEED'] ?? randomInt(2 ** 31))
const kills = Number(process.env['HUIYIN_CHAOS_KILLS'] ?? KILLS_DEFAULT)
const tally = { passed: 0, failed: 0 }
print(`seed ${seed}, ${kills} kills (HUIYIN_SEED=${seed} HUIYIN_CHAOS_KILLS=${kills} npm run chaos)`)

const stage = await openStage()
const watchdog = setTimeout(() => void end(`nothing may take longer than ${SECONDS_MAX} s`), SECONDS_MAX * 1000)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal))
try {
  const random = randomOf(seed)
  await play('cuts', () => cutConnections(stage, random, print))
  await play('restarts', () => restartUnderLoad(stage, random, RESTARTS, print))
  await play('kills', () => killUnderLoad(stage, random, kills, print))
} finally {
  clearTimeout(watchdog)
  await stage.close()
}

const [path] = process.argv.slice(2)
if (path !== undefined) {
  const { passed: numPassedTests, failed: numFailedTests } = tally
  await writeFile(path, JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }))
}
print(`\n${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed === 0 ? 0 : 1

async function play(title: string, act: () => Promise<Findings>): Promise<void> {
  const logged = stage.server.lines.length
  try {
    const { passed, failed } = report(title, await act(), print)
    tally.passed += passed
    tally.failed += failed
    if (failed === 0) return
  } catch (error) {
    tally.failed++
    print(`✗ ${title}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  const errors = stage.server.lines.slice(logged).filter((line) => line.level === 'error' || line.level === 'fatal')
  for (const line of errors.slice(-10)) print(`  log: ${line.text.slice(0, 1_000)}`)
}

/** Leaves nothing running behind when it has to stop in between. */
async function end(why: string): Promise<void> {
  print(`✗ stopped: ${why}\n\n${tally.passed} passed, ${tally.failed + 1} failed`)
  await stage.close()
  process.exit(1)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
