// Texts: complete in both languages, used, and nowhere else than in i18n/.
import { IntlMessageFormat } from 'intl-messageformat'
import { beforeAll, expect, test } from 'vitest'
import { english } from '../../i18n/en.ts'
import englishConfig from '../../i18n/en/config.json' with { type: 'json' }
import { chinese } from '../../i18n/messages.ts'
import { configMessages } from '../../i18n/messages/config.ts'
import { refusalStatuses } from '../../server/platform/refusal.ts'
import { filesBelow, isTest, type Literal, literalsOf, ROOT, type Source, sourcesOf, textOf } from './source.ts'

type Texts = Readonly<Record<string, string>>
const CHINESE: Readonly<Record<string, Texts>> = chinese
const ENGLISH: Readonly<Record<string, Texts>> = english
const HAN = /\p{Script=Han}/u
// Surnames and the signs of addresses, by which names and addresses are masked: facts of the language, not texts.
const LANGUAGE_FACTS = new Set(['server/platform/masking.ts'])
// The product's name is the same in every language.
const NAME = 'Huiyin 回音'

let sources: readonly Source[]
let literals: ReadonlyMap<Source, readonly Literal[]>
beforeAll(async () => {
  sources = sourcesOf(ROOT, ['server', 'contract', 'web', 'scripts']).filter(({ path }) => !isTest(path))
  literals = new Map(sources.map((source) => [source, literalsOf(source)]))
  const catalogues = sources.filter((source) => source.path.endsWith('/refusals.ts'))
  expect(catalogues.length).toBeGreaterThan(5)
  for (const { path } of catalogues) await import(/* @vite-ignore */ `../../${path}`)
})

/** Names of the placeholders of an ICU message, those inside plural and select forms included. */
function placeholders(text: string): string[] {
  // The translator formats only what has a brace, so that a text for the terminal may say <code>.
  if (!text.includes('{')) return []
  const names = new Set<string>()
  const visit = (elements: readonly unknown[]) => {
    for (const one of elements as readonly {
      type: number
      value: string
      options?: Record<string, { value: unknown[] }>
    }[]) {
      if (one.type >= ARGUMENT && one.type !== POUND) names.add(one.value)
      for (const option of Object.values(one.options ?? {})) visit(option.value)
    }
  }
  visit(new IntlMessageFormat(text, 'en').getAst())
  return [...names].toSorted()
}
// Element types of the ICU parser: 0 is plain text, 7 the number sign of a plural form.
const ARGUMENT = 1
const POUND = 7

test('Chinese and English have the same keys and placeholders', () => {
  expect(Object.keys(ENGLISH)).toEqual(Object.keys(CHINESE))
  for (const [module, texts] of Object.entries(CHINESE)) {
    const other = ENGLISH[module]!
    expect(Object.keys(texts).length, module).toBeGreaterThan(0)
    expect(Object.keys(other).toSorted(), module).toEqual(Object.keys(texts).toSorted())
    const differing = Object.keys(texts).filter(
      (key) => String(placeholders(texts[key]!)) !== String(placeholders(other[key]!)),
    )
    expect(differing, module).toEqual([])
  }
})

test('the texts about settings have the same keys and placeholders', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? '').toSorted()
  expect(Object.keys(englishConfig).toSorted()).toEqual(Object.keys(configMessages).toSorted())
  for (const [key, text] of Object.entries(configMessages)) {
    expect([...new Set(names((englishConfig as Texts)[key]!))], key).toEqual([...new Set(names(text))])
  }
})

test('English texts are English', () => {
  const han = Object.values(ENGLISH).flatMap((texts) => Object.values(texts).filter((text) => HAN.test(text)))
  // The way to Chinese is written in Chinese, and so is an example of what may be typed.
  expect(han.filter((text) => !/^中文(?: \(Chinese\))?$|such as 理发/u.test(text))).toEqual([])
})

test('every refusal has a text in both languages', () => {
  const thrown = sources.flatMap((source) =>
    [...source.text.matchAll(/new Refusal\(\s*'([\w.-]+)',\s*(\d{3})/gu)].map((match) => match[1]!),
  )
  expect(refusalStatuses.size).toBeGreaterThan(80)
  expect(thrown.length).toBeGreaterThan(20)
  const missing = [...refusalStatuses.keys(), ...thrown].filter((code) => {
    const dot = code.indexOf('.')
    const key = `refusal.${code.slice(dot + 1)}`
    const module = code.slice(0, dot)
    return CHINESE[module]?.[key] === undefined || ENGLISH[module]?.[key] === undefined
  })
  expect(missing).toEqual([])
})

test('no Chinese text stands in the code', () => {
  const found = [...literals].flatMap(([source, texts]) =>
    texts
      .filter(() => !LANGUAGE_FACTS.has(source.path))
      .filter(({ text }) => HAN.test(text.replaceAll(NAME, '')))
      // What a route does is told to developers in English with the field's own term beside it.
      .filter(({ line }) => !(source.path.startsWith('contract/') && /^\s*summary:/u.test(lineOf(source, line))))
      .map(({ text, line }) => `${source.path}:${line} ${text}`),
  )
  const pages = filesBelow(ROOT, 'web', /\.(?:html|css|json|svg)$/u).filter((path) =>
    HAN.test(textOf(ROOT, path).replaceAll(NAME, '')),
  )
  expect([...found, ...pages]).toEqual([])
})

function lineOf(source: Source, line: number): string {
  return source.text.split('\n')[line - 1] ?? ''
}

// Keys that are made at run time from a value of the wire: the text of the module that stands before the value.
const MADE_AT_RUN_TIME = [
  'validation.',
  // Words for codes of the seed and of the tables that no screen shows yet.
  'catalogue.licence.',
  'points.account.',
  'teams.tier.',
  'teams.role.',
]

test('every text is used', () => {
  const exact = new Set<string>()
  const patterns: RegExp[] = []
  for (const { text } of [...literals.values()].flat()) {
    exact.add(text)
    const [head] = text.split(' ? ')
    // `orders.${key}` says nothing: such keys stand somewhere as literals.
    if (head !== text && /^[\w-]+\.[\w.-]+/u.test(head!)) {
      patterns.push(new RegExp(`^${text.split(' ? ').map(escaped).join('[\\w.-]+')}$`, 'u'))
    }
  }
  const isUsed = (module: string, key: string) => {
    const full = `${module}.${key}`
    const code = key.replace(/^refusal\./u, '')
    return (
      MADE_AT_RUN_TIME.some((prefix) => full.startsWith(prefix)) ||
      [full, key].some((name) => exact.has(name)) ||
      (key.startsWith('refusal.') && (exact.has(code) || exact.has(`${module}.${code}`))) ||
      // `named('orders.state', value)`
      prefixesOf(full).some((prefix) => exact.has(prefix)) ||
      patterns.some((pattern) => pattern.test(full) || pattern.test(key))
    )
  }
  const unused = Object.entries(CHINESE).flatMap(([module, texts]) =>
    Object.keys(texts)
      .filter((key) => !isUsed(module, key))
      .map((key) => `${module}.${key}`),
  )
  expect(unused).toEqual([])
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)
}

function prefixesOf(key: string): string[] {
  const parts = key.split('.')
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join('.'))
}

test('nothing is left for later', () => {
  const folders = ['server', 'contract', 'i18n', 'web', 'scripts', 'test', 'bench', 'db/migrations', 'docs']
  const files = folders.flatMap((folder) => filesBelow(ROOT, folder, /\.(?:ts|tsx|js|css|html|sql|md|json)$/u))
  expect(files.length).toBeGreaterThan(300)
  const marks = new RegExp(
    `\\b(?:${['TO', 'FIX'].map((start) => `${start}${start === 'TO' ? 'DO' : 'ME'}`).join('|')})\\b`,
    'u',
  )
  expect(files.filter((path) => marks.test(textOf(ROOT, path)))).toEqual([])
})
