import * as z from 'zod/mini'

export interface FieldFault {
  /** Path of the field, dots between parts; empty for the whole body. */
  readonly field: string
  /** Key of its text among the messages of `validation`. */
  readonly code: string
  readonly params: Readonly<Record<string, string | number>>
}

/** Thrown when a request does not have the form its route asks for; names every field at fault at once. */
export class InvalidInput extends Error {
  readonly faults: readonly FieldFault[]
  constructor(faults: readonly FieldFault[]) {
    super('invalid input')
    this.name = 'InvalidInput'
    this.faults = faults
  }
}

const FAULTS_MAX = 50

/** Decodes what came over the wire (instants to Date); throws InvalidInput. */
export function decodeInput<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = z.safeParse(schema, value, { reportInput: true })
  if (result.success) return result.data
  throw new InvalidInput(result.error.issues.slice(0, FAULTS_MAX).flatMap((issue) => faultsOf(issue)))
}

// What a refinement of the contract gives as its message is the code of its text.
const NAMED_BY_CONTRACT: ReadonlySet<string> = new Set(['control-characters', 'invalid-date', 'invalid-instant'])

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue): FieldFault[] {
  const field = issue.path.map(String).join('.')
  const fault = (code: string, params: FieldFault['params'] = {}): FieldFault[] => [{ field, code, params }]
  switch (issue.code) {
    case 'invalid_type':
      return fault(issue.input === undefined ? 'required' : 'invalid-type')
    case 'too_small':
      if (issue.message === 'phone') return fault('phone')
      return fault({ string: 'too-short', array: 'too-few' }[issue.origin as string] ?? 'too-small', {
        minimum: Number(issue.minimum),
      })
    case 'too_big':
      return fault({ string: 'too-long', array: 'too-many' }[issue.origin as string] ?? 'too-big', {
        maximum: Number(issue.maximum),
      })
    case 'invalid_format':
      return fault(formatCode(issue.format, issue.message))
    case 'invalid_value':
      return fault(issue.input === undefined ? 'required' : 'not-an-option')
    case 'unrecognized_keys':
      return [
        {
          field: [...issue.path.map(String), issue.keys[0] ?? ''].join('.'),
          code: 'unknown-field',
          params: { names: issue.keys.join(', ') },
        },
      ]
    case 'custom':
      return fault(NAMED_BY_CONTRACT.has(issue.message) ? issue.message : 'invalid')
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      break
  }
  return fault('invalid')
}

function formatCode(format: string, message: string): string {
  if (message === 'phone' || message === 'phone-tail' || message === 'code') return message
  return { date: 'invalid-date', datetime: 'invalid-instant', uuid: 'invalid-id' }[format] ?? 'invalid-format'
}
