import type { Client } from 'pg'

/** Lines of the schema's text, one row of the answer each. */
async function lines(client: Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(query)
  return rows.map((row) => row.line.trimEnd())
}

const TABLES = `
  select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'public' and c.relkind = 'r'`

const COLUMNS = `
  select t.relname as name, format('  %s %s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           case when a.attcollation <> y.typcollation then ' collate ' || a.attcollation::regcollation else '' end,
           case when a.attnotnull then ' not null' else '' end,
           case when a.attidentity <> '' then ' identity' when a.attgenerated <> '' then ' generated' else '' end,
           coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
    from (${TABLES}) t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
   order by t.relname, a.attnum`

// PostgreSQL 18 lists NOT NULL as constraints, which the columns above already say.
const CONSTRAINTS = `
  select t.relname as name, format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)) as line
    from (${TABLES}) t join pg_constraint k on k.conrelid = t.oid and k.contype <> 'n'
   order by t.relname, position(k.contype::text in 'pufxc'), k.conname`

const INDEXES = `
  select t.relname as name, pg_get_indexdef(i.indexrelid) || ';' as line
    from (${TABLES}) t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
   where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
   order by t.relname, c.relname`

const GUARDS = `
  select t.relname as name, format('row security %s%s;', case when t.relrowsecurity then 'enabled' else 'off' end,
           case when t.relforcerowsecurity then ', forced' else '' end) as line, 1 as place, '' as detail
    from (${TABLES}) t
  union all
  select t.relname, format('policy %s for %s using %s%s;', p.polname,
           case p.polcmd when '*' then 'all' else p.polcmd::text end, pg_get_expr(p.polqual, p.polrelid),
           coalesce(' with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')), 2, p.polname
    from (${TABLES}) t join pg_policy p on p.polrelid = t.oid
  union all
  select t.relname, format('grant %s to %s;', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type), g.grantee), 3, g.grantee
    from (${TABLES}) t join information_schema.role_table_grants g on g.table_schema = 'public' and g.table_name = t.relname
   where g.grantee = 'huiyin_app'
   group by t.relname, g.grantee
  union all
  select t.relname, pg_get_triggerdef(g.oid) || ';', 4, g.tgname
    from (${TABLES}) t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
   order by name, place, detail`

const FUNCTIONS = `
  select trim(trailing e'\\n' from pg_get_functiondef(p.oid)) || ';' as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = 'public' and p.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
   order by p.proname, p.oid::regprocedure::text`

/**
 * The schema as the catalogue of a migrated database knows it, as text to be read and compared: extensions, tables with
 * their columns, constraints, indexes, guards and grants, and functions. The queue's own schema is not ours and left out.
 * @param client connected as the owner
 */
export async function schemaText(client: Client): Promise<string> {
  const named = async (query: string) => {
    const { rows } = await client.query<{ name: string; line: string }>(query)
    return Map.groupBy(rows, (row) => row.name)
  }
  const columns = await named(COLUMNS)
  const constraints = await named(CONSTRAINTS)
  const indexes = await named(INDEXES)
  const guards = await named(GUARDS)
  const tables = [...columns.keys()].map((name) => {
    const linesOf = (part: Map<string, { line: string }[]>) => (part.get(name) ?? []).map((row) => row.line)
    const inner = [...linesOf(columns), ...linesOf(constraints)].join(',\n')
    return [`table ${name} (\n${inner}\n);`, ...linesOf(indexes), ...linesOf(guards)].join('\n')
  })
  const extensions = await lines(
    client,
    `select format('extension %s;', extname) as line from pg_extension where extname <> 'plpgsql' order by extname`,
  )
  return [
    '-- Written by `npm run schema` from the catalogue of a freshly migrated database, to be read and compared, not to be run.',
    extensions.join('\n'),
    ...tables,
    ...(await lines(client, FUNCTIONS)),
    '',
  ].join('\n\n')
}
