import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { schemaText } from '../../scripts/schema-text.ts'
import { migrationNames } from '../../server/platform/migrate.ts'
import { useDatabase } from '../support/database.ts'
import { ROOT, textOf } from './source.ts'

const database = useDatabase()

test('db/schema.sql is what the migrations make (npm run schema)', async () => {
  const text = await database.owner(schemaText)
  expect(text.length).toBeGreaterThan(10_000)
  expect(textOf(ROOT, 'db/schema.sql')).toBe(text)
})

test('db/HEAD names the newest migration, and no number is given twice', async () => {
  const names = await migrationNames()
  expect(names.length).toBeGreaterThan(8)
  expect(textOf(ROOT, 'db/HEAD')).toBe(`${names.at(-1)}\n`)
  // Branches are given their numbers beforehand, so one may come before the other without a lower one being there yet.
  const numbers = names.map((name) => Number(/^(\d{4})-[a-z-]+\.sql$/u.exec(name)?.[1]))
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(numbers[0]).toBe(1)
})

test('migrations pass squawk', async () => {
  const files = (await migrationNames()).map((name) => join(ROOT, 'db/migrations', name))
  const squawk = (paths: readonly string[]) =>
    promisify(execFile)(join(ROOT, 'node_modules/.bin/squawk'), ['--reporter', 'gcc', ...paths], { cwd: ROOT })
  expect((await squawk(files)).stdout).toBe('')
  await expect(squawk([join(ROOT, 'test/tidy/unsafe-migration.txt')])).rejects.toMatchObject({
    stdout: expect.stringContaining('adding-required-field'),
  })
}, 60_000)
