/** The operations of the OpenAPI document, in an order in which an order's life can be lived. */
import { openApiDocument } from '../../server/http/openapi.ts'
import type { JsonSchema } from './json-schema.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
}

export interface Operation {
  readonly name: string
  readonly method: string
  /** With braces around parameters. */
  readonly path: string
  readonly permission: string
  readonly parameters: readonly Parameter[]
  readonly body: JsonSchema | undefined
  readonly status: number
  /** Undefined where success has no body. */
  readonly answer: JsonSchema | undefined
}

interface RawOperation {
  readonly operationId: string
  readonly 'x-permission': string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

// Operations that come before or after their place in the document: an order must be dispatched before it can be offered,
// and what takes something from the others (orders, offerings, names of units) comes after them. Rank 1 is the rest.
const RANKS: Readonly<Record<string, number>> = {
  appointStaff: 0,
  registerVolunteer: 0,
  joinTeam: 0,
  placeOrder: 0.1,
  placeAssistedOrder: 0.1,
  placeOrderBatch: 0.1,
  takeIn: 0.2,
  recordAgreement: 0.3,
  listCandidates: 0.4,
  showCheckInCode: 1,
  showPin: 1,
  withdrawOffer: 1.5,
  answerOut: 1.5,
  mergeOrder: 1.5,
  deferOrder: 1.5,
  passUpOrder: 1.5,
  cancelOrder: 1.5,
  returnOrder: 1.5,
  reassignOrder: 1.5,
  // What is read of things that have to be made first, while those who make them have their rights.
  readPhoto: 1.9,
  listTeamMembers: 1.9,
  readActivity: 1.9,
  readSession: 1.9,
  readRoster: 1.9,
  readCalendar: 1.9,
  readSessionCode: 1.9,
  readOfflinePack: 1.9,
  readPlan: 1.9,
  listVisitChoices: 1.9,
  leaveTeam: 2,
  saveCategory: 2,
  endOffering: 2,
  renameUnit: 2,
}
/** These take rights and sessions from the callers. */
export const ENDING: readonly string[] = [
  'grantRole',
  'endGrant',
  'shiftClock',
  'logout',
  'disableStaff',
  'leaveForGood',
  'leaveByToken',
]

const document = openApiDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  readonly components: { readonly schemas: { readonly Problem: JsonSchema } }
}

export const problemSchema: JsonSchema = document.components.schemas.Problem

/** Every operation: writes in the order of the document, then reads, then what ends things. */
export function listOperations(): Operation[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => operationOf(path, method.toUpperCase(), raw)),
  )
  return all.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ name, method }: Operation): number {
  if (ENDING.includes(name)) return 4 + ENDING.indexOf(name)
  return RANKS[name] ?? (method === 'GET' ? 3 : 1)
}

function operationOf(path: string, method: string, raw: RawOperation): Operation {
  const success = Object.keys(raw.responses).find((status) => status !== 'default')!
  return {
    name: raw.operationId,
    method,
    path,
    permission: raw['x-permission'],
    parameters: raw.parameters,
    body: raw.requestBody?.content?.['application/json']?.schema,
    status: Number(success),
    answer: raw.responses[success]?.content?.['application/json']?.schema,
  }
}
