/**
 * Chaos at smoke size: faults against real servers with PostgreSQL of their own, and then a comparison of what clients were
 * told with what is there. Only processes of its own are touched, all on the loopback.
 *
 *   npm run chaos [-- REPORT.json] [DESIGN …] [--except DESIGN]     HUIYIN_SEED
 *
 * The seed fixes who orders where, when and what is hit; what is in flight at that moment is left to the machine. The designs
 * are listed in designs.ts; `npm run soak` plays them at their large figures.
 */
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { designs, endWith, playDesigns } from './designs.ts'

const SECONDS_MAX = 1_200

const seed = Number(process.env['HUIYIN_SEED'] ?? randomInt(2 ** 31))
const words = process.argv.slice(2)
const path = words.find((word) => word.endsWith('.json'))
const except = words.includes('--except') ? words[words.indexOf('--except') + 1] : undefined
const named = words.filter((word) => word !== path && word !== '--except' && word !== except)
const names = except === undefined ? named : designs.map(({ name }) => name).filter((name) => name !== except)
print(`seed ${seed} (HUIYIN_SEED=${seed} npm run chaos${names.map((name) => ` ${name}`).join('')})`)

const play = playDesigns({ size: 'smoke', seed, names, print })
endWith(play, SECONDS_MAX, print)
const tally = await play.ended
if (path !== undefined) {
  const { passed: numPassedTests, failed: numFailedTests } = tally
  await writeFile(path, JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }))
}
print(`\n${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed === 0 ? 0 : 1)

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
