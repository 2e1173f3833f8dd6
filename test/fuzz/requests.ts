/** Turns what fast-check draws into a request: by whom, about what, and with which fault. */
import { createHmac, randomUUID } from 'node:crypto'
import canonicalize from 'canonicalize'
import * as fc from 'fast-check'
import type { Sent } from './client.ts'
import { type Flaw, flawsOf, oddities } from './flaws.ts'
import type { JsonSchema } from './json-schema.ts'
import type { Operation, Parameter } from './operations.ts'
import { Known, valueArbitrary } from './values.ts'
import { type Caller, type Fitting, harmonise, resolve, type World } from './world.ts'

export const GATEWAY_SECRET = 'fuzz-gateway-secret'

export interface Draw {
  readonly kind: 'valid' | 'flaw' | 'odd'
  readonly path: unknown
  readonly query: unknown
  readonly body: unknown
  /** Chooses among callers, fitting orders and faults. */
  readonly pick: number
  readonly chance: number
  readonly english: boolean
}

export interface Request extends Sent {
  readonly caller: Caller
  readonly mayCall: boolean
  readonly flaw: Flaw | undefined
  /** What was sent as body, before it became text. */
  readonly value: unknown
}

type Place = 'path' | 'query' | 'body' | 'header'

const POOL_OF_FOLDER: Readonly<Record<string, string>> = { staff: 'persons', '{kind}': 'providers' }

export function drawArbitrary(operation: Operation): fc.Arbitrary<Draw> {
  const folder = operation.path.split('/').at(operation.path.split('/').indexOf('{id}') - 1) ?? ''
  const ids = fc.tuple(fc.nat(), fc.uuid()).map(([pick, id]) => new Known(POOL_OF_FOLDER[folder] ?? folder, pick, id))
  return fc.record({
    kind: fc.constantFrom<Draw['kind'][]>('valid', 'valid', 'valid', 'flaw', 'flaw', 'odd'),
    path: fc.record({
      id: fc.oneof({ weight: 9, arbitrary: ids }, { weight: 1, arbitrary: fc.uuid() }),
      ...Object.fromEntries(
        operation.parameters
          .filter(({ name, in: place }) => place === 'path' && name !== 'id')
          .map(({ name, schema }) => [name, valueArbitrary(schema, name)]),
      ),
    }),
    query: valueArbitrary(querySchema(operation)),
    body: operation.body === undefined ? fc.constant(undefined) : valueArbitrary(operation.body),
    pick: fc.nat(),
    chance: fc.integer({ min: 0, max: 99 }),
    english: fc.boolean(),
  })
}

/** @param fitting pairs of caller and order that the operation suits now */
export function requestOf(world: World, operation: Operation, draw: Draw, fitting: readonly Fitting[]): Request {
  const suited = draw.chance < 75 && fitting.length > 0 ? fitting[draw.pick % fitting.length] : undefined
  const caller = suited?.caller ?? callerFor(world, operation, draw)
  const real = (value: unknown) => {
    const resolved = resolve(world, operation.path, value)
    return draw.chance < 90 ? harmonise(resolved) : resolved
  }
  const parts: Record<Place, unknown> = {
    path: { ...(real(draw.path) as object), ...(suited && { id: subjectOf(world, operation, suited) }) },
    query: real(draw.query),
    body: suitBody(world, operation, caller, suited, real(draw.body)),
    header: headersFor(operation),
  }
  const found = draw.kind === 'valid' ? [] : faultsIn(operation, parts, draw.kind)
  const chosen = found[draw.pick % Math.max(found.length, 1)]
  if (chosen !== undefined) parts[chosen.place] = chosen.flaw.value
  const body = parts.body === undefined ? undefined : JSON.stringify(parts.body)
  const authorization = caller.name === 'link' ? linkOf(world, draw.pick) : caller.authorization
  const signature = operation.permission === 'gateway' && draw.chance < 75 ? sign(parts.body) : undefined
  return {
    caller,
    mayCall: operation.permission === 'public' || caller.permissions.has(operation.permission),
    flaw: chosen?.flaw,
    value: parts.body,
    method: operation.method,
    path: addressOf(operation, parts.path as Record<string, string>, parts.query as Record<string, string>),
    headers: {
      'accept-language': draw.english ? 'en' : 'zh-CN',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(authorization !== null && { authorization }),
      ...(signature !== undefined && { 'x-gateway-signature': signature }),
      ...(parts.header as Record<string, string>),
    },
    body,
  }
}

/** What only a person on the spot would know: the code of this order, the unit one works for. */
function suitBody(
  world: World,
  { name }: Operation,
  caller: Caller,
  suited: Fitting | undefined,
  body: unknown,
): unknown {
  const code = name === 'checkIn' && suited !== undefined ? world.codes.get(suited.orderId) : undefined
  if (code !== undefined) return { ...(body as object), ...code, direction: 'in', personId: null }
  const candidates = suited === undefined ? undefined : world.candidates.get(suited.orderId)
  if (name === 'makeOffer' && candidates?.[0] !== undefined) {
    // Rather one for whom a caller speaks, who can then accept.
    const spoken = candidates.find(({ id }) =>
      world.callers.some(({ unitId, teamId }) => id === unitId || id === teamId),
    )
    return { ...(body as object), providers: [spoken ?? candidates[0]] }
  }
  // What is planned for minutes keeps a core busy as long.
  if (name === 'requestPlan') return { ...(body as object), secondsMax: 1 }
  if (name === 'appointStaff') return { ...(body as object), role: 'station-keeper', login: `fuzz-${randomUUID()}` }
  if (name === 'claimOrder' && caller.teamId !== undefined) {
    return { ...(body as object), provider: { kind: 'team', id: caller.teamId } }
  }
  if (name === 'placeOrderBatch' && caller.unitId !== undefined) {
    const { orders } = body as { orders: object[] }
    return { ...(body as object), orders: orders.map((order) => ({ ...order, unitId: caller.unitId })) }
  }
  return body
}

/** Whose work an operation is; others may have the permission for another reason. */
const USUAL_CALLER: Readonly<Record<string, string>> = {
  listTeamMembers: '13900000011',
  createOffering: 'editor',
  updateOffering: 'editor',
  saveCategory: 'editor',
  placeAssistedOrder: 'agent',
  placeOrderBatch: 'keeper',
  recordFollowUp: 'caller',
  listFollowUps: 'caller',
  listRateOrders: 'leader',
  listOffers: 'health',
}

/** Four of five times one who has the permission, else anybody. */
function callerFor(world: World, operation: Operation, { chance, pick }: Draw): Caller {
  const usual = world.callers.find((caller) => caller.name === USUAL_CALLER[operation.name])
  if (usual !== undefined && chance >= 40) return usual
  const able = world.callers.filter(
    ({ permissions }) => operation.permission === 'public' || permissions.has(operation.permission),
  )
  const from = chance % 5 === 0 || able.length === 0 ? world.callers : able
  return from[pick % from.length]!
}

function subjectOf(world: World, operation: Operation, { caller, orderId }: Fitting): string {
  if (!operation.path.includes('/offers/')) return orderId
  const offers = [...world.openOffers].filter(([, offer]) => offer.orderId === orderId)
  const own = offers.find(([, { providerId }]) => providerId === (caller.unitId ?? caller.teamId))
  return (own ?? offers[0])?.[0] ?? orderId
}

function headersFor(operation: Operation): Record<string, string> {
  const values: Record<string, string> = { 'Idempotency-Key': randomUUID(), 'If-Match': '"1"' }
  const wanted = operation.parameters.filter((parameter) => parameter.in === 'header')
  return Object.fromEntries(wanted.map(({ name }) => [name, values[name] ?? '']))
}

function faultsIn(operation: Operation, parts: Record<Place, unknown>, kind: 'flaw' | 'odd') {
  const found: { place: Place; flaw: Flaw }[] = []
  const add = (place: Place, flaws: Flaw[]) => void found.push(...flaws.map((flaw) => ({ place, flaw })))
  if (kind === 'odd') {
    add('query', oddities(querySchema(operation), parts.query))
    if (operation.body !== undefined) add('body', oddities(operation.body, parts.body))
    return found
  }
  if (operation.path.includes('{id}')) add('path', pathFlaws(parts.path as object))
  add('query', flawsOf(querySchema(operation), parts.query, '', true))
  if (operation.body !== undefined) add('body', flawsOf(operation.body, parts.body))
  add('header', headerFlaws(operation, parts.header as Record<string, string>))
  return found
}

function pathFlaws(path: object): Flaw[] {
  return ['x', '0', '%', '\u0000', '🙂', "' or 1=1", 'null', '1'.repeat(90)].map((id) => ({
    field: 'id',
    what: `id ${JSON.stringify(id)}`,
    value: { ...path, id },
  }))
}

function headerFlaws(operation: Operation, headers: Record<string, string>): Flaw[] {
  return operation.parameters
    .filter((parameter) => parameter.in === 'header')
    .flatMap(({ name }) => {
      const { [name]: _, ...rest } = headers
      return [
        { field: name, what: `${name} missing`, value: rest },
        { field: name, what: `${name} of another form`, value: { ...headers, [name]: 'x' } },
        { field: name, what: `${name} empty`, value: { ...headers, [name]: '' } },
      ]
    })
}

function querySchema(operation: Operation): JsonSchema {
  const parameters: readonly Parameter[] = operation.parameters.filter((parameter) => parameter.in === 'query')
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    additionalProperties: false,
  }
}

function addressOf(operation: Operation, given: Record<string, string>, query: Record<string, string>): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(given[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  return search === '' ? path : `${path}?${search}`
}

function linkOf(world: World, pick: number): string {
  const links = world.pools.get('order-links') ?? []
  return `Link ${links.length === 0 ? 'none' : links[pick % links.length]}`
}

function sign(body: unknown): string {
  return createHmac('sha256', GATEWAY_SECRET)
    .update(JSON.stringify(body ?? null).includes('\\ud') ? '' : (canonicalize(body ?? null) ?? ''))
    .digest('hex')
}
