/**
 * Answers on the wire: instants as ISO 8601, and nothing that the contract does not name. The contract's schemas could do it,
 * but they check each format again at every answer, which took longer than all other work on a list. So a plain function is
 * made of each schema, once, that looks at the kinds of values only; whatever it does not expect, the schema itself decides
 * (decision 0014).
 */
import * as z from 'zod/mini'
import { instant } from '#contract/kit.ts'

type Schema = z.core.$ZodType
type Encode = (value: unknown) => unknown

/** Thrown where a value is not what the schema says, or may not be: the schema then says what is wrong. */
const UNEXPECTED = new Error('an answer is not of the kind that its schema names')

const encoders = new WeakMap<Schema, Encode>()

/** Encodes an answer, keeping only what the schema names; a mismatch is a bug. */
export function encodeAnswer<S extends z.ZodMiniType>(schema: S, value: z.output<S>): z.input<S> {
  try {
    return encoderOf(schema)(value) as z.input<S>
  } catch (error) {
    if (error !== UNEXPECTED) throw error
    return z.encode(schema, value)
  }
}

function encoderOf(schema: Schema): Encode {
  let encode = encoders.get(schema)
  if (encode === undefined) {
    encode = makeEncoder(schema)
    encoders.set(schema, encode)
  }
  return encode
}

type Definition = z.core.$ZodTypes['_zod']['def']

function makeEncoder(schema: Schema): Encode {
  if (schema === instant) return (value) => (value instanceof Date ? value.toISOString() : unexpected())
  const def = (schema as z.ZodMiniType).def as Definition
  if (def.type === 'string' || def.type === 'boolean')
    return (value) => (typeof value === def.type ? value : unexpected())
  if (def.type === 'number') {
    const isWhole = 'format' in def || def.checks !== undefined
    return (value) => ((isWhole ? Number.isInteger(value) : Number.isFinite(value)) ? value : unexpected())
  }
  if (def.type === 'enum') return oneOf(Object.values(def.entries))
  if (def.type === 'literal') return oneOf(def.values)
  if (def.type === 'nullable') {
    const inner = encoderOf(def.innerType)
    return (value) => (value === null ? null : inner(value))
  }
  if (def.type === 'optional') {
    const inner = encoderOf(def.innerType)
    return (value) => (value === undefined ? undefined : inner(value))
  }
  if (def.type === 'array') {
    const element = encoderOf(def.element)
    return (value) => (Array.isArray(value) ? value.map((item) => element(item)) : unexpected())
  }
  if (def.type === 'object' && def.catchall === undefined) return objectEncoder(def.shape)
  return (value) => z.encode(schema, value)
}

function oneOf(values: readonly unknown[]): Encode {
  const allowed = new Set(values)
  return (value) => (allowed.has(value) ? value : unexpected())
}

function objectEncoder(shape: Readonly<Record<string, Schema>>): Encode {
  const fields = Object.entries(shape).map(([key, schema]) => ({ key, encode: encoderOf(schema) }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return unexpected()
    const encoded: Record<string, unknown> = {}
    for (const { key, encode } of fields) {
      const field = encode((value as Readonly<Record<string, unknown>>)[key])
      if (field !== undefined) encoded[key] = field
    }
    return encoded
  }
}

function unexpected(): never {
  throw UNEXPECTED
}
