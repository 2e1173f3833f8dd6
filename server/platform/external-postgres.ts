import { Client } from 'pg'
import { assertChineseTrigrams } from './embedded-postgres.ts'

/** Major versions of PostgreSQL on which the platform works. */
export const POSTGRES_MAJORS: { readonly min: number; readonly max: number } = { min: 15, max: 18 }
const CONNECT_MILLISECONDS_MAX = 10_000
const SQLSTATE_NO_DATABASE = '3D000'
const SQLSTATES_NOT_LET_IN = new Set(['28000', '28P01'])

/** Why an external database cannot be used; `details` fills the texts of the same names in `i18n/messages/config.ts`. */
export interface ExternalFault {
  readonly code:
    | 'database-unreachable'
    | 'database-not-let-in'
    | 'database-missing'
    | 'database-too-old'
    | 'database-foreign'
    | 'database-not-owned'
    | 'database-no-chinese'
  readonly details: Readonly<Record<string, string | number>>
}

/** What a server needs of a database that somebody else runs, asked before anything is written into it. */
export async function externalFault(url: string): Promise<ExternalFault | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    return connectionFault(error)
  }
  try {
    return (await ownerFault(client)) ?? (await chineseFault(client))
  } finally {
    await client.end()
  }
}

function connectionFault(error: unknown): ExternalFault {
  const { code = '', message } = error as { code?: string; message?: string }
  const details = { reason: message || code }
  if (code === SQLSTATE_NO_DATABASE) return { code: 'database-missing', details }
  if (SQLSTATES_NOT_LET_IN.has(code)) return { code: 'database-not-let-in', details }
  return { code: 'database-unreachable', details }
}

interface Facts {
  readonly version: string
  readonly role: string
  readonly may_create: boolean
  readonly may_work: boolean
  readonly ours: boolean
  readonly foreign_tables: number
}

async function ownerFault(client: Client): Promise<ExternalFault | null> {
  const { rows } = await client.query<Facts>(`
    select current_setting('server_version') as version, current_user as role,
           has_schema_privilege('public', 'create') and has_database_privilege(current_database(), 'create') as may_create,
           (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)
             or coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = 'huiyin_app'), false) as may_work,
           to_regclass('public.schema_migration') is not null as ours,
           (select count(*)::int from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
               and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')) as foreign_tables`)
  return judge(rows[0]!)
}

/** The judgement itself, apart from the question. */
export function judge(facts: Facts): ExternalFault | null {
  const { version, role } = facts
  if (Number.parseInt(version, 10) < POSTGRES_MAJORS.min)
    return { code: 'database-too-old', details: { version, ...POSTGRES_MAJORS } }
  if (!facts.ours && facts.foreign_tables > 0)
    return { code: 'database-foreign', details: { count: facts.foreign_tables } }
  if (!facts.may_create || !facts.may_work) return { code: 'database-not-owned', details: { role } }
  return null
}

async function chineseFault(client: Client): Promise<ExternalFault | null> {
  try {
    await assertChineseTrigrams(client)
    return null
  } catch (error) {
    return { code: 'database-no-chinese', details: { reason: error instanceof Error ? error.message : String(error) } }
  }
}
