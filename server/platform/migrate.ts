import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client, DatabaseError } from 'pg'
import { installJobSchema } from './jobs.ts'

const MIGRATIONS = new URL('../../db/migrations/', import.meta.url)
const LOCK_ATTEMPTS_MAX = 15
const LOCK_TIMEOUT_SECONDS = 2
const SQLSTATE_LOCK_NOT_AVAILABLE = '55P03'
const MIGRATION_LOCK = 4_802_011_901

export interface MigrationReport {
  readonly applied: readonly string[]
  readonly head: string
}

/**
 * Brings the database to the newest schema, forward only. Each file is one transaction; a changed file that was already
 * applied is an error. Any number of processes may call this at once.
 * @param ownerUrl connection string of the role that owns the schema
 */
export async function migrate(ownerUrl: string): Promise<MigrationReport> {
  const client = new Client({ connectionString: ownerUrl })
  // A connection that breaks between two statements fails the next one; without a listener it would end the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`)
    await client.query(`
      create table if not exists schema_migration (
        name text primary key, checksum text not null, applied_at timestamptz not null default now());
      set lock_timeout = '${LOCK_TIMEOUT_SECONDS}s'`)
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migration',
    )
    const known = new Map(rows.map((row) => [row.name, row.checksum]))
    const applied: string[] = []
    const names = await migrationNames()
    for (const name of names) {
      const text = await readFile(new URL(name, MIGRATIONS), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      const before = known.get(name)
      if (before === undefined) {
        await apply(client, name, text, checksum)
        applied.push(name)
      } else if (before !== checksum) throw new Error(`Migration ${name} was changed after it had been applied.`)
    }
    for (const name of known.keys()) {
      if (!names.includes(name))
        throw new Error(`The database has migration ${name}, which this release does not know.`)
    }
    await installJobSchema(client)
    await openSearchIndexes(client)
    await client.query('grant select on schema_migration to huiyin_app')
    return { applied, head: names.at(-1) ?? '' }
  } finally {
    await client.end()
  }
}

/**
 * Row security keeps an operator from an index unless its function is leakproof, and those of search (`@>` of texts, LIKE) are
 * not declared so. Whoever can choose a statement's text can choose its district too, so nothing is lost by it. Only a superuser
 * may declare it, and a restored dump has forgotten it: hence at every start, and without it a search reads every row.
 */
async function openSearchIndexes(client: Client): Promise<void> {
  await client.query(`
    do $$ begin
      if exists (select from pg_proc where oid in ('arraycontains(anyarray, anyarray)'::regprocedure, 'textlike(text, text)'::regprocedure)
                    and not proleakproof)
         and (select rolsuper from pg_roles where rolname = current_user) then
        alter function pg_catalog.arraycontains(anyarray, anyarray) leakproof;
        alter function pg_catalog.textlike(text, text) leakproof;
      end if;
    end $$`)
}

/** Names of all migrations in order; the last is the head that a ready server must find. */
export async function migrationNames(): Promise<string[]> {
  const names = (await readdir(fileURLToPath(MIGRATIONS))).filter((name) => name.endsWith('.sql'))
  return names.sort()
}

async function apply(client: Client, name: string, text: string, checksum: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query('begin')
      await client.query(text)
      await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [name, checksum])
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      const blocked = error instanceof DatabaseError && error.code === SQLSTATE_LOCK_NOT_AVAILABLE
      if (!blocked || attempt === LOCK_ATTEMPTS_MAX) throw new Error(`Migration ${name} failed.`, { cause: error })
    }
  }
}
