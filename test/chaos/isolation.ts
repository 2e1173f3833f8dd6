/**
 * R10: what the transactions of `inDistrict` promise at the level they really run at, found out from outside. Writes run at
 * READ COMMITTED and take row locks before they decide; reads for a screen see one snapshot.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { type Db, inDistrict, join, openDb, sql, type Tx } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { migrate } from '../../server/platform/migrate.ts'
import type { Context } from './context.ts'
import { type Anomaly, findAnomalies, type Op, type Txn } from './isolation-check.ts'
import type { Random } from './random.ts'
import type { Findings } from './verify.ts'

const WORKERS = 8
const KEYS = 3
const OPS_MAX = 4
const CHUNK = 500
const ABORT_PERCENT = 5
const ACCOUNTS = 4
const FUNDS = 100
const SHOWN_MAX = 3
const GIVEN_UP = new Set(['40P01', '57014'])
/** Deadlocks are many here and no part of the question. */
const SETTINGS = { deadlock_timeout: '20ms', fsync: 'off' }

/** How a transaction of a workload goes about its keys. */
type Manner = 'locks first' | 'no locks' | 'on conflict'

/** What each manner must not let happen. Without locks READ COMMITTED lets a transaction read before and after another one. */
const FORBIDDEN: Readonly<Record<Manner, readonly Anomaly[]>> = {
  'locks first': ['incompatible order', 'lost append', 'G0', 'G1a', 'G1b', 'G1c', 'G-single', 'G2'],
  'no locks': ['incompatible order', 'lost append', 'G0', 'G1a', 'G1b', 'G1c'],
  'on conflict': ['incompatible order', 'lost append', 'G0', 'G1a', 'G1b', 'G1c'],
}

const TABLES = `
  create table chaos_list (key text primary key, items integer[] not null default '{}');
  create table chaos_account (name text primary key, balance integer not null);
  grant select, insert, update, delete on chaos_list, chaos_account to huiyin_app`

interface Bench {
  readonly db: Db
  readonly random: Random
  /** Counts up over the whole play, so that no value is appended twice. */
  next: number
}

export async function checkIsolation({ random, print, atEnd }: Context, transactions: number): Promise<Findings> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'huiyin-isolation-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS, log: () => undefined })
  atEnd(() => postgres.stop())
  await migrate(postgres.url)
  const owner = new Client({ connectionString: postgres.url })
  await owner.connect()
  await owner.query(TABLES)
  await owner.end()
  const db = openDb(postgres.url, openKeyring({ kek: randomBytes(32) }), { poolMax: WORKERS + 2 })
  atEnd(() => db.close())
  const bench: Bench = { db, random, next: 0 }
  const findings: Record<string, string[]> = { 'the checker finds what was planted': faultsOfChecker() }
  const told: string[] = []
  for (const manner of Object.keys(FORBIDDEN) as Manner[]) {
    const { faults, skews } = await playLists(bench, manner, transactions)
    findings[`lists, ${manner}`] = faults
    told.push(`${manner}: ${skews} read skews`)
    if (manner === 'no locks' && skews === 0 && transactions >= CHUNK)
      findings['without locks the workload does meet itself'] = ['not one read skew: too little happens at once']
  }
  const money = await playTransfers(bench, transactions)
  findings['transfers keep the sum, and a screen shows it'] = money.faults
  findings['a pair of accounts under a lock is not overdrawn'] = await playSkew(bench, transactions, true)
  const unguarded = await playSkew(bench, transactions, false)
  findings['without the lock it is overdrawn, and that is seen'] =
    unguarded.length > 0 || transactions < CHUNK ? [] : ['the planted write skew was not found']
  print(
    `isolation: ${transactions} transactions of each kind; ${told.join(', ')}; ${money.looks} looks at the sum; ` +
      `${unguarded.length} planted write skews found`,
  )
  return findings
}

/** Plays lists in chunks, each with keys of its own, and checks each chunk's history. */
async function playLists(
  bench: Bench,
  manner: Manner,
  transactions: number,
): Promise<{ faults: string[]; skews: number }> {
  const faults: string[] = []
  let skews = 0
  for (let done = 0; done < transactions; done += CHUNK) {
    const keys = Array.from({ length: KEYS }, (_, index) => `${manner} ${done} ${index}`)
    if (manner !== 'on conflict') {
      await inDistrict(bench.db, YANQING, (tx) =>
        tx.run(sql`insert into chaos_list (key) select unnest(${keys}::text[])`),
      )
    }
    const history = await liveLists(bench, manner, keys, Math.min(CHUNK, transactions - done))
    const found = findAnomalies(history)
    skews += found.get('G-single')?.length ?? 0
    for (const anomaly of FORBIDDEN[manner]) {
      const texts = found.get(anomaly) ?? []
      faults.push(...texts.slice(0, SHOWN_MAX).map((text) => `${anomaly}: ${text}`))
    }
  }
  return { faults, skews }
}

async function liveLists(bench: Bench, manner: Manner, keys: readonly string[], count: number): Promise<Txn[]> {
  const history: Txn[] = []
  let started = 0
  const work = async () => {
    while (started < count) {
      const id = `T${started++}`
      // Some only look, as screens do.
      history.push(started % 4 === 0 ? await look(bench, keys, id) : await change(bench, manner, keys, id))
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  history.push(await look(bench, keys, 'last look'))
  return history
}

class Abort extends Error {}

async function change(bench: Bench, manner: Manner, keys: readonly string[], id: string): Promise<Txn> {
  const { db, random } = bench
  const plan = Array.from({ length: 1 + random.below(OPS_MAX) }, () => ({
    key: random.pick(keys),
    appends: random.below(2) === 0,
    value: bench.next++,
  }))
  const aborts = random.below(100) < ABORT_PERCENT
  let ops: Op[] = []
  try {
    await inDistrict(db, YANQING, async (tx) => {
      // A deadlock's victim begins again.
      ops = []
      if (manner === 'locks first') {
        const mine = join([...new Set(plan.map(({ key }) => key))].toSorted().map((key) => sql`${key}`))
        await tx.rows(sql`select key from chaos_list where key in (${mine}) order by key for update`)
      }
      for (const { key, appends, value } of plan)
        ops.push(appends ? await append(tx, manner, key, value) : await list(tx, key))
      if (aborts) throw new Abort()
    })
    return { id, ops, committed: true }
  } catch (error) {
    // A deadlock's victim for the third time, or one that waited too long: no commit either.
    if (error instanceof Abort || GIVEN_UP.has((error as { code?: string }).code ?? ''))
      return { id, ops, committed: false }
    throw error
  }
}

function look({ db }: Bench, keys: readonly string[], id: string): Promise<Txn> {
  return inDistrict(
    db,
    YANQING,
    async (tx) => {
      const ops: Op[] = []
      for (const key of keys) ops.push(await list(tx, key))
      return { id, ops, committed: true }
    },
    { readOnly: true },
  )
}

async function append(tx: Tx, manner: Manner, key: string, value: number): Promise<Op> {
  if (manner === 'on conflict') {
    await tx.run(sql`
      insert into chaos_list as l (key, items) values (${key}, array[${value}::int])
      on conflict (key) do update set items = l.items || excluded.items`)
  } else await tx.run(sql`update chaos_list set items = items || ${value}::int where key = ${key}`)
  return { kind: 'append', key, value }
}

async function list(tx: Tx, key: string): Promise<Op> {
  const row = await tx.maybe<{ items: number[] }>(sql`select items from chaos_list where key = ${key}`)
  return { kind: 'read', key, list: row?.items ?? [] }
}

/** Transfers by conditional updates, as the ledger makes them, while screens add up account by account. */
async function playTransfers({ db, random }: Bench, count: number): Promise<{ faults: string[]; looks: number }> {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account ${index}`)
  await inDistrict(db, YANQING, (tx) =>
    tx.run(sql`insert into chaos_account (name, balance) select unnest(${names}::text[]), ${FUNDS}::int`),
  )
  const faults: string[] = []
  let [started, looks] = [0, 0]
  const transfer = async (tx: Tx) => {
    const [from, to] = [random.pick(names), random.pick(names)]
    const amount = 1 + random.below(FUNDS)
    // In the order of names, so that two do not wait for each other.
    await tx.rows(sql`select name from chaos_account where name in (${from}, ${to}) order by name for update`)
    const taken = await tx.run(
      sql`update chaos_account set balance = balance - ${amount}::int where name = ${from} and balance >= ${amount}::int`,
    )
    if (taken === 1) await tx.run(sql`update chaos_account set balance = balance + ${amount}::int where name = ${to}`)
  }
  const sum = async (tx: Tx) => {
    let total = 0
    for (const name of names) {
      const { balance } = await tx.one<{ balance: number }>(sql`select balance from chaos_account where name = ${name}`)
      if (balance < 0) faults.push(`${name} stood at ${balance}`)
      total += balance
    }
    return total
  }
  const work = async () => {
    while (started < count) {
      if (started++ % 3 > 0) await inDistrict(db, YANQING, transfer)
      else {
        looks++
        const total = await inDistrict(db, YANQING, sum, { readOnly: true })
        if (total !== ACCOUNTS * FUNDS) faults.push(`a screen added up to ${total}`)
      }
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  return { faults, looks }
}

/** Two accounts of which only the sum must not be negative: each withdrawal looks at both and takes from one. */
async function playSkew({ db }: Bench, count: number, hasLock: boolean): Promise<string[]> {
  const faults: string[] = []
  for (let round = 0; round < Math.ceil(count / WORKERS); round++) {
    const names = [`${hasLock} ${round} a`, `${hasLock} ${round} b`]
    await inDistrict(db, YANQING, (tx) =>
      tx.run(sql`insert into chaos_account (name, balance) select unnest(${names}::text[]), 1`),
    )
    const withdraw = (name: string) =>
      inDistrict(db, YANQING, async (tx) => {
        if (hasLock)
          await tx.rows(sql`select name from chaos_account where name = any(${names}::text[]) order by name for update`)
        const { total } = await tx.one<{ total: number }>(
          sql`select sum(balance)::int as total from chaos_account where name = any(${names}::text[])`,
        )
        if (total >= 2) await tx.run(sql`update chaos_account set balance = balance - 2 where name = ${name}`)
      })
    await Promise.all(names.map(withdraw))
    const { total } = await inDistrict(db, YANQING, (tx) =>
      tx.one<{ total: number }>(
        sql`select sum(balance)::int as total from chaos_account where name = any(${names}::text[])`,
      ),
    )
    if (total < 0) faults.push(`round ${round} ended at ${total}`)
  }
  return faults
}

/** Histories with one planted anomaly each. */
const PLANTED: Readonly<Record<string, readonly Txn[]>> = {
  'lost append': [txn('A', append1('x', 1)), txn('B', read1('x'))],
  'incompatible order': [
    txn('A', append1('x', 1), append1('x', 2)),
    txn('B', read1('x', 1, 2)),
    txn('C', read1('x', 2)),
  ],
  G0: [
    txn('A', append1('x', 1), append1('y', 1)),
    txn('B', append1('x', 2), append1('y', 2)),
    txn('C', read1('x', 1, 2), read1('y', 2, 1)),
  ],
  G1a: [{ ...txn('A', append1('x', 1)), committed: false }, txn('B', read1('x', 1))],
  G1b: [txn('A', append1('x', 1), append1('x', 2)), txn('B', read1('x', 1)), txn('C', read1('x', 1, 2))],
  G1c: [txn('A', append1('x', 1), read1('y', 2)), txn('B', append1('y', 2), read1('x', 1))],
  'G-single': [
    txn('A', append1('x', 1), append1('y', 2)),
    txn('B', read1('x'), read1('y', 2)),
    txn('C', read1('x', 1)),
  ],
  G2: [
    txn('A', read1('x'), append1('y', 1)),
    txn('B', read1('y'), append1('x', 2)),
    txn('C', read1('x', 2), read1('y', 1)),
  ],
}

function faultsOfChecker(): string[] {
  const missed = Object.entries(PLANTED)
    .filter(([anomaly, history]) => !findAnomalies(history).has(anomaly as Anomaly))
    .map(([anomaly]) => `${anomaly} was not found`)
  const serial = [
    txn('A', append1('x', 1), append1('y', 2)),
    txn('B', read1('x', 1), append1('x', 3)),
    txn('C', read1('x', 1, 3), read1('y', 2)),
  ]
  const invented = [...findAnomalies(serial).keys()].map((anomaly) => `${anomaly} was found where all was well`)
  return [...missed, ...invented]
}

function txn(id: string, ...ops: Op[]): Txn {
  return { id, ops, committed: true }
}
function append1(key: string, value: number): Op {
  return { kind: 'append', key, value }
}
function read1(key: string, ...items: number[]): Op {
  return { kind: 'read', key, list: items }
}
