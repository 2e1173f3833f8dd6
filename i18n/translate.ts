import { IntlMessageFormat } from 'intl-messageformat'
import { english } from './en.ts'
import { chinese } from './messages.ts'

export type Locale = 'zh-CN' | 'en'

type Source = typeof chinese
export type ModuleName = keyof Source
/** `<module>.<key>`, for every text there is. */
export type MessageKey = { [M in ModuleName]: `${M}.${keyof Source[M] & string}` }[ModuleName]

type TextOf<Key extends MessageKey> = Key extends `${infer M extends ModuleName}.${infer K}`
  ? K extends keyof Source[M]
    ? Source[M][K]
    : never
  : never

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare},${string}` ? Bare : Name) | Placeholders<Rest>
  : never

export type MessageParams<Key extends MessageKey> = [Placeholders<TextOf<Key>>] extends [never]
  ? []
  : [params: Record<Placeholders<TextOf<Key>>, string | number>]

export type Translate = <Key extends MessageKey>(key: Key, ...params: MessageParams<Key>) => string

const compiled = new Map<string, IntlMessageFormat>()

/** A translator whose keys and placeholders the compiler checks. */
export function translator(locale: Locale): Translate {
  return (key, ...params) => translateByName(locale, key, params[0]) ?? key
}

/** Looks a text up by a key known only at run time (a refusal's code, a state's name); undefined when there is none. */
export function translateByName(
  locale: Locale,
  key: string,
  params?: Readonly<Record<string, string | number>>,
): string | undefined {
  const text = textOf(locale, key)
  if (text === undefined) return undefined
  if (!text.includes('{')) return text
  const id = `${locale} ${key}`
  let message = compiled.get(id)
  if (message === undefined) {
    message = new IntlMessageFormat(text, locale)
    compiled.set(id, message)
  }
  return String(message.format(params ?? {}))
}

/** A text as it is written, its placeholders unfilled. */
export function textOf(locale: Locale, key: string): string | undefined {
  const dot = key.indexOf('.')
  const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = locale === 'en' ? english : chinese
  return texts[key.slice(0, dot)]?.[key.slice(dot + 1)]
}

/** Chooses the language of a request: an explicit choice, else the first language the browser asks for that we have. */
export function localeOf(chosen: string | undefined, acceptLanguage: string | undefined): Locale {
  if (chosen === 'zh-CN' || chosen === 'en') return chosen
  for (const part of (acceptLanguage ?? '').split(',')) {
    const tag = part.trim().toLowerCase()
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return 'zh-CN'
}
