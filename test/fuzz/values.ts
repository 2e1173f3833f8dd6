/** Arbitraries for the values a JSON Schema allows, guided by the names of fields towards things that exist. */
import * as fc from 'fast-check'
import { ORDER_STATES } from '../../server/modules/orders/order.ts'
import type { JsonSchema } from './json-schema.ts'
import { textArbitrary } from './texts.ts'

/** Stands for something the server told of; chosen when the request is sent, from what is known then. */
export class Known {
  readonly pool: string
  readonly pick: number
  /** Stands in while nothing of the kind is known. */
  readonly otherwise: unknown
  constructor(pool: string, pick: number, otherwise: unknown) {
    this.pool = pool
    this.pick = pick
    this.otherwise = otherwise
  }
}

const LIKELY_TRUE = ['consentGiven', 'readBack', 'placeAnyway', 'agreementSigned', 'insuranceConfirmed']
const MINUTE = 60_000
const TEXT_MAX = 400
const NUMBER_MAX = 2 ** 53 - 1
const ITEMS_MAX = 3
const TINY_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Which known things a field is likely to name. */
const POOL_OF_FIELD: Readonly<Record<string, string>> = {
  categoryId: 'categories',
  offeringId: 'offerings',
  unitId: 'places',
  parentId: 'units',
  responsibleUnitId: 'units',
  areaUnitIds: 'units',
  providerId: 'providers',
  personId: 'persons',
  fileId: 'files',
  orderId: 'orders',
  actorId: 'persons',
  subjectId: 'orders',
  activityId: 'activities',
  sessionId: 'sessions',
  placeUnitId: 'places',
  themeId: 'themes',
  templateId: 'templates',
  exceptionId: 'exceptions',
  recordId: 'hours',
  number: 'numbers',
  intoNumber: 'numbers',
  category: 'slugs',
  slug: 'slugs',
  cursor: 'cursors',
  login: 'logins',
  code: 'codes',
  token: 'tokens',
}

function hintFor(name: string, schema: JsonSchema): fc.Arbitrary<unknown> | undefined {
  const pool = POOL_OF_FIELD[name]
  if (pool !== undefined) {
    return fc.tuple(fc.nat(), stringsOf(schema)).map(([pick, free]) => new Known(pool, pick, free))
  }
  if (/phone$/iu.test(name)) return fc.integer({ min: 1, max: 13 }).map((n) => `139000000${String(n).padStart(2, '0')}`)
  if (name === 'phoneTail') return fc.constantFrom('0001', '0002', '0011')
  if (name === 'dataBase64') return fc.constant(TINY_PNG)
  if (name === 'limit') return fc.integer({ min: 1, max: 100 }).map(String)
  if (name === 'state') return fc.subarray([...ORDER_STATES], { minLength: 1 }).map((states) => states.join(','))
  if (schema.format === 'date-time') return instantWithin(-2 * 24 * 60, 30 * 24 * 60)
  if (schema.format === 'date') return instantWithin(-90 * 24 * 60, 90 * 24 * 60).map((text) => text.slice(0, 10))
  return undefined
}

function instantWithin(fromMinutes: number, untilMinutes: number): fc.Arbitrary<string> {
  const now = Date.now()
  return fc
    .integer({ min: fromMinutes, max: untilMinutes })
    .map((minutes) => new Date(now + minutes * MINUTE).toISOString())
}

/** Values that match the schema; `name` is the field's, for hints. */
export function valueArbitrary(schema: JsonSchema, name = ''): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  // An offering must suit the category and the place, so most orders name none.
  if (name === 'offeringId' && schema.anyOf !== undefined) {
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: valueArbitrary(schema.anyOf[0]!, name) },
    )
  }
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valueArbitrary(one, name)))
  const types = schema.type === undefined ? ['null', 'boolean', 'string'] : [schema.type].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, name)))
}

function ofType(type: string, schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      // What somebody must have agreed to, or insists on, is mostly true.
      return LIKELY_TRUE.includes(name)
        ? fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean())
        : fc.boolean()
    case 'integer':
      return wholeNumbers(schema)
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'string': {
      const hint = hintFor(name, schema)
      const free = stringsOf(schema)
      return hint === undefined ? free : fc.oneof({ weight: 9, arbitrary: hint }, { weight: 1, arbitrary: free })
    }
    case 'array': {
      const items = valueArbitrary(schema.items ?? {}, name)
      const few = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? ITEMS_MAX, ITEMS_MAX) }
      const some = fc.array(items, few)
      return few.minLength > 0 ? some : fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some)
    }
    case 'object':
      return objectsOf(schema)
    default:
      throw new Error(`The fuzzer knows no type ${type}.`)
  }
}

function wholeNumbers({ minimum = -NUMBER_MAX, maximum = NUMBER_MAX }: JsonSchema): fc.Arbitrary<number> {
  const bounds = fc.constantFrom(minimum, maximum)
  const low = fc.integer({ min: minimum, max: Math.min(maximum, Math.max(minimum, 0) + 60) })
  return fc.oneof({ weight: 1, arbitrary: bounds }, { weight: 3, arbitrary: low })
}

function stringsOf({ format, pattern, minLength = 0, maxLength = TEXT_MAX }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid({ version: [1, 4, 7] })
  if (format === 'date-time') return fc.oneof(instantsAnywhere(), instantWithin(-1e6, 1e6))
  if (format === 'date') {
    const years = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }
    return fc.date(years).map((date) => date.toISOString().slice(0, 10))
  }
  if (pattern !== undefined) {
    const fits = (text: string) => text.trim().length >= minLength && text.length <= maxLength
    return fc
      .stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
      .map((text) => (fits(text) ? text : text.trim().padEnd(minLength, '1').slice(0, maxLength)))
  }
  return textArbitrary(minLength, Math.min(maxLength, TEXT_MAX))
}

/** Instants a calendar hardly ever holds: other offsets, fractions of a second, years at the ends. */
function instantsAnywhere(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59.999999999Z',
    '2026-02-28T24:00:00Z'.replace('24:00', '23:59'),
    '2024-02-29T23:59:59-11:30',
    '1969-12-31T23:59:59.5Z',
    '2026-12-31T16:00:00Z',
  )
}

function objectsOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const parts = Object.entries(properties).map(([name, part]) => [name, valueArbitrary(part, name)] as const)
  return fc.record(Object.fromEntries(parts), { requiredKeys: [...required] as never[], noNullPrototype: true })
}
