import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TextPixels, textSizes } from '#contract/pages.ts'
import type { Locale } from '#i18n/translate.ts'
import type { HttpHost } from '../host.ts'
import { LOCALE_COOKIE } from '../authenticate.ts'

const ELDER_COOKIE = 'huiyin-elder'
const TEXT_COOKIE = 'huiyin-text'
const VILLAGE_COOKIE = 'huiyin-village'
const YEAR_SECONDS = 365 * 24 * 3600
const NORMAL_PIXELS = 18
const ELDER_PIXELS = 22

/** What this device remembers without an account. */
export interface Preferences {
  readonly elder: boolean
  readonly textPixels: TextPixels
  /** Value of the village chosen last, as forms send it. */
  readonly village: string | null
}

export function preferencesOf(request: FastifyRequest): Preferences {
  const mode = (request.query as Readonly<Record<string, unknown>>)['mode']
  const cookie = request.cookies[ELDER_COOKIE]
  const elder = mode === 'elder' || (mode !== 'standard' && cookie === '1')
  const text = textSizes.find((size) => String(size) === request.cookies[TEXT_COOKIE] && size > NORMAL_PIXELS)
  return {
    elder,
    textPixels: elder ? (text ?? ELDER_PIXELS) : NORMAL_PIXELS,
    village: request.cookies[VILLAGE_COOKIE] ?? null,
  }
}

/** Whether the device chose by itself, so that the account's choice does not replace it. */
export function choseElder(request: FastifyRequest): boolean {
  return request.cookies[ELDER_COOKIE] !== undefined
}

export function choseLocale(request: FastifyRequest): boolean {
  return request.cookies[LOCALE_COOKIE] !== undefined
}

export interface Chosen {
  readonly locale?: Locale
  readonly elder?: boolean
  readonly text?: TextPixels
  readonly village?: string
}

export function remember(host: HttpHost, reply: FastifyReply, chosen: Chosen): void {
  const keep = (name: string, value: string) =>
    void reply.setCookie(name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: host.secureCookies,
      maxAge: YEAR_SECONDS,
    })
  if (chosen.locale !== undefined) keep(LOCALE_COOKIE, chosen.locale)
  if (chosen.elder !== undefined) keep(ELDER_COOKIE, chosen.elder ? '1' : '0')
  if (chosen.text !== undefined) keep(TEXT_COOKIE, String(chosen.text))
  if (chosen.village !== undefined) keep(VILLAGE_COOKIE, chosen.village)
}

/** A path of this site to go back to; anything else becomes the fallback, so that no link can lead away through us. */
export function localPath(asked: string | undefined, fallback = '/'): string {
  if (asked === undefined || !/^\/(?![/\\])[^\s\\]*$/u.test(asked)) return fallback
  return asked
}
