// PostgreSQL processes that a killed predecessor left behind: finding and ending them.
import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from './postgres-home.ts'

const FAST_SHUTDOWN_MILLISECONDS_MAX = 20_000
const IMMEDIATE_SHUTDOWN_MILLISECONDS_MAX = 8_000
const POLL_MILLISECONDS = 50

/**
 * Ends the server that runs on a cluster though its supervisor was killed: in order first, at once if that takes too
 * long. Does nothing when none runs. Throws when it cannot be ended.
 */
export async function stopLeftoverPostmaster(cluster: string, log: Log): Promise<void> {
  const pid = readPostmasterPid(cluster)
  if (pid === undefined || !runsOn(pid, cluster)) return
  log('stopping the PostgreSQL of a process that was killed', { pid })
  for (const [signal, milliseconds] of [
    ['SIGINT', FAST_SHUTDOWN_MILLISECONDS_MAX],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MILLISECONDS_MAX],
  ] as const) {
    if (isAlive(pid)) process.kill(pid, signal)
    const deadline = Date.now() + milliseconds
    while (Date.now() < deadline) {
      // A zombie that nobody reaps keeps its pid but not its cluster; PostgreSQL's own check then has the last word.
      if (!isAlive(pid) || !runsOn(pid, cluster)) return
      await sleep(POLL_MILLISECONDS)
    }
  }
  throw new Error(`PostgreSQL process ${pid} on ${cluster} cannot be stopped; end it by hand and start again.`)
}

/**
 * Ends the sessions that outlive a killed server. One that is busy does not notice the death of its server before its
 * statement is over, and holds the shared memory until then. Needs /proc; elsewhere they are waited for.
 */
export function endOrphanBackends(cluster: string): void {
  const postmaster = readPostmasterPid(cluster)
  if (!existsSync('/proc/self/cwd') || (postmaster !== undefined && runsOn(postmaster, cluster))) return
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || !runsOn(pid, cluster)) continue
    try {
      process.kill(pid, 'SIGQUIT')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function readPostmasterPid(cluster: string): number | undefined {
  const path = join(cluster, 'postmaster.pid')
  if (!existsSync(path)) return undefined
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0])
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

/** Only ESRCH says that a process is gone; no permission to signal it says that it lives. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Whether a process is a PostgreSQL of this cluster: each works in its data folder. A pid alone may be used again. */
function runsOn(pid: number, cluster: string): boolean {
  if (process.platform === 'linux') {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) &&
        readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
      )
    } catch {
      return false
    }
  }
  if (!isAlive(pid)) return false
  if (process.platform === 'win32') return true
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(cluster)
}
