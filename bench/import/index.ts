/**
 * npm run bench -- import [--json] [--quick]
 *
 * Lists of volunteers as a district has them, brought in through the full stack: looked at first, then made invitations of. One row in
 * a hundred is spoilt on purpose, and the file of refused rows has to name each of them with its column.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import writeXlsx from 'write-excel-file/node'
import { YANQING } from '../../server/cli/district-plan.ts'
import { readTable } from '../../server/modules/teams/import/read-table.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { reportedFaults, type VolunteerList, volunteerList } from '../../test/support/volunteer-list.ts'
import { memoryOf } from '../load/costs.ts'
import { round, type Say } from '../load/pairs.ts'
import { addPeople, asOwner, onStage, refillBudgets, type Server } from '../load/stage.ts'

/** The volunteers of the seed's year, and what the issue asks for. */
const SIZES = [21_216, 30_000]
const QUICK_SIZES = [3_000]
const FORMS = ['xlsx', 'csv'] as const
const FAULT_EVERY = 100
const SECONDS_MUST = 60
const PHONE_FROM = 13_700_000_000
const MEMORY_POLL_MILLISECONDS = 50

type Form = (typeof FORMS)[number]

interface Measured {
  readonly form: Form
  readonly rows: number
  readonly fileMb: number
  /** Choosing the file and seeing what it would do. */
  readonly previewSeconds: number
  readonly importSeconds: number
  readonly nodeIdleMb: number
  readonly nodePeakMb: number
  readonly postgresPeakMb: number
  /** While it ran, the longest that another reader waited for "who am I". */
  readonly othersWaitedMs: number
  readonly faultsPlanted: number
  readonly faultsFound: number
}

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  })
  const say: Say = (text) => void process.stderr.write(`${text}\n`)
  const imports: Measured[] = []
  let phoneFrom = PHONE_FROM
  for (const rows of values.quick ? QUICK_SIZES : SIZES)
    for (const form of FORMS) {
      // A server of its own for each, so that its memory is that of one import.
      const measured = await onStage(async (stage) => {
        say(`starting a server with the demonstration district …`)
        const server = await stage.start()
        const { dispatcherToken } = await addPeople(stage.dataDir, server.databaseUrl, 0)
        return measure(server, dispatcherToken, { rows, form, phoneFrom })
      })
      phoneFrom += rows
      imports.push(measured)
      say(describe(measured))
    }
  process.stdout.write(values.json ? `${JSON.stringify({ secondsMust: SECONDS_MUST, imports })}\n` : tableOf(imports))
  const isGood = (one: Measured) => one.importSeconds < SECONDS_MUST && one.faultsFound === one.faultsPlanted
  if (!imports.every(isGood)) process.exitCode = 1
}

async function measure(
  server: Server,
  token: string,
  { rows, form, phoneFrom }: { readonly rows: number; readonly form: Form; readonly phoneFrom: number },
): Promise<Measured> {
  await refillBudgets(server.databaseUrl)
  const places = await placesOf(server.databaseUrl)
  const list = volunteerList({ people: rows, faultEvery: FAULT_EVERY, phoneFrom, village: places.village })
  const file = await FILES[form](list)
  const body = { unitId: places.centreId, teamId: null, fileName: `list.${form}`, file: file.toString('base64') }
  const post = (path: string) => timed(() => call(server, token, path, body))
  const idle = memoryOf(server.child.pid!)
  const watching = watch(server, token)
  const preview = await post('/volunteer-imports/preview')
  const done = await post('/volunteer-imports')
  const peak = await watching.end()
  const answer = done.answer as { rowsTaken: number; faultyFile: { base64: string } }
  const refused = reportedFaults((await readTable(Buffer.from(answer.faultyFile.base64, 'base64'))).rows)
  const isNamed = ([line, columns]: readonly [number, readonly string[]]) =>
    refused.get(line)?.join() === columns.join()
  if (answer.rowsTaken !== rows - list.planted.size) throw new Error(`${answer.rowsTaken} of ${rows} rows were taken.`)
  return {
    form,
    rows,
    fileMb: round(file.length / 1024 / 1024),
    previewSeconds: round(preview.seconds),
    importSeconds: round(done.seconds),
    nodeIdleMb: Math.round(idle.nodeMb),
    nodePeakMb: Math.round(peak.nodeMb),
    postgresPeakMb: Math.round(peak.postgresMb),
    othersWaitedMs: Math.round(peak.waitedMs),
    faultsPlanted: list.planted.size,
    faultsFound: [...list.planted].filter(isNamed).length,
  }
}

const FILES: Readonly<Record<Form, (list: VolunteerList) => Promise<Buffer>>> = {
  xlsx: ({ rows }) => writeXlsx(rows.map((row) => row.map((value) => ({ type: String, value })))).toBuffer(),
  csv: async ({ rows }) => Buffer.from(`\ufeff${rows.map((row) => row.join(',')).join('\r\n')}`),
}

async function placesOf(databaseUrl: string): Promise<{ readonly centreId: string; readonly village: string }> {
  return asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ centre: string; village: string }>(
      `select (select id from unit where district_id = $1 and kind = 'centre') as centre,
              (select min(name) from (select p.name from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
                where u.district_id = $1 and u.kind = 'station' and p.valid_until is null group by p.name having count(*) = 1) n) as village`,
      [YANQING],
    )
    return { centreId: rows[0]!.centre, village: rows[0]!.village }
  })
}

async function call(server: Server, token: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${server.origin}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': newUuid7(new Date()),
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`)
  return JSON.parse(text) as unknown
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly answer: T; readonly seconds: number }> {
  const began = performance.now()
  const answer = await act()
  return { answer, seconds: (performance.now() - began) / 1000 }
}

/** Looks at the memory again and again, and asks the server something small as somebody else would. */
function watch(server: Server, token: string) {
  const peak = { nodeMb: 0, postgresMb: 0, waitedMs: 0 }
  const state = { goesOn: true }
  const look = async () => {
    while (state.goesOn) {
      const asked = await timed(() =>
        fetch(`${server.origin}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((answer) =>
          answer.arrayBuffer(),
        ),
      )
      const now = memoryOf(server.child.pid!)
      peak.nodeMb = Math.max(peak.nodeMb, now.nodeMb)
      peak.postgresMb = Math.max(peak.postgresMb, now.postgresMb)
      peak.waitedMs = Math.max(peak.waitedMs, asked.seconds * 1000)
      await sleep(MEMORY_POLL_MILLISECONDS)
    }
  }
  const looking = look()
  return {
    async end() {
      state.goesOn = false
      await looking
      return peak
    },
  }
}

function describe(one: Measured): string {
  return (
    `${one.form}, ${one.rows} rows (${one.fileMb} MB): seen in ${one.previewSeconds} s, imported in ${one.importSeconds} s, ` +
    `node at most ${one.nodePeakMb} MB (idle ${one.nodeIdleMb}), others waited up to ${one.othersWaitedMs} ms, ` +
    `${one.faultsFound} of ${one.faultsPlanted} faults named`
  )
}

function tableOf(imports: readonly Measured[]): string {
  return `${imports.map(describe).join('\n')}\n`
}
