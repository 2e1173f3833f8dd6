import type { FastifyReply, FastifyRequest } from 'fastify'
import { localeOf } from '#i18n/translate.ts'
import type { Actor } from '#platform/actor.ts'
import { Refusal } from '#platform/refusal.ts'
import { districtOfRequest } from './district.ts'
import type { HttpHost } from './host.ts'
import { orderLinkActor } from './modules.ts'

export const LOCALE_COOKIE = 'huiyin-locale'
const BEARER = 'Bearer '
const LINK = 'Link '

export interface Caller {
  readonly actor: Actor
  readonly token: string | null
  /** The credentials came from a cookie, so another site could have caused the request. */
  readonly byCookie: boolean
}

export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-huiyin' : 'huiyin'
}

/** Who calls: a session (cookie or bearer token), the holder of an order's private link, or the public. */
export async function authenticate(host: HttpHost, request: FastifyRequest): Promise<Caller> {
  const districtId = await districtOfRequest(host.db, request.hostname)
  const header = request.headers.authorization ?? ''
  const cookie = request.cookies[sessionCookie(host.secureCookies)]
  const token = header.startsWith(BEARER) ? header.slice(BEARER.length) : (cookie ?? null)
  const chosen = request.cookies[LOCALE_COOKIE]
  const asked = localeOf(chosen, request.headers['accept-language'])
  if (header.startsWith(LINK)) {
    const actor = await orderLinkActor(host.db, districtId, header.slice(LINK.length), asked)
    if (actor === null) throw new Refusal('platform.not-found', 404, {})
    return { actor, token: null, byCookie: false }
  }
  if (token !== null) {
    const actor = await host.sessions.actorOf(token, districtId)
    if (actor !== null) {
      const explicit = chosen !== undefined || request.headers['accept-language'] !== undefined
      return { actor: explicit ? { ...actor, locale: asked } : actor, token, byCookie: !header.startsWith(BEARER) }
    }
    if (header.startsWith(BEARER)) throw new Refusal('platform.not-signed-in', 401, {})
  }
  return { actor: publicActor(districtId, request.ip, asked), token: null, byCookie: false }
}

function publicActor(districtId: number, address: string, locale: Actor['locale']): Actor {
  return { districtId, kind: 'public', personId: null, key: `public ${address}`, grants: [], locale, linkOrderId: null }
}

/**
 * Refuses a write that another site caused in the visitor's browser (trust-ux.md section 2.4): Sec-Fetch-Site where the
 * browser sends it, else Origin. A request without either does not come from a browser's page.
 */
export function refuseCrossSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (typeof site === 'string') {
    if (site === 'same-origin' || site === 'none') return
    throw new Refusal('platform.cross-site', 403, {})
  }
  const origin = request.headers.origin
  if (origin === undefined) return
  if (URL.canParse(origin) && new URL(origin).host === request.host) return
  throw new Refusal('platform.cross-site', 403, {})
}

export function setSessionCookie(
  host: HttpHost,
  reply: FastifyReply,
  session: { readonly token: string } | 'ended',
): void {
  const name = sessionCookie(host.secureCookies)
  const options = { path: '/', httpOnly: true, secure: host.secureCookies, sameSite: 'lax' as const }
  if (session === 'ended') void reply.clearCookie(name, options)
  else void reply.setCookie(name, session.token, { ...options, maxAge: 180 * 24 * 3600 })
}
