import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { queryKeys, searchKeys } from './pinyin.ts'

/** The comparison that the database makes: array containment and LIKE. */
function finds(query: string, text: string): boolean {
  const [wanted, keys] = [queryKeys(query), searchKeys(text)]
  if (wanted.bigrams.length === 0 && wanted.letters.length === 0) return false
  return (
    wanted.bigrams.every((bigram) => keys.bigrams.includes(bigram)) &&
    wanted.letters.every((letters) => letters.columns.some((column) => keys[column].includes(letters.text)))
  )
}

describe('keys of a text', () => {
  test('Han text has its characters, its pairs, its sound and its initials', () => {
    expect(searchKeys('理发')).toEqual({ bigrams: ['理', '发', '理发'], pinyin: 'lifa', initials: 'lf' })
    expect(searchKeys('药')).toEqual({ bigrams: ['药'], pinyin: 'yao', initials: 'y' })
  })

  test('Latin words and numbers are kept whole and lower-cased, in all three keys', () => {
    expect(searchKeys('ＣＴ检查 12345')).toEqual({
      bigrams: ['ct', '检', '查', '检查', '12345'],
      pinyin: 'ctjiancha12345',
      initials: 'ctjc12345',
    })
  })

  test('words with two sounds are read in context', () => {
    expect(searchKeys('重庆银行').pinyin).toBe('chongqingyinhang')
    expect(searchKeys('女儿绿色').pinyin).toBe('nverlvse')
  })

  test('characters beyond the basic plane are one character each, with or without a known sound', () => {
    expect(searchKeys('𠮷田').bigrams).toEqual(['𠮷', '田', '𠮷田'])
    expect(searchKeys('𪚥').bigrams).toEqual(['𪚥'])
  })

  test('punctuation separates, and nothing comes from nothing', () => {
    expect(searchKeys('义诊·理发').bigrams).not.toContain('诊理')
    for (const text of ['', ' \n', '，。！', '\uD800', '\0%_\\']) {
      expect(searchKeys(text)).toEqual({ bigrams: [], pinyin: '', initials: '' })
      expect(queryKeys(text)).toEqual({ bigrams: [], letters: [] })
    }
  })

  test('keys stay within what an index accepts', () => {
    const keys = searchKeys('a'.repeat(100_000) + '字'.repeat(100_000))
    expect(keys.bigrams).toEqual(['a'.repeat(64)])
    const han = searchKeys('字典'.repeat(50_000))
    expect(han.pinyin).toHaveLength('zidian'.length * 2_000)
  })
})

describe('which key a query needs', () => {
  test('Han text needs its pairs only, a lone character itself', () => {
    expect(queryKeys('老人理发')).toEqual({ bigrams: ['老人', '人理', '理发'], letters: [] })
    expect(queryKeys('药')).toEqual({ bigrams: ['药'], letters: [] })
  })

  test('letters mean sound or initials; without a vowel they can only be initials', () => {
    expect(queryKeys('Li Fa')).toEqual({ bigrams: [], letters: [{ text: 'lifa', columns: ['pinyin', 'initials'] }] })
    expect(queryKeys('lf')).toEqual({ bigrams: [], letters: [{ text: 'lf', columns: ['initials'] }] })
    expect(queryKeys("xi'an").letters[0]?.text).toBe('xian')
    expect(queryKeys('lüse').letters[0]?.text).toBe('lvse')
  })

  test('mixed queries need both', () => {
    expect(queryKeys('CT检查')).toEqual({ bigrams: ['检查'], letters: [{ text: 'ct', columns: ['initials'] }] })
  })

  test('letters never hold what LIKE treats specially', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        for (const letters of queryKeys(query).letters) expect(letters.text).toMatch(/^[a-z0-9]+$/)
      }),
    )
  })
})

describe('finding', () => {
  test.each([
    ['理发', '上门理发（高龄老人）'],
    ['lifa', '上门理发（高龄老人）'],
    ['lf', '上门理发（高龄老人）'],
    ['LI FA', '上门理发（高龄老人）'],
    ['smlf', '上门理发（高龄老人）'],
    ['发', '理发'],
    ['延庆', '北京市延庆区'],
    ['yq', '北京市延庆区'],
    ['煤改电', '“煤改电”政策解读'],
    ['mgd', '“煤改电”政策解读'],
    ['nv', '妇女健康讲座'],
    ['ct', '免费CT检查'],
    ['𠮷田', '𠮷田先生'],
    ['𠮷', '𠮷田先生'],
    ['😀', '文化大集😀'],
    ['❤', '爱心❤️超市'],
    ['👩‍🌾', '👩‍🌾农技'],
    ['🇨🇳', '国庆🇨🇳'],
    ['مرحبا', 'مرحبا بكم'],
    ['paper cutting', 'Paper-cutting class'],
    ['café', 'Café 活动'],
    ['cafe', 'Café 活动'],
    ['老人 手机', '手机课：老人专场'],
  ])('%s finds %s', (query, text) => {
    expect(finds(query, text)).toBe(true)
  })

  test.each([
    ['理发', '发理'],
    ['发理', '理发'],
    ['人理', '老人·理发'],
    ['ng', '东方红乡'],
    ['义诊', '理发'],
    ['', '理发'],
  ])('%j does not find %s', (query, text) => {
    expect(finds(query, text)).toBe(false)
  })

  test('every part of a Han text, of two characters or one, finds the text', () => {
    const han = fc.oneof(fc.integer({ min: 0x4e00, max: 0x9fff }), fc.integer({ min: 0x20000, max: 0x2a6d0 }))
    const texts = fc.array(han, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 1, max: 8 }), (points, start, length) => {
        const from = start % points.length
        const part = String.fromCodePoint(...points.slice(from, from + length))
        expect(finds(part, String.fromCodePoint(...points))).toBe(true)
      }),
    )
  })

  test('keys are the same for any normal form and any case of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(searchKeys(text.normalize('NFD'))).toEqual(searchKeys(text.normalize('NFC')))
        const keys = searchKeys(text)
        expect(new Set(keys.bigrams).size).toBe(keys.bigrams.length)
        expect(keys.pinyin + keys.initials).toMatch(/^[a-z0-9]*$/)
      }),
    )
  })
})
