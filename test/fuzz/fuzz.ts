/**
 * Fuzzes the API from its OpenAPI document: valid requests, requests one fault away from valid and odd texts, as public,
 * residents, staff of every role and holders of links, against a real server with the demonstration district.
 *
 *   npm run fuzz [-- REPORT.json] [OPERATION …]     HUIYIN_FUZZ_CASES (per operation), HUIYIN_FUZZ_MINUTES (in all), HUIYIN_SEED
 *
 * The seed fixes what is drawn; ids are those of the run, chosen by their place among what the server told of.
 */
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { verifyLedger } from '../../server/modules/points/index.ts'
import { verifyAuditIn } from '../../server/platform/audit.ts'
import { inDistrict, openDb } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import {
  freePort,
  isRunning,
  spawnServer,
  type ServerProcess,
  stopServer,
  untilReady,
} from '../support/server-process.ts'
import { hashToken, newSessionToken } from '../../server/platform/tokens.ts'
import { type Answer, asCurl, type Exchange, faultsOf, send, type Sent } from './client.ts'
import { judge } from './judge.ts'
import { listOperations, type Operation } from './operations.ts'
import { RAW_REQUESTS, sendRaw } from './raw-requests.ts'
import { drawArbitrary, GATEWAY_SECRET, type Request, requestOf } from './requests.ts'
import { sureRequest } from './sure.ts'
import { fittingFor, isAct, learn, openWorld, survey, type World } from './world.ts'

const CASES_DEFAULT = 200
const CASES_PER_BUDGET = 5
// Until the server's log of a failure has come through its pipe.
const LOG_MILLISECONDS = 50
const OPERATION_SECONDS_MAX = 60
// A slow answer is a fault when the same request is slow again and again while nothing else is asked.
const SLOW_MILLISECONDS = 1_000
const CALM_TRIES = 3
// Nothing of a run is kept, so nothing waits for the disk.
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
const READ_FIRST = [
  'listUnits',
  'listCategories',
  'listOfferings',
  'listTeams',
  'listOrders',
  'listStaff',
  'listMyOrders',
]

interface Tally {
  passed: number
  failed: number
}

interface Bench {
  readonly exchange: Exchange
  readonly world: World
  readonly owner: Client
  readonly cases: number
  readonly seed: number
  readonly statuses: Map<number, number>
  /** Operations that never succeeded. */
  readonly neverDone: string[]
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const cases = Number(process.env['HUIYIN_FUZZ_CASES'] ?? CASES_DEFAULT)
const seed = Number(process.env['HUIYIN_SEED'] ?? randomInt(2 ** 31))
const minutes = Number(process.env['HUIYIN_FUZZ_MINUTES'] ?? Infinity)
const words = process.argv.slice(2)
const report = words.find((word) => word.endsWith('.json'))
/** Only these operations; all when there is none. */
const only = words.filter((word) => word !== report)
const chosen = listOperations().filter(({ name }) => only.length === 0 || only.includes(name))
const operationSeconds = Math.min(OPERATION_SECONDS_MAX, (minutes * 60) / chosen.length)
/** With fewer draws or operations some orders come to no place where everything can be done to them. */
const isWhole = only.length === 0 && cases >= CASES_DEFAULT && minutes === Infinity
const kek = randomBytes(32)
const tally: Tally = { passed: 0, failed: 0 }
print(`seed ${seed}, ${cases} cases for each operation (HUIYIN_SEED=${seed} HUIYIN_FUZZ_CASES=${cases} npm run fuzz)`)
// Addresses of pages are asked for too.
if (!existsSync(fromRoot('dist/resident'))) execFileSync(process.execPath, [fromRoot('scripts/build-web.ts')])
const folder = await mkdtemp(join(tmpdir(), 'huiyin-fuzz-'))
const postgres = await startEmbeddedPostgres({
  dataDir: join(folder, 'database'),
  settings: SETTINGS,
  log: () => undefined,
})
const server = spawnServer({
  port: await freePort(),
  flags: ['--demo-clock'],
  env: {
    DATABASE_URL: postgres.url,
    HUIYIN_KEK: kek.toString('hex'),
    HUIYIN_DATA: join(folder, 'data'),
    HUIYIN_GATEWAY_SECRET: GATEWAY_SECRET,
    HUIYIN_LOG_LEVEL: 'warn',
  },
})
const owner = new Client({ connectionString: postgres.url })
try {
  await owner.connect()
  await untilReady(server)
  await run(server)
} finally {
  await owner.end()
  await stopServer(server)
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
if (report !== undefined) {
  const { passed: numPassedTests, failed: numFailedTests } = tally
  await writeFile(report, JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }))
}
print(`\n${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed === 0 ? 0 : 1

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function run(running: ServerProcess): Promise<void> {
  const begun = performance.now()
  const slow: Sent[] = []
  const exchange: Exchange = { origin: running.origin, lines: running.lines, slow: (sent) => void slow.push(sent) }
  const bench: Bench = {
    exchange,
    owner,
    cases,
    seed,
    statuses: new Map(),
    neverDone: [],
    world: await openWorld(running.origin),
  }
  const operations = chosen
  await readAround(bench, listOperations())
  for (const operation of operations) await fuzzOperation(bench, operation)
  for (const raw of RAW_REQUESTS) {
    note(
      `raw: ${raw.what}`,
      await sendRaw(running.origin, raw).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    )
  }
  await checkAfterwards(bench, running)
  // An operation that only ever refused was not looked at: somebody has to write a request for it (sure.ts).
  const missed = bench.neverDone.join(', ')
  if (isWhole) note('every operation succeeded', missed === '' ? undefined : missed)
  else if (missed !== '') print(`never succeeded: ${missed}`)
  const faults = await slowAgain(bench, [...slow])
  print(`${slow.length} answers took more than a second`)
  note('an answer takes no second', faults.length === 0 ? undefined : faults.join('\n'))
  const total = [...bench.statuses.values()].reduce((sum, count) => sum + count, 0)
  const shares = [...bench.statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
  const seconds = Math.round((performance.now() - begun) / 1000)
  print(`${total} requests to ${operations.length} operations in ${seconds} s: ${shares.join(', ')}`)
}

/** Asks once more for what took long, with an id of its own. @returns what was slow each time */
async function slowAgain({ exchange, owner }: Bench, slow: readonly Sent[]): Promise<string[]> {
  const faults: string[] = []
  for (const sent of slow) {
    let quickest = Infinity
    for (let attempt = 0; attempt < CALM_TRIES; attempt++) {
      await owner.query('delete from rate_bucket')
      const fresh = 'Idempotency-Key' in sent.headers ? { 'Idempotency-Key': randomUUID() } : {}
      const { milliseconds } = await send(exchange, { ...sent, headers: { ...sent.headers, ...fresh } })
      quickest = Math.min(quickest, milliseconds)
    }
    if (quickest > SLOW_MILLISECONDS)
      faults.push(`${Math.round(quickest)} ms at best: ${asCurl(exchange.origin, sent)}`)
  }
  return faults
}

function note(name: string, fault: string | undefined): void {
  if (fault === undefined) tally.passed++
  else {
    tally.failed++
    print(`\n✗ ${name}\n${fault}`)
  }
}

/** Everybody reads the lists, so that ids of real things are known. */
async function readAround({ exchange, world }: Bench, operations: readonly Operation[]): Promise<void> {
  for (const { path } of operations.filter((operation) => READ_FIRST.includes(operation.name))) {
    for (const caller of world.callers) {
      const headers: Record<string, string> =
        caller.authorization === null ? {} : { authorization: caller.authorization }
      const answer = await send(exchange, { method: 'GET', path: `${path}?limit=100`, headers, body: undefined })
      if (answer.status === 200) learn(world, path, caller, answer.json)
    }
  }
}

async function fuzzOperation(bench: Bench, operation: Operation): Promise<void> {
  const { world, exchange } = bench
  if (isAct(operation.name)) await survey(world)
  const atFirst = fittingFor(world, operation.name).length
  let done = 0
  let succeeded = 0
  if (await succeedsSurely(bench, operation)) succeeded++
  const property = fc.asyncProperty(drawArbitrary(operation), async (draw) => {
    if (done++ % CASES_PER_BUDGET === 0) await bench.owner.query('delete from rate_bucket')
    // Half of the orders are left for the operations to come.
    const fitting = operation.method === 'GET' || succeeded < atFirst / 2 ? fittingFor(world, operation.name) : []
    const request = requestOf(world, operation, draw, fitting)
    const answer = await sendAs(bench, operation, request)
    if (answer.status >= 500) await sleep(LOG_MILLISECONDS)
    bench.statuses.set(answer.status, (bench.statuses.get(answer.status) ?? 0) + 1)
    if (answer.status < 400) succeeded++
    const faults = [
      ...faultsOf(exchange, answer, operation, request),
      ...(await judge({ exchange, world }, operation, request, answer, draw)),
    ]
    if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${asCurl(exchange.origin, request)}`)
  })
  const details = await fc.check(property, {
    seed: bench.seed,
    numRuns: bench.cases,
    interruptAfterTimeLimit: operationSeconds * 1000,
    markInterruptAsFailure: false,
  })
  const fault = details.failed
    ? `seed ${bench.seed}, after ${details.numRuns} cases and ${details.numShrinks} shrinks: ${(details.errorInstance as Error)?.message}`
    : undefined
  if (succeeded === 0) bench.neverDone.push(operation.name)
  note(operation.name, fault)
}

/** Sends the request that must succeed, where one is made for the operation. @returns whether it did */
async function succeedsSurely(bench: Bench, operation: Operation): Promise<boolean> {
  const { exchange, world } = bench
  const name = `${operation.name}, which must succeed`
  try {
    const sure = await sureRequest(bench, operation.name)
    if (sure === undefined) return false
    const answer = await send(exchange, sure)
    const faults = faultsOf(exchange, answer, operation, sure)
    if (answer.status >= 400) faults.push(`${answer.status} ${answer.text}`)
    else learn(world, sure.path, sure.caller, answer.json)
    note(name, faults.length === 0 ? undefined : faults.join('\n'))
    return answer.status < 400
  } catch (error) {
    note(name, String(error))
    return false
  }
}

/** Signs out of a session of its own, so that the callers keep theirs. */
async function sendAs({ exchange, owner }: Bench, operation: Operation, request: Request): Promise<Answer> {
  const token = request.headers['authorization']?.split(' ')[1]
  if (operation.name !== 'logout' || token === undefined) return send(exchange, request)
  const copy = newSessionToken(YANQING)
  await owner.query(
    `insert into session (district_id, token_hash, person_id, kind, expires_at)
     select district_id, $1, person_id, kind, expires_at from session where token_hash = $2`,
    [copy.hash, hashToken(token)],
  )
  return send(exchange, { ...request, headers: { ...request.headers, authorization: `Bearer ${copy.token}` } })
}

/** What must hold when everything was tried. */
async function checkAfterwards({ exchange }: Bench, running: ServerProcess): Promise<void> {
  const live = await fetch(`${exchange.origin}/livez`).then(
    (response) => response.ok,
    () => false,
  )
  note('the server lives', live && isRunning(running) ? undefined : 'It does not answer /livez any more.')
  // Asked of the database, because by now the auditor may have been dismissed.
  const db = openDb(postgres.url, openKeyring({ kek }), { poolMax: 2 })
  const ledger = await inDistrict(db, YANQING, (tx) => verifyLedger(tx))
  note('the ledger holds', ledger.sum === 0 && ledger.faults.length === 0 ? undefined : JSON.stringify(ledger))
  const audit = await inDistrict(db, YANQING, (tx) => verifyAuditIn(tx))
  note('the audit chain holds', audit.faults.length === 0 ? undefined : JSON.stringify(audit))
  await db.close()
  const errors = exchange.lines.filter((line) => line.level === 'error' || line.level === 'fatal')
  note(
    'the log has no error',
    errors.length === 0
      ? undefined
      : errors
          .slice(0, 5)
          .map((line) => line.text)
          .join('\n'),
  )
}
