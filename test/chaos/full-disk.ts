/** R3: the disk with the database and the uploads is full, and then it is not. */
import { execFileSync } from 'node:child_process'
import { Agent } from 'node:http'
import { mkdtempSync, readFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { resolveUnknown, startLoad, startReaders } from './clients.ts'
import type { Context } from './context.ts'
import { attempt, type Attempt, type Entry, faultOfOutage, type Journal, openJournal } from './journal.ts'
import { place } from './life.ts'
import { asOwner, homeOf, isReady, openStage, reasonOf, type Stage, untilReadyAgain } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const DISK_MEGABYTES = 420
const CLIENTS = 6
const CALM_MILLISECONDS = 2_000
const FULL_SECONDS = 9
/** More segments of the log than PostgreSQL keeps ready: the one it has to make finds no room, and it ends itself. */
const SEGMENTS_MAX = 64
const UNREADY_SECONDS_MAX = 5
const RECOVERED_SECONDS_MAX = 15
const POLL_MILLISECONDS = 50
const REASONS_MAX = 5
/** Long enough to be seen gone by those who read and write. */
const GONE_MILLISECONDS = 3_000
const CHUNKS_BYTES = [4 * 1024 * 1024, 64 * 1024, 4096, 1]
/** What PostgreSQL's own log says when it is gone for a while. */
const DIED = /PANIC|terminated by signal|not yet accepting connections|shutting down|could not write lock file/u

interface Seen {
  readonly result: Attempt
  readonly what: string
}

/** Nothing to find, with the reason printed, where a disk cannot be mounted. */
export async function fillDisk({ random, print, atEnd }: Context, cycles: number): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'huiyin-disk-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m,mode=0755`, 'tmpfs', folder], {
      stdio: 'pipe',
    })
  } catch (error) {
    print(`full-disk: not played, because no disk can be mounted here: ${String(error).split('\n').at(-2) ?? ''}`)
    return {}
  }
  atEnd(async () => void execFileSync('umount', ['--lazy', folder]))
  const stage = await openStage({ folder })
  atEnd(() => stage.close())
  const journal = openJournal()
  const writes: Seen[] = []
  const reads: Seen[] = []
  const told: string[] = []
  const faults: string[] = []
  const reasons = new Set<string>()
  const orderId = await anOrder(stage, journal)
  const load = startLoad(stage, journal, {
    clients: CLIENTS,
    prefix: 'disk',
    random,
    seen: (result) => {
      writes.push({ result, what: 'a write' })
      if (faultOfOutage(result) !== undefined) void reasonOf(stage, result).then((text) => reasons.add(text))
    },
  })
  const readers = startReaders(stage, orderId, (result, _, path) => void reads.push({ result, what: path }))
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      await sleep(CALM_MILLISECONDS)
      // Pages alone are refused; every second time the log itself finds no room.
      const outcome = await fillOnce(stage, journal, folder, orderId, { reads, writes }, cycle % 2 === 1)
      told.push(outcome.text)
      faults.push(...outcome.faults)
    }
    await sleep(CALM_MILLISECONDS)
  } finally {
    await Promise.all([load.stop(), readers.stop()])
  }
  const { retried, hadCommitted } = await resolveUnknown(stage, journal)
  const acknowledged = journal.entries.filter((entry) => entry.outcome === 'acknowledged').length
  print(
    `full-disk: ${cycles}, ${acknowledged} writes acknowledged, ${retried} left for one retry (${hadCommitted} had ` +
      `committed)\n  ${told.join('\n  ')}`,
  )
  for (const reason of [...reasons].slice(0, REASONS_MAX)) print(`  ${reason}`)
  return {
    ...(await verify(stage, journal.entries, 'disk')),
    'a full disk is told as one': [...writes, ...reads].flatMap(({ result, what }) => {
      const fault = faultOfOutage(result)
      return fault === undefined ? [] : [`${what}: ${fault}`]
    }),
    'it is seen, reading goes on, and it recovers': faults,
  }
}

async function anOrder(stage: Stage, journal: Journal): Promise<string> {
  const { cast } = stage
  const life = { name: 'disk-read', resident: cast.residents[0]!, cast, orderId: '', offerId: '' }
  const agent = new Agent()
  const entry = journal.write(place(life, cast.unitIds[0]!))
  await attempt(entry, stage.origin, agent)
  agent.destroy()
  return (entry.answer as { id: string }).id
}

/** Fills the disk, looks, frees it, and waits until writes are taken again. */
async function fillOnce(
  stage: Stage,
  journal: Journal,
  folder: string,
  orderId: string,
  seen: { readonly reads: Seen[]; readonly writes: Seen[] },
  useUpLog: boolean,
): Promise<{ text: string; faults: string[] }> {
  const faults: string[] = []
  const logged = postgresLog(stage).length
  const filler = join(folder, 'filler')
  await fill(filler)
  const full = performance.now()
  const [readsBefore, writesBefore] = [seen.reads.length, seen.writes.length]
  const photo = await sendPhoto(stage, journal, orderId)
  let unready: number | undefined
  while (performance.now() - full < FULL_SECONDS * 1000) {
    if (unready === undefined && !(await isReady(stage))) unready = performance.now() - full
    // What PostgreSQL gave back in the meantime is filled as well.
    await fill(filler)
    await sleep(POLL_MILLISECONDS)
  }
  if (useUpLog) await endLog(stage, filler)
  if (unready === undefined || unready > UNREADY_SECONDS_MAX * 1000)
    faults.push(`/readyz was 200 for ${Math.round(unready ?? FULL_SECONDS * 1000)} ms of a full disk`)
  const said = postgresLog(stage).slice(logged)
  const hasDied = DIED.test(said)
  if (useUpLog && !hasDied) faults.push('PostgreSQL outlived a log without room')
  const during = seen.reads.slice(readsBefore)
  const read200 = during.filter(({ result }) => result.status === 200)
  const lost = during.filter(({ result }) => result.status !== 200)
  if (!hasDied && lost.length > 0)
    faults.push(
      `PostgreSQL lived, but ${lost.length} reads got ${lost[0]!.result.status} ${lost[0]!.result.text.slice(0, 200)}`,
    )
  if (during.length === 0) faults.push('nobody read in the meantime')
  const refused = seen.writes.slice(writesBefore).filter(({ result }) => result.status >= 500 || result.status === 0)
  if (refused.length === 0 && photo.outcome !== 'unknown') faults.push('the disk was not full: every write was taken')
  await rm(filler)
  const freed = performance.now()
  await untilWritten(stage, journal)
  await untilReadyAgain(stage)
  const recovered = (performance.now() - freed) / 1000
  if (recovered > RECOVERED_SECONDS_MAX) faults.push(`writes were taken again after ${recovered.toFixed(1)} s`)
  const text =
    `${refused.length} writes refused, photo ${photo.status}, not ready after ${((unready ?? 0) / 1000).toFixed(1)} s, ` +
    `${read200.length} of ${during.length} reads answered, PostgreSQL ${hasDied ? 'died' : 'lived'}, ` +
    `whole again ${recovered.toFixed(1)} s after there was room`
  return { text, faults }
}

/** Uses up the segments of the log that are ready, until PostgreSQL is gone. */
async function endLog(stage: Stage, filler: string): Promise<void> {
  try {
    await asOwner(stage, async (client) => {
      for (let count = 0; count < SEGMENTS_MAX; count++) {
        await fill(filler)
        await client.query(`select pg_logical_emit_message(false, 'chaos', 'segment'), pg_switch_wal()`)
      }
    })
  } catch {
    // It ended itself, and this connection with it.
  }
  await sleep(GONE_MILLISECONDS)
}

/** Writes until there is no room for one more byte. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    for (const bytes of CHUNKS_BYTES) {
      const chunk = Buffer.alloc(bytes)
      for (;;) {
        try {
          const { bytesWritten } = await file.write(chunk)
          if (bytesWritten < bytes) break
        } catch (error) {
          if ((error as { code?: string }).code !== 'ENOSPC') throw error
          break
        }
      }
    }
  } finally {
    await file.close()
  }
}

/** A photo needs room in two places. It stays in the journal, to be sent again at the end. */
async function sendPhoto(stage: Stage, journal: Journal, orderId: string): Promise<Entry> {
  const image = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#b33' } })
    .png()
    .toBuffer()
  const agent = new Agent()
  const entry = journal.write({
    what: 'photo',
    life: 'disk-read',
    method: 'POST',
    path: `/api/v1/orders/${orderId}/photos`,
    authorization: stage.cast.residents[0]!,
    body: { kind: 'request', dataBase64: image.toString('base64'), publishConsent: false },
  })
  await attempt(entry, stage.origin, agent)
  agent.destroy()
  return entry
}

/** Tries a write of its own until it is acknowledged. */
async function untilWritten(stage: Stage, journal: Journal): Promise<void> {
  const agent = new Agent()
  const name = `disk-probe-${journal.entries.length}`
  const entry = journal.write({
    what: 'fund',
    life: name,
    method: 'POST',
    path: '/api/v1/ledger/fundings',
    authorization: stage.cast.points,
    body: { points: 1, reason: name },
  })
  const deadline = performance.now() + 3 * RECOVERED_SECONDS_MAX * 1000
  while (entry.outcome !== 'acknowledged' && performance.now() < deadline) {
    await attempt(entry, stage.origin, agent)
    await sleep(POLL_MILLISECONDS)
  }
  agent.destroy()
}

function postgresLog(stage: Stage): string {
  return readFileSync(join(homeOf(stage), 'postgres.log'), 'utf8')
}
