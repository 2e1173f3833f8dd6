// A real server with the demonstration district, for journeys in a browser. Test files that run one after another in the
// same worker share it; files of another worker have their own, so that moving its clock disturbs nobody.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WEB_SOURCES = ['web', 'contract', 'i18n']
const BUILT = ['dist/resident/client/.vite/manifest.json', 'dist/resident/server/pages.js', 'dist/staff/index.html']
const START_SECONDS_MAX = 120
const STOP_SECONDS_MAX = 30
const POLL_MILLISECONDS = 100

export interface LiveServer {
  readonly origin: string
  /** Where journeys of this server keep what the next file may use again, such as sessions. */
  readonly dir: string
}

interface Running extends LiveServer {
  readonly pid: number
}

/** The folder of one run's servers, made by the global set-up, and what ends them all. */
export async function openLiveServers(): Promise<{ dir: string; close: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'huiyin-live-'))
  return {
    dir,
    async close() {
      const names = await readdir(dir)
      await Promise.all(names.filter((name) => name.startsWith('worker-')).map((name) => endServer(join(dir, name))))
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: POLL_MILLISECONDS })
    },
  }
}

/**
 * The server of this worker; started, with the web built if its sources are newer, when it is asked for first. A running
 * demonstration can be given by HUIYIN_TEST_SERVER instead.
 * @param runDir the folder of `openLiveServers`
 * @throws Error with the server's log when it does not become ready
 */
export async function liveServer(runDir: string): Promise<LiveServer> {
  const dir = join(runDir, `worker-${process.env['VITEST_POOL_ID'] ?? '0'}`)
  const noted = join(dir, 'server.json')
  if (existsSync(noted)) return JSON.parse(await readFile(noted, 'utf8')) as Running
  await mkdir(dir, { recursive: true })
  const given = process.env['HUIYIN_TEST_SERVER']
  if (given !== undefined && given !== '') return { origin: given, dir }
  await buildWebOnce(runDir)
  const port = await freePort()
  const logFile = openSync(join(dir, 'log'), 'a')
  const child = spawn(process.execPath, ['server/main.ts', '--demo-clock'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', logFile, logFile],
    env: { PATH: process.env['PATH'], HUIYIN_DATA: join(dir, 'data'), PORT: String(port), HUIYIN_LOG_LEVEL: 'warn' },
  })
  closeSync(logFile)
  const running: Running = { origin: `http://localhost:${port}`, dir, pid: child.pid ?? 0 }
  // Noted before it is ready, so that it is ended also when it never becomes so.
  writeFileSync(join(dir, 'pid'), String(running.pid))
  await untilReady(child, running)
  child.unref()
  writeFileSync(noted, JSON.stringify(running))
  return running
}

async function untilReady(child: ChildProcess, { origin, dir }: LiveServer): Promise<void> {
  const deadline = performance.now() + START_SECONDS_MAX * 1000
  for (;;) {
    const ready = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (ready?.ok === true) return
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`the server did not become ready:\n${readFileSync(join(dir, 'log'), 'utf8')}`)
    await pause()
  }
}

async function endServer(dir: string): Promise<void> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => '0'))
  if (pid === 0 || !isAlive(pid)) return
  process.kill(pid, 'SIGTERM')
  const deadline = performance.now() + STOP_SECONDS_MAX * 1000
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new Error(`the server ${pid} did not stop within ${STOP_SECONDS_MAX} s`)
    await pause()
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Builds the web if it is missing or older than its sources; of several workers one builds and the others wait. */
async function buildWebOnce(runDir: string): Promise<void> {
  const done = join(runDir, 'web-built')
  try {
    await mkdir(join(runDir, 'web-lock'))
  } catch {
    const deadline = performance.now() + START_SECONDS_MAX * 1000
    while (!existsSync(done)) {
      if (performance.now() > deadline) throw new Error('another worker did not finish to build the web')
      await pause()
    }
    return
  }
  if (isStale()) await promisify(execFile)(process.execPath, ['scripts/build-web.ts'], { cwd: ROOT })
  writeFileSync(done, '')
}

function isStale(): boolean {
  const built = BUILT.map((path) => join(ROOT, path))
  if (!built.every((path) => existsSync(path))) return true
  const builtAt = Math.min(...built.map((path) => statSync(path).mtimeMs))
  return WEB_SOURCES.some((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).some(
      (entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtAt,
    ),
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
}
