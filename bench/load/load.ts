// The generators of load, each a process of its own: wrk for requests, pgbench for the same SQL without us.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPgbench, findWrk } from './programs.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('./load.lua', import.meta.url))
const GRACE_SECONDS = 30
const OUTPUT_BYTES_MAX = 10_000_000

export type Mode = 'place' | 'list' | 'noop' | 'take-in' | 'bare' | 'check-in'

export interface Figures {
  readonly perSecond: number
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Writes down what the Lua script reads: tokens, bodies, paths, by the names it uses. */
export async function writeLuaData(
  path: string,
  data: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  const entries = Object.entries(data).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? luaText(value) : luaList(value)}`,
  )
  await writeFile(path, `return { ${entries.join(', ')} }`)
}

function luaList(texts: readonly string[]): string {
  return `{${texts.map(luaText).join(',')}}`
}

function luaText(text: string): string {
  return `[==[${text}]==]`
}

/** Requests as fast as they are answered; an answer that is not 2xx ends the bench. */
export async function runWrk(load: {
  origin: string
  dataFile: string
  mode: Mode
  connections: number
  seconds: number
  /** Where the script begins to count. */
  from: number
}): Promise<Figures> {
  const wrk = findWrk()!
  const args = [
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '--timeout',
    '20s',
    '--latency',
    '-s',
    SCRIPT,
    load.origin,
    '--',
  ]
  const { stdout } = await run(wrk, [...args, load.dataFile, load.mode, String(load.from)], {
    timeout: (load.seconds + GRACE_SECONDS) * 1000,
    maxBuffer: OUTPUT_BYTES_MAX,
  })
  const line = /^FIGURES (.*)$/mu.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`wrk said:\n${stdout}`)
  const found = JSON.parse(line) as Record<'requests' | 'microseconds' | 'refused' | 'broken' | 'p50' | 'p99', number>
  if (found.refused + found.broken > 0) {
    throw new Error(`${load.mode}: ${found.refused} requests were refused and ${found.broken} broken:\n${stdout}`)
  }
  return {
    perSecond: found.requests / (found.microseconds / 1e6),
    requests: found.requests,
    p50Ms: found.p50 / 1000,
    p99Ms: found.p99 / 1000,
  }
}

/** The given scripts of SQL as fast as PostgreSQL answers, prepared, as the application's role. @returns transactions a second */
export async function runPgbench(load: {
  databaseUrl: string
  /** Run by turns. */
  files: readonly string[]
  clients: number
  seconds: number
  /** Variables of pgbench that the scripts count on, with what they begin at. */
  define?: Readonly<Record<string, number>>
}): Promise<number> {
  const url = new URL(load.databaseUrl)
  const env = {
    ...process.env,
    PGHOST: decodeURIComponent(url.hostname),
    PGPORT: url.port,
    PGUSER: url.username,
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: url.pathname.slice(1),
    // A connection of ours lives long and has its general plans; one of pgbench gets them at once instead of at the sixth time.
    PGOPTIONS: '-c role=huiyin_app -c timezone=UTC -c plan_cache_mode=force_generic_plan',
  }
  const args = [
    '-n',
    '-M',
    'prepared',
    ...load.files.flatMap((file) => ['-f', file]),
    ...Object.entries(load.define ?? {}).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
    '-c',
    String(load.clients),
    '-j',
    '1',
    '-T',
    String(load.seconds),
  ]
  const { stdout, stderr } = await run(findPgbench()!, args, {
    env,
    timeout: (load.seconds + GRACE_SECONDS) * 1000,
    maxBuffer: OUTPUT_BYTES_MAX,
  })
  const tps = /^tps = ([\d.]+)/mu.exec(stdout)?.[1]
  const failed = /number of failed transactions: (\d+)/u.exec(stdout)?.[1] ?? '0'
  if (tps === undefined || failed !== '0' || /aborted/u.test(stderr))
    throw new Error(`pgbench said:\n${stdout}\n${stderr}`)
  return Number(tps)
}
