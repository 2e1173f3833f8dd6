import type { Client } from 'pg'

/** Tables that all districts share, and what the application may do with them. */
export const SHARED_TABLES = {
  // The list of districts itself.
  district: ['INSERT', 'SELECT', 'UPDATE'],
  // One row; only a demonstration server moves it.
  clock_shift: ['SELECT', 'UPDATE'],
  // Which migrations were applied; readiness looks at it.
  schema_migration: ['SELECT'],
  // Backups are of the whole installation.
  backup_run: ['INSERT', 'SELECT'],
  // Which moves of an order are legal: the same everywhere, part of the code.
  order_move: ['SELECT'],
} as const satisfies Record<string, readonly string[]>

const POLICY = "(district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting))" as const

const SHARED = Object.keys(SHARED_TABLES)
  .map((name) => `'${name}'`)
  .join(', ')
const TABLES = `select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
    (select attnum from pg_attribute where attrelid = c.oid and attname = 'district_id' and not attisdropped) as district
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`
const OURS = `select * from (${TABLES}) t where name not in (${SHARED})`

// Each query answers with the tables (or keys) that break its rule.
const RULES: Readonly<Record<string, string>> = {
  'district_id is the first column, a number and never null': `
    select t.name from (${OURS}) t where not exists (
      select from pg_attribute a where a.attrelid = t.oid and a.attnum = t.district and a.attnum = 1 and a.attnotnull
         and a.atttypid = 'integer'::regtype)`,
  'the primary key begins with district_id': `
    select t.name from (${OURS}) t where not exists (
      select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p' and k.conkey[1] = t.district)`,
  'every unique or excluding key has district_id': `
    select c.relname::text as name from (${OURS}) t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
     where (i.indisunique or i.indisexclusion) and i.indkey[0] is distinct from t.district`,
  'every foreign key joins on district_id, except to a shared table': `
    select k.conname::text as name from (${OURS}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
      join (${TABLES}) r on r.oid = k.confrelid
     where r.name not in ('order_move') and not (
       case when r.name = 'district' then k.conkey = array[t.district] else k.conkey[1] = t.district and k.confkey[1] = r.district end)`,
  'row security is enabled and forced': `
    select t.name from (${OURS}) t where not (t.relrowsecurity and t.relforcerowsecurity)`,
  'one policy compares with the district of the transaction': `
    select t.name from (${OURS}) t where (select count(*) from pg_policy p where p.polrelid = t.oid) <> 1 or not exists (
      select from pg_policy p where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*' and p.polroles = array[0]::oid[]
         and pg_get_expr(p.polqual, p.polrelid) = '${POLICY.replaceAll("'", "''")}' and p.polwithcheck is null)`,
  'the application owns nothing': `
    select t.name from (${TABLES}) t where pg_get_userbyid(t.relowner) = 'huiyin_app'`,
  'no identity columns and no sequences': `
    select t.name || '.' || a.attname as name from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid
     where a.attidentity <> '' and not a.attisdropped
    union all
    select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'`,
  'no triggers for rules': `
    select t.name || '.' || g.tgname as name from (${TABLES}) t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal`,
  'no views that would see past the policy': `
    select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
       and not coalesce(reloptions::text like '%security_invoker=true%', false)`,
  'no functions that run as their owner': `
    select p.proname::text as name from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef`,
  'the application role is powerless by itself': `
    select rolname::text as name from pg_roles where rolname = 'huiyin_app'
       and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb)
    union all
    select 'may become ' || b.rolname from pg_roles a join pg_auth_members m on m.member = a.oid join pg_roles b on b.oid = m.roleid
     where a.rolname = 'huiyin_app'
    union all
    select 'may create in public' where has_schema_privilege('huiyin_app', 'public', 'create')`,
}

export const RULE_NAMES = Object.keys(RULES)

/** What of the catalogue breaks a rule, as `rule: name`. @param client connected as the owner */
export async function districtFaults(client: Client): Promise<string[]> {
  const faults: string[] = []
  for (const [rule, query] of Object.entries(RULES)) {
    const { rows } = await client.query<{ name: string }>(`select name from (${query}) as found order by name`)
    faults.push(...rows.map((row) => `${rule}: ${row.name}`))
  }
  return faults
}
