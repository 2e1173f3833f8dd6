/** The part of JSON Schema that our OpenAPI document uses, and a checker that shares no code with the server's own. */

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
}

const FAULTS_MAX = 5

/** What is wrong with a value, as texts that name the place; none when it matches. */
export function faultsAgainst(schema: JsonSchema, value: unknown, path = ''): string[] {
  const faults: string[] = []
  collect(schema, value, path, faults)
  return faults.slice(0, FAULTS_MAX)
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

/** Types a schema allows, with those of its alternatives; none means any. */
export function typesOf(schema: JsonSchema): string[] {
  const own = schema.type === undefined ? [] : [schema.type].flat()
  const consts = schema.const === undefined ? [] : [typeOf(schema.const)]
  return [...own, ...consts, ...(schema.anyOf ?? []).flatMap(typesOf)] as string[]
}

function collect(schema: JsonSchema, value: unknown, path: string, faults: string[]): void {
  const wrong = (what: string) => void faults.push(`${path || '(body)'}: ${what}`)
  if (schema.anyOf !== undefined && !schema.anyOf.some((one) => faultsAgainst(one, value).length === 0)) {
    const likely = schema.anyOf.find((one) => typesOf(one).includes(typeOf(value)))
    if (likely === undefined) return wrong('matches none of the alternatives')
    return collect(likely, value, path, faults)
  }
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(type, value))) {
    return wrong(`is ${typeOf(value)}, not ${[schema.type].flat().join(' or ')}`)
  }
  if (schema.const !== undefined && value !== schema.const) wrong(`is not ${JSON.stringify(schema.const)}`)
  if (schema.enum !== undefined && !schema.enum.includes(value)) wrong(`${JSON.stringify(value)} is not an option`)
  if (typeof value === 'string') checkText(schema, value, wrong)
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) wrong(`${value} is under ${schema.minimum}`)
    if (schema.maximum !== undefined && value > schema.maximum) wrong(`${value} is over ${schema.maximum}`)
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) wrong('has too few items')
    if (schema.maxItems !== undefined && value.length > schema.maxItems) wrong('has too many items')
    for (const [index, item] of value.entries()) {
      if (schema.items !== undefined) collect(schema.items, item, join(path, String(index)), faults)
    }
  } else if (typeof value === 'object' && value !== null) checkObject(schema, value, path, faults)
}

function checkText(schema: JsonSchema, value: string, wrong: (what: string) => void): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema
  // A schema counts characters, not the halves of surrogate pairs.
  const length = Array.from(value).length
  if (length < minLength) wrong('is too short')
  if (length > maxLength) wrong('is too long')
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) wrong(`does not match ${pattern}`)
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) wrong('is no instant')
}

function checkObject(schema: JsonSchema, value: object, path: string, faults: string[]): void {
  const { properties = {}, required = [], additionalProperties = true } = schema
  for (const name of required) {
    if (!Object.hasOwn(value, name)) faults.push(`${join(path, name)}: is missing`)
  }
  for (const [name, part] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (own !== undefined) collect(own, part, join(path, name), faults)
    else if (additionalProperties === false) faults.push(`${join(path, name)}: is unknown`)
    else if (additionalProperties !== true) collect(additionalProperties, part, join(path, name), faults)
  }
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return typeOf(value) === type
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
