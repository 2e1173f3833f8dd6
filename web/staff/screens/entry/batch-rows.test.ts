import { expect, test } from 'vitest'
import { type BatchField, cellAtFault, cellsOf, emptyCells, emptyRow, rowsFrom } from './batch-rows.ts'

const namesOf = (field: BatchField) => [field, ...({ title: ['标题'], contactPhone: ['电话'] }[field as string] ?? [])]

test('a table copied from a spreadsheet becomes rows, empty lines left out', () => {
  expect(cellsOf('理发\t13800138000\r\n\r\n修水管\t010-1234567\n')).toEqual([
    ['理发', '13800138000'],
    ['修水管', '010-1234567'],
  ])
})

test('quoted cells may hold separators, quotes and line breaks', () => {
  expect(cellsOf('"a, ""b""",c\n"two\nlines",d')).toEqual([
    ['a, "b"', 'c'],
    ['two\nlines', 'd'],
  ])
})

test('a first line of column names says in which order the columns stand', () => {
  const rows = rowsFrom('电话\t标题\n13800138000\t理发', namesOf)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ title: '理发', contactPhone: '13800138000', category: '' })
})

test('without such a line the columns stand as in the table', () => {
  expect(rowsFrom('理发\t健康\t王秀兰', namesOf)[0]).toMatchObject({
    title: '理发',
    category: '健康',
    contactName: '王秀兰',
  })
})

test('a row says which of its needed cells are empty', () => {
  const rows = rowsFrom('理发\t健康\t王秀兰\t13800138000\n修水管\t\t \t13800138000', namesOf)
  expect(emptyCells(rows)).toEqual(['1 category', '1 contactName'])
  expect(emptyCells([emptyRow()])).toEqual([])
})

test('a fault of the server finds its cell', () => {
  expect(cellAtFault('orders.3.contactPhone')).toEqual({ row: 3, field: 'contactPhone' })
  expect(cellAtFault('orders.0.categoryId')).toEqual({ row: 0, field: 'category' })
  expect(cellAtFault('orders')).toBeUndefined()
})
