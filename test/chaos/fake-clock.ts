/** A machine clock of its own for a process, moved while it runs: Debian's libfaketime, which Date and gettimeofday follow. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'
const LIBRARY = 'faketime/libfaketimeMT.so.1'
const INSTALL_SECONDS_MAX = 120
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

/** There is no library, and none can be installed; the message holds the command. */
export class NoFakeClock extends Error {}

/** Where the library is; installed first on a Debian where we are root. @throws NoFakeClock elsewhere */
function libraryPath(): string {
  const find = () =>
    readdirSync(LIBRARIES)
      .map((name) => join(LIBRARIES, name, LIBRARY))
      .find((path) => existsSync(path))
  const found = find()
  if (found !== undefined) return found
  if (process.getuid?.() === 0) install()
  const installed = find()
  if (installed === undefined) throw new NoFakeClock(`clock jumps need libfaketime; on Debian run as root: ${COMMAND}`)
  return installed
}

function install(): void {
  try {
    execFileSync('sh', ['-c', COMMAND], {
      stdio: 'ignore',
      timeout: INSTALL_SECONDS_MAX * 1000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  } catch {
    // Whether it was installed is seen by looking for it.
  }
}
