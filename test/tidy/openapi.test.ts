import { expect, test } from 'vitest'
import type { Route } from '../../contract/kit.ts'
import { routes } from '../../contract/routes.ts'
import { openApiText } from '../../server/http/openapi.ts'
import { ROOT, textOf } from './source.ts'

interface Operation {
  readonly operationId: string
  readonly 'x-permission': string
}

test('contract/openapi.json is what the table of routes says (npm run openapi)', () => {
  expect(textOf(ROOT, 'contract/openapi.json')).toBe(openApiText())
})

test('every route of the table is in the document, once, and nothing else', () => {
  const document = JSON.parse(openApiText()) as { paths: Record<string, Record<string, Operation>> }
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: operation.operationId,
      address: `${method.toUpperCase()} ${path}`,
      permission: operation['x-permission'],
    })),
  )
  const declared = (Object.entries(routes) as [string, Route][]).map(([name, route]) => ({
    name,
    address: `${route.method} ${route.path.replaceAll(/:(\w+)/gu, '{$1}')}`,
    permission: route.permission,
  }))
  expect(declared.length).toBeGreaterThan(50)
  const byName = (rows: typeof documented) => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(byName(documented)).toEqual(byName(declared))
})
