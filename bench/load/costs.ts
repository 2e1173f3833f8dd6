// What the server's processes cost, read from /proc: CPU time and memory.
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100
const PAGE_KILOBYTES_PER_MEGABYTE = 1024

interface Process {
  readonly pid: number
  readonly parent: number
  readonly name: string
  /** CPU milliseconds of the process and of the children it has waited for. */
  readonly cpuMs: number
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const end = stat.lastIndexOf(')')
        const fields = stat.slice(end + 2).split(' ')
        const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
        return [
          {
            pid: Number(name),
            parent: Number(fields[1]),
            name: stat.slice(stat.indexOf('(') + 1, end),
            cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
          },
        ]
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}

/** The process itself and everything it started, with the server of PostgreSQL among it. */
function familyOf(pid: number): Process[] {
  const all = processes()
  const family = all.filter((one) => one.pid === pid)
  for (const one of family) family.push(...all.filter((other) => other.parent === one.pid))
  return family
}

/** CPU milliseconds spent so far by our program and by PostgreSQL. */
export function cpuOf(pid: number): { nodeMs: number; postgresMs: number } {
  const family = familyOf(pid)
  const sum = (wanted: (one: Process) => boolean) => family.filter(wanted).reduce((total, one) => total + one.cpuMs, 0)
  return { nodeMs: sum((one) => one.pid === pid), postgresMs: sum((one) => one.pid !== pid) }
}

/** Memory in megabytes; what processes share is counted once (proportional set size). */
export function memoryOf(pid: number): { nodeMb: number; postgresMb: number } {
  const mb = (one: Process) =>
    Number(/^Pss:\s+(\d+)/mu.exec(readFileSync(`/proc/${one.pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) /
    PAGE_KILOBYTES_PER_MEGABYTE
  const sum = (list: Process[]) => list.reduce((total, one) => total + mb(one), 0)
  const family = familyOf(pid)
  return {
    nodeMb: sum(family.filter((one) => one.pid === pid)),
    postgresMb: sum(family.filter((one) => one.pid !== pid)),
  }
}
