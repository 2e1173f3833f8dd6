/** What can be said of the database before any of our rows is read: version, language, schema, roles, row security, disk. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Client } from 'pg'
import type { Translate } from '#i18n/translate.ts'
import { assertChineseTrigrams } from '#platform/embedded-postgres.ts'
import { POSTGRES_MAJORS } from '#platform/external-postgres.ts'
import { migrationNames } from '#platform/migrate.ts'
import { asOwner, schemaHead } from './installation.ts'

export interface Finding {
  readonly check:
    | 'settings'
    | 'key'
    | 'database'
    | 'chinese'
    | 'schema'
    | 'roles'
    | 'row-security'
    | 'clock'
    | 'districts'
    | 'messages'
    | 'holidays'
    | 'audit'
    | 'ledger'
    | 'disk'
    | 'backup'
    | 'drill'
  /** A warning leaves the exit status at 0: it asks to be looked at, nothing is wrong yet. */
  readonly state: 'ok' | 'warning' | 'fault'
  readonly text: string
}

const FREE_GIGABYTES_FAULT = 1
const FREE_GIGABYTES_WARNING = 5
const GIGABYTE = 1024 ** 3

/** Version and whether Chinese text can be searched. */
export function checkDatabase(url: string, t: Translate): Promise<Finding[]> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`)
    const version = rows[0]?.version ?? ''
    const major = Number.parseInt(version, 10)
    const isSupported = major >= POSTGRES_MAJORS.min && major <= POSTGRES_MAJORS.max
    return [
      isSupported
        ? { check: 'database', state: 'ok', text: t('cli.doctor.version', { version }) }
        : { check: 'database', state: 'fault', text: t('cli.doctor.version-unsupported', { version }) },
      await checkChinese(client, t),
    ]
  })
}

async function checkChinese(client: Client, t: Translate): Promise<Finding> {
  try {
    await assertChineseTrigrams(client)
    return { check: 'chinese', state: 'ok', text: t('cli.doctor.chinese') }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { check: 'chinese', state: 'fault', text: t('cli.doctor.chinese-none', { message }) }
  }
}

/** Whether the schema is this release's, and whether it keeps districts apart from each other. */
export async function checkSchema(url: string, t: Translate): Promise<{ isCurrent: boolean; findings: Finding[] }> {
  const [found, wanted] = [await schemaHead(url), (await migrationNames()).at(-1) ?? '']
  if (found === null)
    return { isCurrent: false, findings: [{ check: 'schema', state: 'fault', text: t('cli.doctor.schema-none') }] }
  const isCurrent = found === wanted
  const text = isCurrent
    ? t('cli.doctor.schema-current', { head: found })
    : t('cli.doctor.schema-behind', { found, wanted })
  const [roles, rows] = await asOwner(url, async (client) => [await checkRoles(client, t), await checkRows(client, t)])
  return { isCurrent, findings: [{ check: 'schema', state: isCurrent ? 'ok' : 'fault', text }, roles, rows] }
}

async function checkRoles(client: Client, t: Translate): Promise<Finding> {
  const { rows } = await client.query<{ super: boolean; bypass: boolean; create_role: boolean; owned: string[] }>(`
    select rolsuper as super, rolbypassrls as bypass, rolcreaterole as create_role,
           coalesce((select array_agg(c.oid::regclass::text) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')), '{}') as owned
      from pg_roles r where rolname = 'huiyin_app'`)
  const [role] = rows
  if (role === undefined) return { check: 'roles', state: 'fault', text: t('cli.doctor.roles-missing') }
  const excess = [
    ...(role.super ? ['SUPERUSER'] : []),
    ...(role.bypass ? ['BYPASSRLS'] : []),
    ...(role.create_role ? ['CREATEROLE'] : []),
    ...role.owned,
  ]
  return excess.length === 0
    ? { check: 'roles', state: 'ok', text: t('cli.doctor.roles') }
    : { check: 'roles', state: 'fault', text: t('cli.doctor.roles-strong', { what: excess.join(', ') }) }
}

async function checkRows(client: Client, t: Translate): Promise<Finding> {
  const { rows } = await client.query<{ name: string; guarded: boolean }>(`
    select c.relname as name,
           c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid) as guarded
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
     where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`)
  const open = rows.filter((row) => !row.guarded).map((row) => row.name)
  return open.length === 0
    ? { check: 'row-security', state: 'ok', text: t('cli.doctor.row-security', { count: rows.length }) }
    : { check: 'row-security', state: 'fault', text: t('cli.doctor.row-security-off', { tables: open.join(', ') }) }
}

/** Free space where the data folder is, or will be. */
export async function checkDisk(folder: string, t: Translate): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder).catch(() => statfs(dirname(folder)))
  const gigabytes = (bavail * bsize) / GIGABYTE
  const state = gigabytes < FREE_GIGABYTES_FAULT ? 'fault' : gigabytes < FREE_GIGABYTES_WARNING ? 'warning' : 'ok'
  return { check: 'disk', state, text: t('cli.doctor.disk', { folder, free: gigabytes.toFixed(1) }) }
}
