import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Route } from '../../contract/kit.ts'
import { routeGroups, routes } from '../../contract/routes.ts'
import { openApiText } from '../../server/http/openapi.ts'
import { useDatabase } from '../support/database.ts'
import { composeFor } from '../support/server.ts'
import { ROOT, textOf } from './source.ts'

const database = useDatabase()

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

test('every route belongs to one group', () => {
  const groups = Object.values(routeGroups)
  const astray = Object.keys(routes).filter(
    (name) => groups.filter((group) => group.some((some) => name in some)).length !== 1,
  )
  expect(astray).toEqual([])
})

test('the server registers every route of the table', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-routes-'))
  const platform = await composeFor(database.ownerUrl, dataDir, () => undefined)
  const app = await platform.buildApp(true)
  await app.ready()
  const declared = Object.values(routes) as unknown as Route[]
  const missing = declared.filter(({ method, path }) => !app.hasRoute({ method, url: path }))
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  await app.close()
  await platform.close()
  await rm(dataDir, { recursive: true, force: true })
})
