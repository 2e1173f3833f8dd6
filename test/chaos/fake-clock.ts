/** A machine clock of its own for a process, moved while it runs: Debian's libfaketime, which Date and gettimeofday follow. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'
const LIBRARY = 'faketime/libfaketimeMT.so.1'
const COMMAND = 'apt-get update && apt-get install -y --no-install-recommends faketime'

export interface FakeClock {
  /** For the environment of the process. */
  readonly env: Readonly<Record<string, string>>
  /** Sets how far the clock stands from the machine's; its processes see it at once. */
  set(seconds: number): void
}

/** @param file that keeps the offset; the process must be able to read it */
export function openFakeClock(file: string): FakeClock {
  const write = (seconds: number) =>
    writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`, { mode: 0o644 })
  write(0)
  return {
    env: {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: file,
      // A process that kept what it read would jump seconds later than told.
      FAKETIME_NO_CACHE: '1',
      // Timers must keep running while the clock on the wall jumps.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set: write,
  }
}

/** Where the library is; installed first on a Debian where we are root. @throws Error with the command elsewhere */
function libraryPath(): string {
  const find = () =>
    readdirSync(LIBRARIES)
      .map((name) => join(LIBRARIES, name, LIBRARY))
      .find((path) => existsSync(path))
  const found = find()
  if (found !== undefined) return found
  if (process.getuid?.() !== 0) throw new Error(`Clock jumps need libfaketime. On Debian run as root: ${COMMAND}`)
  execFileSync('sh', ['-c', COMMAND], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  const installed = find()
  if (installed === undefined) throw new Error(`${COMMAND} installed no ${LIBRARY}.`)
  return installed
}
