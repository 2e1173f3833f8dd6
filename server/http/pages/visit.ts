import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteName } from '#contract/routes.ts'
import type { Me } from '#contract/people.ts'
import type { PageContext, PageName, Pages } from '#contract/pages.ts'
import { type Locale, localeOf, type Translate, translator } from '#i18n/translate.ts'
import { Refusal } from '#platform/refusal.ts'
import { callRoute, type RouteRequest } from '../api.ts'
import type { HttpHost } from '../host.ts'
import { authenticate, type Caller, LOCALE_COOKIE } from '../authenticate.ts'
import { type ProblemAnswer, problemOf } from '../problem.ts'
import { logUnexpected } from '../request-log.ts'
import { loadBundle } from './bundle.ts'
import { type DistrictUnits, districtUnits, nameOfUnit } from './district-units.ts'
import { type Preferences, preferencesOf } from './preferences.ts'

const ZONE = 'Asia/Shanghai'
const CLOCK_CACHE_SECONDS = 1

/** One request for a page: who asks, and the means to answer. */
export interface Visit {
  readonly host: HttpHost
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly caller: Caller
  readonly locale: Locale
  readonly t: Translate
  readonly preferences: Preferences
  /** The signed-in resident, or null. */
  readonly me: () => Promise<Me | null>
  readonly units: () => Promise<DistrictUnits>
  /** Calls a route as this visitor and gives its answer. */
  readonly call: Call
  readonly problemOf: (error: unknown) => ProblemAnswer
  readonly render: Render
  readonly redirect: (path: string) => FastifyReply
}

type AnswerOf<Name extends RouteName> = Awaited<ReturnType<typeof callRoute<Name>>>['body']
type Call = <Name extends RouteName>(name: Name, request?: Omit<RouteRequest, 'address'>) => Promise<AnswerOf<Name>>
type Render = <Name extends PageName>(name: Name, props: Pages[Name], status?: number) => Promise<FastifyReply>

/** Opens a visit; `as` replaces the session where another credential counts, as with an order's private link. */
export async function openVisit(
  host: HttpHost,
  request: FastifyRequest,
  reply: FastifyReply,
  as?: (caller: Caller) => Promise<Caller>,
): Promise<Visit> {
  const session = await authenticate(host, request)
  const caller = as === undefined ? session : await as(session)
  const call: Call = async (name, input = {}) =>
    (await callRoute(host, caller, name, { ...input, address: request.ip })).body
  let me: Promise<Me | null> | undefined
  const visit: Visit = {
    host,
    request,
    reply,
    caller,
    locale: caller.actor.locale,
    t: translator(caller.actor.locale),
    preferences: preferencesOf(request),
    me: () => (me ??= session.actor.kind === 'resident' ? readMe(host, session, request) : Promise.resolve(null)),
    units: () => districtUnits(host, session),
    call,
    problemOf: (error) => problemOf(error, caller.actor.locale, request.id),
    render: async (name, props, status = 200) => sendPage(visit, name, props, status, await contextOf(visit)),
    redirect: (path) => reply.redirect(path, 303),
  }
  return visit
}

async function readMe(host: HttpHost, caller: Caller, request: FastifyRequest): Promise<Me> {
  return (await callRoute(host, caller, 'readMe', { address: request.ip })).body
}

async function contextOf(visit: Visit): Promise<PageContext> {
  const { host, request, locale, preferences } = visit
  const [me, units, now] = await Promise.all([visit.me(), visit.units(), businessTime(visit)])
  const village = preferences.village === null ? undefined : units.ofValue(preferences.village)
  return {
    locale,
    zone: me?.district.zone ?? ZONE,
    textPixels: preferences.textPixels,
    elder: preferences.elder,
    path: pathOf(request),
    now,
    me: me === null ? null : { name: me.name, inTeam: me.teams.length > 0 },
    centreName: units.centre === null ? '' : centreName(visit, nameOfUnit(units.centre, locale)),
    village:
      village === undefined
        ? null
        : { id: village.id, name: nameOfUnit(village, locale), phone: village.phone ?? phoneAbove(units, village.id) },
    demo: host.pages?.demo ?? false,
    assets: { styles: [], scripts: [] },
  }
}

/** The centre's unit carries the bare name of its district, unless somebody gave it a fuller one. */
function centreName({ t }: Visit, name: string): string {
  return name.includes(t('resident.frame.centre-word')) ? name : t('resident.frame.centre', { name })
}

/** The number of the nearest level above that has one. */
function phoneAbove(units: DistrictUnits, id: string): string | null {
  const unit = units.find(id)
  if (unit === undefined) return null
  return units.above(unit).find((one) => one.phone !== null)?.phone ?? null
}

const clocks = new WeakMap<HttpHost, { offset: number; until: number }>()

/** Business time; a demonstration server's clock may be shifted, so it is not this machine's. */
export async function businessTime(visit: Visit): Promise<string> {
  const known = clocks.get(visit.host)
  if (known !== undefined && known.until > performance.now()) return new Date(Date.now() + known.offset).toISOString()
  const { now } = await visit.call('readClock')
  clocks.set(visit.host, {
    offset: Date.parse(now) - Date.now(),
    until: performance.now() + CLOCK_CACHE_SECONDS * 1000,
  })
  return now
}

/** Where a form on this page comes back to: the page itself, without what was switched by the address. */
function pathOf(request: FastifyRequest): string {
  const url = new URL(request.url, 'http://page')
  url.searchParams.delete('mode')
  url.searchParams.delete('done')
  return request.method === 'GET' ? `${url.pathname}${url.search}` : url.pathname
}

async function sendPage<Name extends PageName>(
  visit: Pick<Visit, 'host' | 'reply' | 'locale'>,
  name: Name,
  props: Pages[Name],
  status: number,
  context: PageContext,
): Promise<FastifyReply> {
  const bundle = await loadBundle()
  const html = bundle.renderPage(name, props, { ...context, assets: bundle.assets })
  return (
    visit.reply
      .code(status)
      // No address of ours, least of all a private link, goes to another site; but with no referrer at all, browsers without
      // Sec-Fetch-Site send “Origin: null” and their forms would count as another site's.
      .header('referrer-policy', 'same-origin')
      .header('cache-control', 'no-store')
      .header('content-language', visit.locale)
      .header('vary', 'Cookie, Accept-Language')
      .type('text/html; charset=utf-8')
      .send(html)
  )
}

/** Says what went wrong on a page of its own; where not even the frame can be read, on a bare one. */
export async function sendFault(
  host: HttpHost,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  visit?: Visit,
): Promise<FastifyReply> {
  const locale = visit?.locale ?? localeOf(request.cookies[LOCALE_COOKIE], request.headers['accept-language'])
  const problem = problemOf(error, locale, request.id)
  if (problem.unexpected) logUnexpected(request, error)
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds)
  const { title, requestId } = problem.body
  const props = { status: problem.status, title, requestId: problem.status >= 500 ? requestId : null }
  const context = visit === undefined ? undefined : await contextOf(visit).catch(() => undefined)
  return sendPage({ host, reply, locale }, 'message', props, problem.status, context ?? bareContext(request, locale))
}

function bareContext(request: FastifyRequest, locale: Locale): PageContext {
  const { elder, textPixels } = preferencesOf(request)
  return {
    locale,
    zone: ZONE,
    textPixels,
    elder,
    path: '/',
    now: new Date().toISOString(),
    me: null,
    centreName: '',
    village: null,
    demo: false,
    assets: { styles: [], scripts: [] },
  }
}

export function notFound(): Refusal {
  return new Refusal('platform.not-found', 404, {})
}
