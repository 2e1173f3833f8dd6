import { expect, test } from 'vitest'
import { translator } from '#i18n/translate.ts'
import { Refusal } from '#platform/refusal.ts'
import { problemOf } from '../problem.ts'
import { InvalidInput } from '../validation.ts'
import { formAgain, inputsOf, instantOn, minutesOf, neededIn, numberIn, valuesOf } from './forms.ts'
import { localPath } from './preferences.ts'

const t = translator('zh-CN')
const CLIENT_ID = '01980000-0000-7000-8000-000000000001'

test('a body becomes lists of texts, whatever came', () => {
  expect(valuesOf({ a: '1', b: ['2', '3'], c: 4, d: null })).toEqual({ a: ['1'], b: ['2', '3'], c: [], d: [] })
  expect(valuesOf(undefined)).toEqual({})
})

test('numbers may be typed full width; what is none goes on for the contract to refuse', () => {
  const values = valuesOf({ a: ' 12 ', b: '１２', c: '好多', d: '' })
  expect(['a', 'b', 'c', 'd'].map((name) => numberIn(values, name))).toEqual([12, 12, '好多', undefined])
  expect(neededIn(values, 'd')).toBeUndefined()
})

test('dates and times are those of the district', () => {
  expect(instantOn('2026-10-13', 9 * 60 + 30)).toBe('2026-10-13T01:30:00.000Z')
  expect(instantOn('2026-02-31', 0)).toBe('2026-02-31')
  expect(inputsOf('2026-10-13T01:30:00.000Z')).toEqual({ date: '2026-10-13', time: '09:30' })
  expect(['09:30', '24:00', 'x'].map(minutesOf)).toEqual([570, null, null])
})

test('a refused form keeps what was typed and its client id, and names each field once in the reader’s words', () => {
  const values = valuesOf({ clientId: CLIENT_ID, headcount: '好多', date: '2026-13-01' })
  const fault = (field: string, code: string) => ({ field, code, params: {} })
  const faults = [
    fault('headcount', 'invalid-type'),
    fault('windowFrom', 'invalid-instant'),
    fault('windowUntil', 'invalid-instant'),
  ]
  const labels = {
    headcount: ['headcount', 'resident.order-form.headcount'],
    windowFrom: ['date', 'resident.order-form.date'],
    windowUntil: ['date', 'resident.order-form.date'],
  } as const
  const form = formAgain(values, problemOf(new InvalidInput(faults), 'zh-CN', 'r'), labels, t)
  expect(form.clientId).toBe(CLIENT_ID)
  expect(form.values).toEqual({ headcount: ['好多'], date: ['2026-13-01'] })
  expect(form.errors.map((error) => error.field)).toEqual(['headcount', 'date'])
  expect(form.errors[0]?.message).toBe('大约多少人参加：此项的格式不对。')
})

test('a client id that stands for another order already is replaced, so that the form can be sent', () => {
  const refusal = new Refusal('platform.same-id-other-body', 422, {})
  const form = formAgain(valuesOf({ clientId: CLIENT_ID }), problemOf(refusal, 'zh-CN', 'r'), {}, t)
  expect(form.clientId).not.toBe(CLIENT_ID)
  expect(form.errors).toEqual([{ field: '', message: t('platform.refusal.same-id-other-body') }])
})

test('no address leads away through us', () => {
  expect(localPath('/orders/1?x=2')).toBe('/orders/1?x=2')
  for (const bad of [
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:1',
    '/a b',
  ])
    expect(localPath(bad)).toBe('/')
})
