/** The real server as a process of its own, for tests that kill it or that must not share a process with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_SECONDS_MAX = 90
const READY_POLL_MILLISECONDS = 50
const ASK_MILLISECONDS_MAX = 5_000
const LOG_LINES_MAX = 20_000

/** One line of the server's log; `level` is missing where the line was no JSON. */
export interface LogLine {
  readonly level?: string
  readonly msg?: string
  readonly text: string
}

export interface ServerProcess {
  readonly origin: string
  readonly child: ChildProcess
  /** What it logged so far; the oldest lines are dropped. */
  readonly lines: LogLine[]
  /** How it ended; pending while it runs. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface ServerOptions {
  readonly port: number
  /** Settings of the server; of our own environment it gets only PATH and HOME. */
  readonly env: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
}

/** Starts the server and returns at once; `untilReady` waits for it. */
export function spawnServer({ port, env, flags = [] }: ServerOptions): ServerProcess {
  const child = spawn(process.execPath, ['server/main.ts', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production', PORT: String(port), ...env },
  })
  const lines: LogLine[] = []
  const read = (stream: NodeJS.ReadableStream) => {
    let rest = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const texts = (rest + chunk).split('\n')
      rest = texts.pop() ?? ''
      lines.push(...texts.filter((text) => text !== '').map(parseLine))
      if (lines.length > LOG_LINES_MAX) lines.splice(0, lines.length - LOG_LINES_MAX)
    })
  }
  read(child.stdout)
  read(child.stderr)
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  return { origin: `http://127.0.0.1:${port}`, child, lines, ended }
}

/** Waits until /readyz says yes; throws with the end of the log when the server ended before or takes too long. */
export async function untilReady(server: ServerProcess): Promise<void> {
  const deadline = Date.now() + READY_SECONDS_MAX * 1000
  while (isRunning(server) && Date.now() < deadline) {
    const ready = await fetch(`${server.origin}/readyz`, { signal: AbortSignal.timeout(ASK_MILLISECONDS_MAX) }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status === 200
      },
      () => false,
    )
    if (ready) return
    await sleep(READY_POLL_MILLISECONDS)
  }
  const tail = server.lines.slice(-20).map((line) => line.text)
  throw new Error(`The server did not become ready:\n${tail.join('\n')}`)
}

export function isRunning({ child }: ServerProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Asks the server to stop and waits for its end. */
export async function stopServer(server: ServerProcess): Promise<{ code: number | null; signal: string | null }> {
  if (isRunning(server)) server.child.kill('SIGTERM')
  return server.ended
}

/** A port of the loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function parseLine(text: string): LogLine {
  if (!text.startsWith('{')) return { text }
  try {
    const { level, msg } = JSON.parse(text) as { level?: string; msg?: string }
    return { text, ...(level !== undefined && { level }), ...(msg !== undefined && { msg }) }
  } catch {
    return { text }
  }
}
