/** A transaction that asks the database how it answers each statement: the plan, and the time of planning and running it. */
import { type Sql, type Tx } from '../../server/platform/db.ts'

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly Plans?: readonly PlanNode[]
}

interface Explained {
  readonly Plan: PlanNode
  readonly 'Planning Time': number
  readonly 'Execution Time'?: number
}

export type PlanKind = 'custom' | 'generic'

export interface Statement {
  readonly text: string
  /** Milliseconds of planning and running, with the values known, and with the plan for any values. */
  readonly milliseconds: Readonly<Record<PlanKind, number>>
  /** Pages of 8 kB that the plan touched, in memory or not; unlike time it does not depend on what else the machine does. */
  readonly pages: Readonly<Record<PlanKind, number>>
  /** Tables that are read from end to end, by kind of plan. */
  readonly scanned: Readonly<Record<PlanKind, readonly string[]>>
  readonly plans: Readonly<Record<PlanKind, string>>
}

export interface ExplainOptions {
  /** Runs the statements as well; otherwise they are only planned, and times are of planning. */
  readonly analyze: boolean
  /** Keeps the plans as text. */
  readonly plans: boolean
}

/** `tx` as before, but before a statement runs it is explained, once with its values and once for any values. */
export function explaining(tx: Tx, seen: Statement[], options: ExplainOptions): Tx {
  const explain = async (statement: Sql) => {
    const { text, values } = statement
    const how = options.analyze ? 'analyze, buffers, ' : ''
    const ask = async (what: string, given?: readonly unknown[]) => {
      const { rows } = await tx.raw(`explain (${how}summary, format json) ${what}`, given)
      const [found] = (rows[0] as { 'QUERY PLAN': Explained[] })['QUERY PLAN']
      const plan = options.plans ? await tx.raw(`explain (${how}summary off) ${what}`, given) : undefined
      return {
        milliseconds: found!['Planning Time'] + (found!['Execution Time'] ?? 0),
        pages: (found!.Plan['Shared Hit Blocks'] ?? 0) + (found!.Plan['Shared Read Blocks'] ?? 0),
        scanned: scannedTables(found!.Plan),
        plan: (plan?.rows as { 'QUERY PLAN': string }[] | undefined)?.map((row) => row['QUERY PLAN']).join('\n') ?? '',
      }
    }
    const custom = await ask(text, values)
    await tx.raw(`set local plan_cache_mode = force_generic_plan`)
    await tx.raw(`prepare asked as ${text}`)
    const generic = await ask(`execute asked${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`)
    await tx.raw(`set local plan_cache_mode = auto; deallocate asked`)
    seen.push({
      text,
      milliseconds: { custom: custom.milliseconds, generic: generic.milliseconds },
      pages: { custom: custom.pages, generic: generic.pages },
      scanned: { custom: custom.scanned, generic: generic.scanned },
      plans: { custom: custom.plan, generic: generic.plan },
    })
  }
  return {
    ...tx,
    async rows<Row>(statement: Sql) {
      await explain(statement)
      return tx.rows<Row>(statement)
    },
    async one<Row>(statement: Sql) {
      await explain(statement)
      return tx.one<Row>(statement)
    },
    async maybe<Row>(statement: Sql) {
      await explain(statement)
      return tx.maybe<Row>(statement)
    },
  }
}

function scannedTables(node: PlanNode): string[] {
  const below = (node.Plans ?? []).flatMap(scannedTables)
  return node['Node Type'] === 'Seq Scan' ? [node['Relation Name']!, ...below] : below
}

/** A value as SQL text: the server takes no parameters for the values of an explained EXECUTE. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return quoted(`{${value.map((one) => JSON.stringify(String(one))).join(',')}}`)
  if (Buffer.isBuffer(value)) return quoted(`\\x${value.toString('hex')}`)
  if (value instanceof Date) return quoted(value.toISOString())
  return quoted(typeof value === 'string' ? value : JSON.stringify(value))
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
