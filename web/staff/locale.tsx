import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { type Locale, localeOf, type Translate, translateByName, translator } from '../../i18n/translate.ts'

const COOKIE = 'huiyin-locale'
const COOKIE_SECONDS = 31_536_000

export interface Words {
  readonly locale: Locale
  readonly t: Translate
  /** The text of a value that came over the wire, e.g. `named('orders.state', 'offered')`; the value itself if there is none. */
  readonly named: (prefix: string, value: string) => string
  readonly setLocale: (locale: Locale) => void
}

const Context = createContext<Words | null>(null)

export function useWords(): Words {
  const words = use(Context)
  if (words === null) throw new Error('useWords stands outside LocaleProvider')
  return words
}

export function hasLocaleCookie(): boolean {
  return cookieLocale() !== undefined
}

function cookieLocale(): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([^;]+)`, 'u').exec(document.cookie)?.[1]
}

export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const [locale, setLocale] = useState(() => localeOf(cookieLocale(), navigator.languages.join(',')))
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  const words = useMemo<Words>(
    () => ({
      locale,
      t: translator(locale),
      named: (prefix, value) => translateByName(locale, `${prefix}.${value}`) ?? value,
      setLocale: (chosen) => {
        document.cookie = `${COOKIE}=${chosen}; path=/; max-age=${COOKIE_SECONDS}; samesite=lax`
        // Set before the next call leaves, since the calls tell the server the language of the document.
        document.documentElement.lang = chosen
        setLocale(chosen)
      },
    }),
    [locale],
  )
  return <Context value={words}>{children}</Context>
}
