/** Measures hot reads on a loaded database: at the database as EXPLAIN ANALYZE says, and as a round trip of the application's function. */
import { mkdir, writeFile } from 'node:fs/promises'
import { YANQING } from '../../server/cli/district-plan.ts'
import { type Db, inDistrict, type Tx } from '../../server/platform/db.ts'
import { explaining, type Statement } from './explain.ts'

/** At the database, with the values known: what a read may take at most. */
export const MUST_MILLISECONDS = 50
/** Settings of PostgreSQL for loading only: nothing waits for the disk, and indexes are built in memory. */
export const LOADING = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  shared_buffers: '1GB',
}

/** A read as people wait for it, with parameters drawn from what is there. */
export interface HotRead<Sample> {
  readonly name: string
  /** @param n which call this is: another parameter each time */
  run(tx: Tx, sample: Sample, n: number, now: Date): Promise<unknown>
}

interface Spread {
  readonly p50: number
  readonly p99: number
}

export interface Figure {
  readonly read: string
  /** At the database, the values known: planning and running, in milliseconds. */
  readonly database: Spread
  /** The same with the plan for any values. */
  readonly generic: Spread
  readonly roundTrip: Spread
  /** Pages of 8 kB touched. */
  readonly pages: Spread
}

/** Measures each read and prints its line. @param how `calls` of each; with `plans` they are written beside this file */
export async function measureReads<Sample>(
  db: Db,
  reads: readonly HotRead<Sample>[],
  sample: Sample,
  how: { readonly calls: number; readonly plans: boolean },
): Promise<Figure[]> {
  const heads = ['database p50', 'p99', 'generic p50', 'p99', 'trip p50', 'p99', 'pages p50', 'p99']
  console.error(`${''.padEnd(NAME_WIDTH)}${heads.map((head) => head.padStart(13)).join('')}`)
  const figures: Figure[] = []
  for (const read of reads) {
    figures.push(await measure(db, read, sample, how))
    printFigure(figures.at(-1)!)
  }
  return figures
}

/** Says which reads take too long, if any, and makes the command fail. */
export function failIfSlow(figures: readonly Figure[]): void {
  const slow = figures.filter((figure) => figure.database.p99 >= MUST_MILLISECONDS)
  if (slow.length === 0) return
  console.error(`Over ${MUST_MILLISECONDS} ms at the database: ${slow.map((figure) => figure.read).join(', ')}`)
  process.exitCode = 1
}

const NAME_WIDTH = 42

async function measure<Sample>(
  db: Db,
  read: HotRead<Sample>,
  sample: Sample,
  { calls: count, plans }: { readonly calls: number; readonly plans: boolean },
): Promise<Figure> {
  const trips: number[] = []
  // On one connection, which plans each statement once or anew as it sees fit: as in the application.
  await inDistrict(db, YANQING, async (tx, now) => {
    for (let n = -5; n < count; n++) {
      const begun = performance.now()
      await read.run(tx, sample, Math.abs(n), now)
      if (n >= 0) trips.push(performance.now() - begun)
    }
  })
  const calls: Statement[][] = []
  await inDistrict(db, YANQING, async (tx, now) => {
    for (let n = 0; n < count; n++) {
      const seen: Statement[] = []
      await read.run(explaining(tx, seen, { analyze: true, plans: plans && n === 0 }), sample, n, now)
      calls.push(seen)
    }
  })
  if (plans) await writePlans(read, calls[0]!)
  const total = (of: (one: Statement) => number) =>
    spread(calls.map((seen) => seen.reduce((sum, one) => sum + of(one), 0)))
  return {
    read: read.name,
    database: total((one) => one.milliseconds.custom),
    generic: total((one) => one.milliseconds.generic),
    roundTrip: spread(trips),
    pages: total((one) => Math.max(one.pages.custom, one.pages.generic)),
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 100) / 100
  return { p50: at(0.5), p99: at(0.99) }
}

async function writePlans(read: { readonly name: string }, statements: readonly Statement[]): Promise<void> {
  const folder = new URL('plans/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const name = read.name.replaceAll(/[^a-z]+/gu, '-')
  const text = statements.map(({ text, plans }) => `${text.trim()}\n\n${plans.custom}\n`).join('\n')
  await writeFile(new URL(`${name}.txt`, folder), text)
}

function printFigure({ read, database, generic, roundTrip, pages }: Figure): void {
  const cells = [
    database.p50,
    database.p99,
    generic.p50,
    generic.p99,
    roundTrip.p50,
    roundTrip.p99,
    pages.p50,
    pages.p99,
  ]
  console.error(`${read.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.toFixed(2).padStart(13)).join('')}`)
}
