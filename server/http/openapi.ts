import * as z from 'zod'
import type { Route } from '#contract/kit.ts'
import { problem } from '#contract/kit.ts'
import { routes } from '#contract/routes.ts'

type Schema = Record<string, unknown>

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
    paths,
    components: {
      schemas: { Problem: wire(problem) },
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

function wire(schema: Route['params'] | typeof problem): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}
