import * as z from 'zod'
import { category, offering, provider } from '#contract/catalogue.ts'
import type { Route } from '#contract/kit.ts'
import { problem } from '#contract/kit.ts'
import { candidateView, offerView, orderRow, orderView, placed, transitionView } from '#contract/order-shapes.ts'
import { unit } from '#contract/orgs.ts'
import { me } from '#contract/people.ts'
import { routeGroups, routes } from '#contract/routes.ts'
import { team } from '#contract/teams.ts'

type Schema = Record<string, unknown>

/** Shapes that several routes share; the document describes each once. */
const NAMED = {
  Problem: problem,
  Category: category,
  Provider: provider,
  Offering: offering,
  Unit: unit,
  Team: team,
  Me: me,
  Placed: placed,
  OrderRow: orderRow,
  OrderView: orderView,
  OfferView: offerView,
  TransitionView: transitionView,
  CandidateView: candidateView,
} as const
const names = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries(NAMED)) names.add(schema, { id })

/** The OpenAPI 3.1 document of the route table; committed as contract/openapi.json and compared by a test. */
export function openApiDocument(): Schema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replaceAll(/:(\w+)/gu, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = operationOf(name, route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Huiyin 回音',
      version: '1',
      description: 'Services ordered, accepted, dispatched, judged and rewarded.',
    },
    tags: Object.keys(routeGroups).map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(NAMED).map(([name, schema]) => [name, described(schema)])),
      securitySchemes: {
        session: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of a session; browsers carry it in a cookie.',
        },
        link: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Link <token>`: the private link of one order.',
        },
      },
    },
  }
}

/** The document as it is committed. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`
}

function operationOf(name: string, route: Route): Schema {
  const isWrite = route.method !== 'GET'
  const body = wire(route.body)
  const answers = {
    [route.status]:
      route.status === 204 ? { description: 'Done' } : { description: 'Done', content: json(wire(route.answer)) },
    default: {
      description: 'Refused',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  }
  return {
    operationId: name,
    tags: Object.keys(routeGroups).filter((group) => routeGroups[group]!.some((some) => name in some)),
    summary: route.summary,
    'x-permission': route.permission,
    security:
      route.permission === 'public'
        ? []
        : route.permission === 'order-party'
          ? [{ session: [] }, { link: [] }]
          : [{ session: [] }],
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(isWrite && route.withoutClientId !== true
        ? [header('Idempotency-Key', { type: 'string', format: 'uuid' })]
        : []),
      ...(route.ifMatch === true ? [header('If-Match', { type: 'string', pattern: '^"\\d+"$' })] : []),
    ],
    ...(isWrite &&
      Object.keys((body['properties'] as object | undefined) ?? {}).length > 0 && {
        requestBody: { required: true, content: json(body) },
      }),
    responses: answers,
  }
}

function parametersOf(schema: Route['params'], place: 'path' | 'query') {
  const { properties = {}, required = [] } = wire(schema) as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, part]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: part,
  }))
}

function header(name: string, schema: Schema) {
  return { name, in: 'header', required: true, schema }
}

function json(schema: Schema) {
  return { 'application/json': { schema } }
}

type AnySchema = Route['params'] | (typeof NAMED)[keyof typeof NAMED]

/** What of a shape crosses the wire; a named one is referred to. */
function wire(schema: AnySchema): Schema {
  const name = names.get(schema)?.id
  return name === undefined ? described(schema) : { $ref: `#/components/schemas/${name}` }
}

function described(schema: AnySchema): Schema {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', metadata: names })
  const parts = Object.entries(whole).filter(([key]) => !['$schema', '$defs', 'id'].includes(key))
  return JSON.parse(JSON.stringify(Object.fromEntries(parts)).replaceAll('#/$defs/', '#/components/schemas/')) as Schema
}
