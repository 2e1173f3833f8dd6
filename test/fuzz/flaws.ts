/** One fault away from valid: every place of a value where it can be broken, and how. */
import { join, type JsonSchema, typeOf, typesOf } from './json-schema.ts'
import { ODD_TEXTS } from './texts.ts'

export interface Flaw {
  /** Where the server must say the fault is; undefined where it may also accept. */
  readonly field: string | undefined
  readonly what: string
  /** The value with the fault in it. */
  readonly value: unknown
}

const LONG_TEXT_MAX = 20_000
const WRONG_TYPES: readonly unknown[] = [null, true, 'text', 7, [], {}]
const TEXT_FLAWS = ['not-one', '', 'ⅷ', '-1', '0x10', '🙂']

/**
 * @param inQuery values of a query string are always texts
 * @returns every fault that can be made in `value`, which matches `schema`
 */
export function flawsOf(schema: JsonSchema, value: unknown, path = '', inQuery = false): Flaw[] {
  const target = alternativeOf(schema, value)
  return [
    ...(inQuery ? [] : wrongTypes(schema, path)),
    ...(typeof value === 'string' ? textFlaws(target, path) : []),
    ...(typeof value === 'number' ? numberFlaws(target, path) : []),
    ...(Array.isArray(value) ? listFlaws(target, value, path) : []),
    ...(typeOf(value) === 'object' ? objectFlaws(target, value as Record<string, unknown>, path, inQuery) : []),
  ]
}

/** Texts that a field without a pattern may take or refuse, but must bear. */
export function oddities(schema: JsonSchema, value: unknown): Flaw[] {
  const target = alternativeOf(schema, value)
  if (typeof value === 'string') {
    return ODD_TEXTS.map((text) => ({ field: undefined, what: `odd text ${JSON.stringify(text)}`, value: text }))
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      oddities(target.items ?? {}, item).map((odd) => ({ ...odd, value: value.with(index, odd.value) })),
    )
  }
  if (typeOf(value) !== 'object') return []
  const parts = value as Record<string, unknown>
  return Object.entries(target.properties ?? {}).flatMap(([name, part]) =>
    Object.hasOwn(parts, name)
      ? oddities(part, parts[name]).map((odd) => ({
          ...odd,
          what: `${name}: ${odd.what}`,
          value: { ...parts, [name]: odd.value },
        }))
      : [],
  )
}

function alternativeOf(schema: JsonSchema, value: unknown): JsonSchema {
  return schema.anyOf?.find((one) => typesOf(one).includes(typeOf(value))) ?? schema
}

function wrongTypes(schema: JsonSchema, path: string): Flaw[] {
  const allowed = typesOf(schema).map((type) => (type === 'integer' ? 'number' : type))
  if (allowed.length === 0) return []
  return WRONG_TYPES.filter((value) => !allowed.includes(typeOf(value))).map((value) => ({
    // A body of null counts as none, which may be enough.
    field: path === '' && value === null ? undefined : path,
    what: `${path || 'body'} of another type`,
    value,
  }))
}

function textFlaws(schema: JsonSchema, path: string): Flaw[] {
  const flaws: Flaw[] = []
  const add = (what: string, value: string) => void flaws.push({ field: path, what: `${path} ${what}`, value })
  if (schema.maxLength !== undefined && schema.maxLength < LONG_TEXT_MAX)
    add('too long', '1'.repeat(schema.maxLength + 1))
  if ((schema.minLength ?? 0) > 0) add('too short', '1'.repeat(schema.minLength! - 1))
  if (schema.enum !== undefined || schema.const !== undefined) add('not an option', 'not-one')
  if (schema.pattern !== undefined || schema.format !== undefined) {
    const pattern = new RegExp(schema.pattern ?? '^$', 'u')
    for (const text of TEXT_FLAWS) if (!pattern.test(text)) add('of another form', text)
  }
  return flaws
}

function numberFlaws(schema: JsonSchema, path: string): Flaw[] {
  const values = [0.5, 1e308]
  if (schema.minimum !== undefined) values.push(schema.minimum - 1)
  if (schema.maximum !== undefined) values.push(schema.maximum + 1)
  if (schema.type !== 'integer') return []
  return values.map((value) => ({ field: path, what: `${path} out of bounds`, value }))
}

function listFlaws(schema: JsonSchema, value: readonly unknown[], path: string): Flaw[] {
  const flaws: Flaw[] = []
  if (schema.maxItems !== undefined && value.length > 0) {
    const items = Array.from({ length: schema.maxItems + 1 }, () => value[0])
    flaws.push({ field: path, what: `${path} with too many`, value: items })
  }
  if ((schema.minItems ?? 0) > 0) flaws.push({ field: path, what: `${path} with too few`, value: [] })
  for (const [index, item] of value.entries()) {
    for (const flaw of flawsOf(schema.items ?? {}, item, join(path, String(index)))) {
      flaws.push({ ...flaw, value: value.with(index, flaw.value) })
    }
  }
  return flaws
}

function objectFlaws(schema: JsonSchema, value: Record<string, unknown>, path: string, inQuery: boolean): Flaw[] {
  const flaws: Flaw[] = []
  const { properties = {}, required = [] } = schema
  for (const name of required) {
    const { [name]: _, ...rest } = value
    flaws.push({ field: join(path, name), what: `${join(path, name)} missing`, value: rest })
  }
  if (schema.additionalProperties === false || inQuery) {
    const field = join(path, 'unknownField')
    flaws.push({ field, what: `${field} unknown`, value: { ...value, unknownField: '1' } })
  }
  for (const [name, part] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue
    for (const flaw of flawsOf(part, value[name], join(path, name), inQuery)) {
      flaws.push({ ...flaw, value: { ...value, [name]: flaw.value } })
    }
  }
  return flaws
}
