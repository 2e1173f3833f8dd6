// The programs that send load, which npm does not have.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const POSTGRES_VERSIONS = '/usr/lib/postgresql'

/** Where Debian puts pgbench, the newest first; undefined where it is missing. /usr/bin/pgbench may lead to nothing. */
export function findPgbench(): string | undefined {
  const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : []
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(POSTGRES_VERSIONS, version, 'bin', 'pgbench'))
    .find(existsSync)
}

export function findWrk(): string | undefined {
  return ['/usr/bin/wrk', '/usr/local/bin/wrk'].find(existsSync)
}

/** The Debian packages of what is missing; pgbench comes with the server. */
export function missingPrograms(): string[] {
  return [...(findWrk() === undefined ? ['wrk'] : []), ...(findPgbench() === undefined ? ['postgresql'] : [])]
}
