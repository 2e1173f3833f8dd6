// The supervisor of the PostgreSQL server that comes with the platform.
//
// Life of a start: lock the data folder → stop what a killed predecessor left running → initdb if there is no cluster
// → launch, again and again for LAUNCH_MILLISECONDS_MAX → create the database → watch. A server that dies is launched
// again until stop() is called. The lock file postmaster.pid is PostgreSQL's own and is never removed: it is what
// keeps two servers off the same files.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import {
  canServerEnter,
  commandIn,
  handOver,
  preparePostgresHome,
  type Log,
  type PostgresHome,
} from './postgres-home.ts'
import { endOrphanBackends, stopLeftoverPostmaster } from './postgres-processes.ts'
import { holdProcessLock } from './process-lock.js'

export interface EmbeddedPostgres {
  /** Connection string of the owner, who is also the server's superuser, to the database `huiyin`. */
  readonly url: string
  /** Ends connections and the server; every later call returns the first one's promise. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string
  readonly log: Log
  /** Server settings by their PostgreSQL names; they win over our defaults. */
  readonly settings?: Readonly<Record<string, string>>
  /** `false` does as if the kernel had no user namespaces; see postgres-home.ts. */
  readonly userNamespaces?: boolean
  /** Variables of the server's environment, which has none of ours; tests give it another clock. */
  readonly environment?: Readonly<Record<string, string>>
}

const MAJOR_VERSION = '18'
const SUPERUSER = 'huiyin'
const DATABASE = 'huiyin'

const LOCK_MILLISECONDS_MAX = 2_000
const LAUNCH_MILLISECONDS_MAX = 30_000
const PREDECESSOR_IN_THE_WAY = /lock file .* already exists|pre-existing shared memory block/
const LAUNCH_PAUSE_MILLISECONDS = 250
const RELAUNCH_PAUSE_MILLISECONDS = 5_000
const READY_POLL_MILLISECONDS = 40
const CONNECT_MILLISECONDS_MAX = 5_000
// Recovery after a crash replays at most max_wal_size of log, which takes seconds; this bound only ends a hang.
const RECOVERY_MILLISECONDS_MAX = 600_000
const FAST_SHUTDOWN_MILLISECONDS_MAX = 20_000
const IMMEDIATE_SHUTDOWN_MILLISECONDS_MAX = 8_000
const LOG_BYTES_MAX = 16 * 1024 * 1024
const LOG_TAIL_BYTES = 2_000
const SOCKET_PORT = 5432
// sun_path holds 108 bytes on Linux and 104 on macOS, the last of them a zero.
const SOCKET_PATH_BYTES_MAX = 103

// For a machine with 2 cores where Node lives too: few processes, little memory of their own, everything durable.
const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '60',
  superuser_reserved_connections: '3',
  // A sheet of five hundred people takes two locks of each person; several are entered at once.
  max_locks_per_transaction: '256',
  max_wal_size: '512MB',
  // A standby's connection copies the log, a second one makes a backup.
  max_wal_senders: '4',
  // Log that is kept for the archive while nobody reads it; past this the archive begins anew and the server goes on.
  max_slot_wal_keep_size: '2GB',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '2',
  // Background readers are for storage that is slow to answer; here they would be three idle processes.
  io_method: 'sync',
  jit: 'off',
  random_page_cost: '1.1',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The application reports its own failed statements. The level "log" leaves them out here, and terse leaves out the
  // detail lines, because both may quote a resident's data.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

interface Endpoint {
  readonly settings: Readonly<Record<string, string>>
  readonly host: string
  readonly port: number
  /** A folder made for the socket alone, to be removed at the end. */
  readonly temporaryFolder: string | undefined
}

interface Supervised {
  readonly home: PostgresHome
  readonly cluster: string
  readonly log: Log
  readonly settings: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  readonly maintenanceUrl: string
  child: ChildProcess | undefined
  stopping: boolean
  relaunch: Promise<void> | undefined
}

/**
 * Starts PostgreSQL on `dataDir`, made on first use. Throws when another process runs on that folder, when the cluster
 * is of another major version, or when the server cannot be started within 30 seconds; nothing is left running then.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const dataDir = resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true })
  const locks = [await lockFolder(dataDir)]
  let endpoint: Endpoint | undefined
  let server: Supervised | undefined
  // The last resort of a program that exits without stop(): the server still ends in order, only nobody waits for it.
  const onProcessExit = (): void => void server?.child?.kill('SIGINT')
  const release = async (): Promise<void> => {
    if (server !== undefined) await shutDown(server)
    process.off('exit', onProcessExit)
    if (endpoint?.temporaryFolder !== undefined) await rm(endpoint.temporaryFolder, { recursive: true, force: true })
    for (const lock of locks) lock.release()
  }
  try {
    await stopLeftoverPostmaster(join(dataDir, 'cluster'), log)
    const home = await preparePostgresHome(dataDir, log, { userNamespaces: options.userNamespaces ?? true })
    const cluster = join(home.folder, 'cluster')
    if (home.folder !== dataDir) {
      locks.push(await lockFolder(home.folder))
      await stopLeftoverPostmaster(cluster, log)
    }
    const password = await readOrMakePassword(home)
    await createClusterIfMissing(home, cluster, options.settings?.['fsync'] === 'off', log)
    endpoint = await chooseEndpoint(home)
    const settings = { ...DEFAULT_SETTINGS, ...options.settings, ...endpoint.settings }
    const urlOf = urlMaker(endpoint, password)
    const supervised: Supervised = {
      home,
      cluster,
      log,
      settings,
      environment: options.environment ?? {},
      maintenanceUrl: urlOf('postgres'),
      child: undefined,
      stopping: false,
      relaunch: undefined,
    }
    server = supervised
    process.once('exit', onProcessExit)
    await launch(supervised)
    await prepareDatabase(urlOf('postgres'), urlOf(DATABASE))
    let stopped: Promise<void> | undefined
    return { url: urlOf(DATABASE), stop: () => (stopped ??= release()) }
  } catch (error) {
    await release()
    throw error
  }
}

/**
 * Throws unless the database finds Chinese text by parts. Under LC_CTYPE=C the extension pg_trgm takes no Chinese
 * character for a letter, and a search would silently find nothing. Creates the extension if it is missing.
 */
export async function assertChineseTrigrams(client: {
  query(text: string): Promise<{ rows: readonly { works?: unknown }[] }>
}): Promise<void> {
  await client.query('create extension if not exists pg_trgm')
  // The escapes spell the name of Yanqing District.
  const { rows } = await client.query(`select cardinality(show_trgm(U&'\\5EF6\\5E86\\533A')) > 0 as works`)
  if (rows[0]?.works === true) return
  throw new Error(
    'This database cannot search Chinese text: show_trgm returns nothing for it. Create the cluster with ' +
      '"initdb -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=zh-Hans-CN", or the database with ' +
      "\"create database … encoding 'UTF8' lc_ctype 'C.UTF-8' template template0\".",
  )
}

async function lockFolder(folder: string): Promise<{ release(): void }> {
  try {
    return await holdProcessLock(join(folder, 'supervisor.lock'), { waitMilliseconds: LOCK_MILLISECONDS_MAX })
  } catch (cause) {
    throw new Error(`Another process is running PostgreSQL in ${folder}.`, { cause })
  }
}

async function readOrMakePassword(home: PostgresHome): Promise<string> {
  const path = join(home.folder, 'password')
  if (!existsSync(path)) {
    if (existsSync(join(home.folder, 'cluster')))
      throw new Error(`${path} is missing; restore it to open the database.`)
    await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
  }
  await handOver(path, home.owner)
  return (await readFile(path, 'utf8')).trim()
}

async function createClusterIfMissing(home: PostgresHome, cluster: string, quick: boolean, log: Log): Promise<void> {
  if (existsSync(cluster)) {
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
    if (version === MAJOR_VERSION) return
    throw new Error(`${cluster} belongs to PostgreSQL ${version}; this program brings ${MAJOR_VERSION}.`)
  }
  // A rename at the end, so that an initdb cut short never passes for a cluster.
  const unfinished = `${cluster}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await handOver(unfinished, home.owner)
  const locale = ['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=zh-Hans-CN']
  const access = ['-U', SUPERUSER, `--pwfile=${join(home.folder, 'password')}`, '-A', 'scram-sha-256']
  const haste = quick ? ['--no-sync'] : []
  const command = commandIn(home, 'initdb', ['-D', unfinished, '--no-instructions', ...locale, ...access, ...haste])
  const child = spawn(command.file, command.args, {
    ...spawnOptions(command.identity),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed with code ${code}: ${output.trim()}`)
  await rename(unfinished, cluster)
  log('made a PostgreSQL cluster', { cluster, mode: home.mode })
}

async function chooseEndpoint(home: PostgresHome): Promise<Endpoint> {
  if (process.platform === 'win32') {
    // Node cannot open Unix sockets on Windows, so the server listens on loopback, where only the password guards it.
    const port = await freeLoopbackPort()
    const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' }
    return { settings, host: '127.0.0.1', port, temporaryFolder: undefined }
  }
  const { folder, temporaryFolder } = await makeSocketFolder(home)
  const settings = { listen_addresses: '', port: String(SOCKET_PORT), unix_socket_directories: folder }
  return { settings, host: folder, port: SOCKET_PORT, temporaryFolder }
}

async function makeSocketFolder(home: PostgresHome): Promise<{ folder: string; temporaryFolder: string | undefined }> {
  const besideCluster = join(home.folder, 'run')
  if (fitsSocket(besideCluster)) {
    await mkdir(besideCluster, { recursive: true })
    await protectFolder(besideCluster, home)
    return { folder: besideCluster, temporaryFolder: undefined }
  }
  for (const parent of [tmpdir(), '/tmp']) {
    const folder = join(parent, `huiyin-${randomBytes(6).toString('hex')}`)
    if (!fitsSocket(folder) || !canServerEnter(home, parent)) continue
    await mkdir(folder, { mode: 0o700 })
    await protectFolder(folder, home)
    return { folder, temporaryFolder: folder }
  }
  throw new Error(`No folder for a Unix socket: ${besideCluster} is too long, and so is ${tmpdir()}.`)
}

function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_BYTES_MAX
}

async function protectFolder(folder: string, home: PostgresHome): Promise<void> {
  if (home.owner !== undefined) await chown(folder, home.owner.uid, home.owner.gid)
  await chmod(folder, 0o700)
}

async function freeLoopbackPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function urlMaker(endpoint: Endpoint, password: string): (database: string) => string {
  return (database) => embeddedUrl(endpoint, password, database)
}

/** Connection string of the owner to an embedded server; `host` may be the folder of its socket. */
export function embeddedUrl(
  { host, port }: { readonly host: string; readonly port: number },
  password: string,
  database = DATABASE,
): string {
  return `postgresql://${SUPERUSER}:${password}@${encodeURIComponent(host)}:${port}/${database}`
}

/**
 * Launches until the server answers. Right after a hard kill it refuses for a while, because the killed process is
 * not reaped yet or its backends still hold the shared memory; any other refusal is thrown at once.
 */
async function launch(server: Supervised): Promise<void> {
  const deadline = Date.now() + LAUNCH_MILLISECONDS_MAX
  while (!server.stopping) {
    const ended = await launchOnce(server)
    if (ended === undefined || server.stopping) return
    if (Date.now() >= deadline || !PREDECESSOR_IN_THE_WAY.test(ended)) {
      throw new Error(`PostgreSQL did not start: ${ended}`)
    }
    await sleep(LAUNCH_PAUSE_MILLISECONDS)
    endOrphanBackends(server.cluster)
  }
}

/** Returns undefined once the server answers, or the end of its log if it ended before. */
async function launchOnce(server: Supervised): Promise<string | undefined> {
  const settings = Object.entries(server.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = commandIn(server.home, 'postgres', ['-D', server.cluster, ...settings])
  const logFile = await openLog(join(server.home.folder, 'postgres.log'))
  // A session of its own: Ctrl-C in a terminal must reach us alone, and we end the server in order.
  const usual = spawnOptions(command.identity)
  const child = spawn(command.file, command.args, {
    ...usual,
    env: { ...usual.env, ...server.environment },
    detached: process.platform !== 'win32',
    stdio: ['ignore', logFile.handle.fd, logFile.handle.fd],
  })
  let failure: unknown
  child.on('error', (error) => (failure = error))
  const exited = once(child, 'exit').catch(() => undefined)
  await logFile.handle.close()
  server.child = child
  if ((await answers(child, server.maintenanceUrl)) && isRunning(child)) {
    child.once('exit', (code, signal) => onServerExit(server, code, signal))
    return undefined
  }
  await exited
  server.child = undefined
  return failure instanceof Error ? failure.message : await readLogTail(logFile.path, logFile.start)
}

function onServerExit(server: Supervised, code: number | null, signal: NodeJS.Signals | null): void {
  server.child = undefined
  if (server.stopping) return
  server.log('PostgreSQL ended by itself; starting it again', { code, signal })
  server.relaunch = relaunch(server)
}

async function relaunch(server: Supervised): Promise<void> {
  while (!server.stopping) {
    try {
      await launch(server)
      if (!server.stopping) server.log('PostgreSQL is back')
      return
    } catch (error) {
      server.log('PostgreSQL does not start; trying again', { error })
      await sleep(RELAUNCH_PAUSE_MILLISECONDS)
    }
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

/** Waits until the server takes a connection (true) or ends (false). */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + RECOVERY_MILLISECONDS_MAX
  while (isRunning(child)) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return true
    } catch (error) {
      const { code } = error as { code?: string }
      // 57P03: starting up, or recovering after a crash. A class 28 error is the one that waiting cannot cure.
      if (code?.startsWith('28') === true || Date.now() >= deadline) {
        child.kill('SIGQUIT')
        throw error
      }
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(READY_POLL_MILLISECONDS)
  }
  return false
}

async function openLog(path: string): Promise<{
  path: string
  start: number
  handle: Awaited<ReturnType<typeof open>>
}> {
  const size = existsSync(path) ? (await stat(path)).size : 0
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`)
  return { path, start: size > LOG_BYTES_MAX ? 0 : size, handle: await open(path, 'a', 0o600) }
}

async function readLogTail(path: string, start: number): Promise<string> {
  const written = (await readFile(path)).subarray(start)
  return written.subarray(-LOG_TAIL_BYTES).toString().trim()
}

async function prepareDatabase(maintenanceUrl: string, url: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  })
  await withClient(url, assertChineseTrigrams)
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}

async function shutDown(server: Supervised): Promise<void> {
  server.stopping = true
  // Twice: a relaunch under way ends only with its child, and may start one last child before it sees the flag.
  await endChild(server)
  await server.relaunch
  await endChild(server)
}

async function endChild(server: Supervised): Promise<void> {
  const child = server.child
  if (child === undefined || !isRunning(child)) return
  const exited = once(child, 'exit')
  await askToStop(server, child)
  if (await within(exited, FAST_SHUTDOWN_MILLISECONDS_MAX)) return
  server.log('PostgreSQL does not end in order; ending it at once')
  child.kill('SIGQUIT')
  if (await within(exited, IMMEDIATE_SHUTDOWN_MILLISECONDS_MAX)) return
  child.kill('SIGKILL')
  await exited
}

/** Asks for the fast shutdown: sessions are cut, what they committed is kept. */
async function askToStop(server: Supervised, child: ChildProcess): Promise<void> {
  if (process.platform !== 'win32') {
    child.kill('SIGINT')
    return
  }
  // Windows has no signals; pg_ctl speaks to the server through a pipe.
  const command = commandIn(server.home, 'pg_ctl', ['-D', server.cluster, '-m', 'fast', '--no-wait', 'stop'])
  await once(spawn(command.file, command.args, { stdio: 'ignore', windowsHide: true }), 'close')
}

async function within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timeout = new AbortController()
  const first = await Promise.race([
    event.then(() => true),
    sleep(milliseconds, false, { signal: timeout.signal }).catch(() => false),
  ])
  timeout.abort()
  return first
}

function spawnOptions(identity: { uid: number; gid: number } | undefined): {
  cwd: string
  env: NodeJS.ProcessEnv
  windowsHide: boolean
  uid?: number
  gid?: number
} {
  // The server inherits no secrets of ours, and a home that its identity cannot enter would only confuse it.
  const env = { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], LANG: 'C.UTF-8' }
  return { cwd: process.platform === 'win32' ? process.cwd() : '/', env, windowsHide: true, ...identity }
}
