// A lock between processes of one machine, kept as a file that names its holder.
//
// Plain JavaScript, with its types in process-lock.d.ts, because scripts/bootstrap.js needs it on a Node that cannot
// run TypeScript yet. A holder that was killed leaves the file behind; the next one sees that the process is gone.
import { linkSync, mkdirSync, readFileSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MILLISECONDS = 100
// The takeover of a dead holder's lock lasts microseconds; a marker older than this belongs to a killed process.
const TAKEOVER_MILLISECONDS_MAX = 10_000

/**
 * @param {number} pid
 * @returns {{ alive: boolean, startedAt: string }} `startedAt` tells two processes apart that had the same pid; it is
 *   empty where the system has no /proc. A zombie holds nothing any more and counts as gone.
 */
function inspectProcess(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code === 'ESRCH') return { alive: false, startedAt: '' }
  }
  if (process.platform !== 'linux') return { alive: true, startedAt: '' }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold spaces; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { alive: fields[0] !== 'Z' && fields[0] !== 'X', startedAt: fields[19] ?? '' }
  } catch {
    return { alive: true, startedAt: '' }
  }
}

function readHolder(path) {
  try {
    const [pid, startedAt] = readFileSync(path, 'utf8').trim().split(' ')
    return { pid: Number(pid), startedAt: startedAt ?? '' }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function holds(holder) {
  const found = inspectProcess(holder.pid)
  return found.alive && (found.startedAt === '' || holder.startedAt === '' || found.startedAt === holder.startedAt)
}

/** Removes the lock of a dead holder; only one process at a time may, or it could remove its successor's lock. */
function removeDeadHolder(path) {
  const takeover = `${path}.takeover`
  try {
    mkdirSync(takeover)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const age = Date.now() - (statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > TAKEOVER_MILLISECONDS_MAX) rmdirSync(takeover)
    return
  }
  try {
    const holder = readHolder(path)
    if (holder !== undefined && !holds(holder)) unlinkSync(path)
  } finally {
    rmdirSync(takeover)
  }
}

function tryLock(path) {
  const { startedAt } = inspectProcess(process.pid)
  const own = `${path}.${randomUUID()}`
  // A link appears together with its content, so that no reader ever meets an empty lock.
  writeFileSync(own, `${process.pid} ${startedAt}\n`, { flag: 'wx' })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(own)
  }
}

export async function holdProcessLock(path, { waitMilliseconds, onWait }) {
  const deadline = Date.now() + waitMilliseconds
  let told = false
  for (;;) {
    if (tryLock(path)) return { release: () => unlinkSync(path) }
    const holder = readHolder(path)
    if (holder !== undefined && !holds(holder)) {
      removeDeadHolder(path)
      continue
    }
    if (holder === undefined) continue
    if (Date.now() >= deadline) throw new Error(`process ${holder.pid} holds the lock ${path}`)
    if (!told) onWait?.(holder.pid)
    told = true
    await sleep(POLL_MILLISECONDS)
  }
}
