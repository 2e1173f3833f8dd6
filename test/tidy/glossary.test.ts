import { expect, test } from 'vitest'
import { filesBelow, ROOT, textOf } from './source.ts'

const rows = textOf(ROOT, 'docs/glossary.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, zh = '', en = '', code = '']) => ({ zh, en, code }))
  .filter(({ zh }) => zh !== '中文' && !zh.startsWith('--'))

test('every table has a row in the glossary', () => {
  const migrations = filesBelow(ROOT, 'db/migrations', /\.sql$/u).map((path) => textOf(ROOT, path))
  const text = migrations.join('\n')
  const dropped = new Set([...text.matchAll(/^drop table (\w+)/gmu)].map((match) => match[1]!))
  const tables = [...text.matchAll(/^create table (\w+)/gmu)]
    .map((match) => match[1]!)
    .filter((name) => !dropped.has(name))
  expect(tables.length).toBeGreaterThan(40)
  const explained = new Set(rows.flatMap((row) => [...row.code.matchAll(/`(\w+)`/gu)].map((match) => match[1]!)))
  expect(tables.filter((name) => !explained.has(name))).toEqual([])
})

test('every row says it in Chinese, in English and in code, once', () => {
  expect(rows.length).toBeGreaterThan(60)
  expect(rows.filter((row) => !/\p{Script=Han}/u.test(row.zh) || row.en === '' || !row.code.includes('`'))).toEqual([])
  const terms = rows.map((row) => row.zh)
  expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([])
})
