/**
 * The process log: one JSON object a line, without personal data.
 *
 * Nothing personal should be handed to the log; this file is the net below. Three layers, each of which would catch
 * most by itself: the serializers let only named parts of a request, response or error through; each written line is
 * searched for keys that hold personal data, at any depth; and texts are searched for what has the shape of a phone, an
 * ID number, a session token or a bearer credential. What no rule can find is a person's name inside a free message, so a message
 * is a constant text and data goes into fields. Log a job, queue or table under its own key, not under `name`.
 */
import { pino, stdTimeFunctions, type DestinationStream, type LevelWithSilent, type Logger } from 'pino'

const HIDDEN = '[hidden]'
const CAUSES_MAX = 4
const LINES_BYTES = 8_192
const LINES_MILLISECONDS = 200
const DEPTH_MAX = 12

// Compared in lower case without signs between words, so that `id_number`, `idNumber` and `x-id-number` are one.
const PERSONAL_KEYS: ReadonlySet<string> = new Set(
  `name fullname realname displayname personname contactname requestername principalname proxyname volunteername
  beneficiaryname givenname familyname surname nickname username code otp pin totp onetimecode smscode phonecode
  checkincode verificationcode rotatingcode kek sid birthday birthdate body payload detail parameters`.split(/\s+/u),
)
const PERSONAL_ENDINGS =
  /(?:phone|phonenumber|mobile|landline|idnumber|idcard|password|passphrase|secret|token|cookie|authorization|address|email|openid)(?:e?s)?$/u

const PHONE = /(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])/gu
const LANDLINE = /(?<![0-9A-Za-z.-])0\d{2,3}-\d{7,8}(?![0-9A-Za-z-])/gu
const ID_NUMBER =
  /(?<![0-9A-Za-z.])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/gu
const SESSION_TOKEN = /(?<!\d)\d{6}\.[A-Za-z0-9_-]{43}/gu
const CREDENTIAL = /\b(?:Bearer|Basic) [A-Za-z0-9+/=._~-]+/gu
// `key=value` of a query or form, and `"key":"value"` of JSON, inside a text.
const PAIR = /([A-Za-z][\w-]*)(=|"\s*:\s*"?)([^&\s"]+)/gu
// An SQLSTATE or a name such as ECONNREFUSED: not a one-time code, which has six digits.
const ERROR_SYMBOL = /^(?:[0-9A-Z]{5}|[A-Z][A-Z0-9_]{3,})$/u
// A line that none of this matches holds nothing to hide and is written as it is: one test instead of a parse.
const SUSPECT = new RegExp(
  [
    /(?:name|code|otp|pin|kek|sid|birthda|body|payload|detail|parameters|phone|mobile|landline)/iu,
    /(?:id[_-]?number|id[_-]?card|pass|secret|token|cookie|authorization|address|email|openid|"err":|Bearer|Basic)/iu,
    /1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7}|\d{17}|\d{6}\.[A-Za-z0-9_-]{43}/u,
  ]
    .map((part) => part.source)
    .join('|'),
  'iu',
)

/** The logger that every part is given. */
export type Log = Logger

/** A pino logger at `level`, to `stream` or else standard output. */
export function createLog(options: { level: LevelWithSilent; stream?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: {
      req: requestParts,
      request: requestParts,
      res: responseParts,
      response: responseParts,
      err: errorParts,
      error: errorParts,
    },
    hooks: { streamWrite: hidePersonal },
  }
  return pino(settings, options.stream ?? standardOutput())
}

/**
 * Lines leave together a few times a second: a write of each by itself took as long as answering the request that it tells of.
 * What is left goes out when the process ends, however it does; only a kill loses the last moment.
 */
function standardOutput(): DestinationStream {
  if (output === undefined) {
    const opened = pino.destination({ dest: 1, minLength: LINES_BYTES, periodicFlush: LINES_MILLISECONDS, sync: true })
    process.once('exit', () => opened.flushSync())
    output = opened
  }
  return output
}

let output: DestinationStream | undefined

interface RequestLike {
  readonly id?: unknown
  readonly method?: string
  readonly url?: string
  readonly routeOptions?: { readonly url?: string | undefined }
}

/** No headers, body, query, address of the sender; the route's pattern rather than the path, which may hold a secret link. */
function requestParts(request: RequestLike): Record<string, unknown> {
  const route = request.routeOptions?.url
  const place = route === undefined ? { path: request.url?.split(/[?#]/u)[0] } : { route }
  return { id: request.id, method: request.method, ...place }
}

function responseParts(response: { readonly statusCode?: number }): Record<string, unknown> {
  return { status: response.statusCode }
}

/**
 * Type, message, stack, code and the database objects concerned. PostgreSQL's `detail`, `where` and parameters, and
 * whatever else hangs on an error, quote rows and are left out.
 */
function errorParts(error: unknown, causes = 0): unknown {
  if (!(error instanceof Error)) return error
  type Extra = Partial<Record<'code' | 'constraint' | 'table' | 'column' | 'fault', unknown>>
  const { code, constraint, table, column, fault } = error as Error & Extra
  const type = error.constructor.name
  const message = quotesInput(type, code) ? withoutQuotes(error.message) : error.message
  // The first lines of a stack repeat the error's name and message, which may have been set to anything.
  const calls = /\n {4}at [^]*/u.exec(error.stack ?? '')?.[0] ?? ''
  const cause = error.cause === undefined || causes >= CAUSES_MAX ? {} : { cause: errorParts(error.cause, causes + 1) }
  const symbol = typeof code === 'string' && ERROR_SYMBOL.test(code) ? code : undefined
  return { type, message, stack: `${type}: ${message}${calls}`, symbol, constraint, table, column, fault, ...cause }
}

/** SQLSTATE class 22 ("invalid input syntax for type date: …") and JSON's syntax errors repeat what was sent. */
function quotesInput(type: string, code: unknown): boolean {
  return type === 'SyntaxError' || (typeof code === 'string' && /^22[0-9A-Z]{3}$/u.test(code))
}

function withoutQuotes(text: string): string {
  return text.replace(/"[^]*"|'[^']*'|\u201c[^\u201d]*\u201d/gu, `"${HIDDEN}"`)
}

/** The line that is written in place of `line`. Always one line of JSON. */
function hidePersonal(line: string): string {
  if (!SUSPECT.test(line)) return line
  const entry = JSON.parse(line) as Record<string, unknown>
  const error = entry['err'] ?? entry['error']
  if (typeof error === 'object' && error !== null && typeof entry['msg'] === 'string') {
    // Pino takes the message of a lone error as the line's own.
    const { type, symbol } = error as Record<string, unknown>
    if (quotesInput(String(type), symbol)) entry['msg'] = withoutQuotes(entry['msg'])
  }
  return `${JSON.stringify(hidden(entry, 0))}\n`
}

function hidden(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return hiddenText(value)
  if (typeof value === 'number') return Number.isInteger(value) && hiddenText(String(value)) === HIDDEN ? HIDDEN : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX) return HIDDEN
  if (Array.isArray(value)) return value.map((item) => hidden(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      hiddenText(key),
      isPersonal(key) && item !== null && typeof item !== 'boolean' ? HIDDEN : hidden(item, depth + 1),
    ]),
  )
}

function hiddenText(text: string): string {
  return text
    .replace(SESSION_TOKEN, HIDDEN)
    .replace(ID_NUMBER, HIDDEN)
    .replace(PHONE, HIDDEN)
    .replace(LANDLINE, HIDDEN)
    .replace(CREDENTIAL, HIDDEN)
    .replace(PAIR, (pair, key: string, sign: string) => (isPersonal(key) ? `${key}${sign}${HIDDEN}` : pair))
}

function isPersonal(key: string): boolean {
  const plain = key.replace(/[^A-Za-z0-9]/gu, '').toLowerCase()
  return PERSONAL_KEYS.has(plain) || PERSONAL_KEYS.has(plain.replace(/s$/u, '')) || PERSONAL_ENDINGS.test(plain)
}
