import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

const rows = [
  { title: '煤改电政策解读', summary: '补贴怎么算、设备怎么选。' },
  { title: '老年人智能手机课', summary: '教会打电话、视频、缴费。' },
  { title: '理发进村', summary: '给老年人免费理发。' },
  { title: 'First aid course', summary: 'CPR and choking' },
]

test('the service whose title shares most words with what was said comes first', () => {
  expect(suggest('想请人教村里老人用智能手机', rows).map(({ title }) => title)[0]).toBe('老年人智能手机课')
})

test('a word of the summary is enough to be named', () => {
  expect(suggest('补贴怎么领', rows).map(({ title }) => title)).toEqual(['煤改电政策解读'])
})

test('Latin text is compared by whole words', () => {
  expect(suggest('a FIRST aid lesson', rows).map(({ title }) => title)).toEqual(['First aid course'])
})

test('nothing shared, nothing suggested', () => {
  expect(suggest('', rows)).toEqual([])
  expect(suggest('修水管', rows)).toEqual([])
})
