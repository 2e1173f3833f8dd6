/**
 * Plays the platform's main stories against a running demonstration server, over HTTP alone, and ends with status 0 when
 * every step went as it should:
 *
 *   npm run smoke -- --url http://localhost:8080 [--only orders|volunteering]
 */
import { parseArgs } from 'node:util'
import { Deviation, openClient } from './smoke/client.ts'
import { playOrders } from './smoke/orders.ts'
import { playVolunteering } from './smoke/volunteering.ts'
import { openStage } from './smoke/stage.ts'

const PLAYS = { orders: playOrders, volunteering: playVolunteering } as const

const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' } } })
const url = values.url ?? ''
const chosen = Object.entries(PLAYS).filter(([name]) => values.only === undefined || values.only === name)
if (!URL.canParse(url) || chosen.length === 0) {
  console.error(`Usage: npm run smoke -- --url http://localhost:8080 [--only ${Object.keys(PLAYS).join('|')}]`)
  process.exit(64)
}

const stage = openStage(openClient(new URL(url).origin))
try {
  for (const [, play] of chosen) await play(stage)
  console.log(`\n${stage.steps()} steps passed in ${stage.seconds()} s.`)
} catch (error) {
  const why = error instanceof Deviation ? error.message : error instanceof Error ? error.stack : String(error)
  console.error(`\nStep ${stage.steps()} deviates: ${why}`)
  process.exitCode = 1
}
