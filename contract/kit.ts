import * as z from 'zod/mini'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * One row of the table of routes. What crosses the wire is checked both ways: a body with an unknown or wrong field is
 * refused, and an answer carries only what its schema names.
 */
export interface Route<
  Params extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
  Body extends z.ZodMiniType = z.ZodMiniType,
  Answer extends z.ZodMiniType = z.ZodMiniType,
  Method extends HttpMethod = HttpMethod,
> {
  readonly method: Method
  readonly path: string
  /** Who may call it at all; the operation still decides about the single object. A route without one does not compile. */
  readonly permission: Permission
  readonly summary: string
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Status of success. */
  readonly status: 200 | 201 | 204
  readonly answer: Answer
  /** Bytes of a body, when more than the usual limit. */
  readonly bodyBytesMax?: number
  /** Extra budget for calls that cost or reveal much: calls per actor and window. */
  readonly budget?: { readonly calls: number; readonly seconds: number }
  /** A write that answers differently each time (sessions, codes) takes no client id. */
  readonly withoutClientId?: true
  /** An edit that must name the version it saw (If-Match). */
  readonly ifMatch?: true
  /** Answered from what is known of the session, without a look into the database. */
  readonly fromSession?: true
}

export type Permission =
  | 'public'
  | 'signed-in'
  | 'resident'
  | 'order-party'
  | 'staff'
  | 'staff.manage'
  | 'people.merge'
  | 'volunteers.share'
  | 'catalogue.edit'
  | 'activities.themes'
  | 'activities.phone-check-in'
  | 'hours.approve'
  | 'hours.confirm'
  | 'orders.assist'
  | 'orders.read'
  | 'orders.triage'
  | 'orders.dispatch'
  | 'orders.provide'
  | 'orders.follow-up'
  | 'orders.rates'
  | 'planning.read'
  | 'planning.plan'
  | 'records.handle'
  | 'records.sign'
  | 'personal.reveal'
  | 'teams.families'
  | 'teams.import'
  | 'points.fund'
  | 'points.read'
  | 'audit.read'
  | 'gateway'
  | 'demo'

const nothing = z.strictObject({})

type Part<Given, Key extends string> =
  Given extends Record<Key, infer Schema extends z.ZodMiniType> ? Schema : typeof nothing

interface RouteSpec {
  readonly permission: Permission
  readonly summary: string
  readonly params?: z.ZodMiniType
  readonly query?: z.ZodMiniType
  readonly body?: z.ZodMiniType
  readonly status?: 200 | 201 | 204
  readonly answer?: z.ZodMiniType
  readonly bodyBytesMax?: number
  readonly budget?: { readonly calls: number; readonly seconds: number }
  readonly withoutClientId?: true
  readonly ifMatch?: true
  readonly fromSession?: true
}

type MethodOf<Address extends string> = Address extends `${infer Method extends HttpMethod} ${string}` ? Method : never

/** Declares one route, e.g. `route('POST /api/v1/orders', {…})`; what is left out is empty. */
export function route<const Address extends `${HttpMethod} /${string}`, const Spec extends RouteSpec>(
  address: Address,
  spec: Spec,
) {
  const [method, path] = address.split(' ') as [HttpMethod, string]
  return {
    params: nothing,
    query: nothing,
    body: nothing,
    status: 200,
    answer: nothing,
    ...spec,
    method,
    path,
  } as unknown as Route<
    Part<Spec, 'params'>,
    Part<Spec, 'query'>,
    Part<Spec, 'body'>,
    Part<Spec, 'answer'>,
    MethodOf<Address>
  >
}

// Control characters except tab and line breaks, the two separators that end lines in scripts, and the byte order mark.
const CONTROL = /[\p{Cc}\u2028\u2029\ufeff]/u
const TAB_OR_BREAK = /[\t\n\r]/gu
const LINE_BREAK = /[\r\n\t]/u

function wellFormed(allowBreaks: boolean) {
  return z.refine<string>(
    (text) =>
      text.isWellFormed() && !CONTROL.test(text.replace(TAB_OR_BREAK, '')) && (allowBreaks || !LINE_BREAK.test(text)),
    {
      error: 'control-characters',
    },
  )
}

/** One line of text. Any script, rare Han and emoji included; control characters and half surrogates are refused. */
export function line(charactersMax: number, charactersMin = 1) {
  return z.string().check(z.trim(), z.minLength(charactersMin), z.maxLength(charactersMax), wellFormed(false))
}

/** Text of several lines, possibly empty. */
export function text(charactersMax: number) {
  return z.string().check(z.trim(), z.maxLength(charactersMax), wellFormed(true))
}

export const uuid = z.uuid()

// Nobody plans or remembers beyond these; ISO 8601 goes on to years that neither the database nor a day's arithmetic can hold.
const YEAR_MIN = 1900
const YEAR_MAX = 2199

function inOurTime(error: 'invalid-date' | 'invalid-instant') {
  return z.refine<string>(
    (wire) => {
      const year = Number(wire.slice(0, 4))
      return year >= YEAR_MIN && year <= YEAR_MAX
    },
    { error },
  )
}

/** An instant: ISO 8601 with offset on the wire, a Date inside. */
export const instant = z.codec(z.iso.datetime({ offset: true }).check(inOurTime('invalid-instant')), z.date(), {
  decode: (wire) => new Date(wire),
  encode: (date) => date.toISOString(),
})

/** A calendar date, 'YYYY-MM-DD', that exists. */
export const date = z.iso.date().check(inOurTime('invalid-date'))

/** A Chinese mobile or landline number as people write it; the server normalises it and may still refuse it. */
export const phone = z
  .string()
  .check(
    z.trim(),
    z.minLength(7, { error: 'phone' }),
    z.maxLength(24),
    z.regex(/^[+0-9０-９()（）\-－\s]+$/u, { error: 'phone' }),
  )

export const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max))

/** A whole number that came in a query string. */
export const wholeInQuery = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/u)),
    z.pipe(
      z.transform((wire: string) => Number(wire)),
      whole(min, max),
    ),
  )

export const PAGE_ROWS_MAX = 100
export const PAGE_ROWS = 20

export const pageQuery = {
  cursor: z.optional(z.string().check(z.maxLength(200), z.regex(/^[\w.~-]+$/u))),
  limit: z.optional(wholeInQuery(1, PAGE_ROWS_MAX)),
}

export function page<Row extends z.ZodMiniType>(row: Row) {
  return z.object({ rows: z.array(row), nextCursor: z.nullable(z.string()) })
}

export const idParams = z.strictObject({ id: uuid })

/** What every refusal looks like (RFC 9457 with the fields at fault). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.optional(z.string()),
  field: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ field: z.string(), code: z.string(), message: z.string() }))),
  details: z.optional(z.record(z.string(), z.unknown())),
  requestId: z.string(),
})
export type Problem = z.input<typeof problem>
