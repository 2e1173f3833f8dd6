import type { Problem } from '#contract/kit.ts'
import { type Locale, translateByName } from '#i18n/translate.ts'
import { QueueFullError } from '#platform/concurrency.ts'
import { sqlState } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { ThreadError } from '#platform/threads.ts'
import { type FieldFault, InvalidInput } from './validation.ts'

const SQLSTATES_UNAVAILABLE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '53100',
  '53200',
  '08006',
  '08001',
  '08003',
  '57014',
  '25P03',
])
/** The database went away under a request. */
const ERRNOS_GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE'])
/** No room for a file. */
const ERRNOS_FULL = new Set(['ENOSPC', 'EDQUOT'])
const GONE = /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout/u
const RETRY_SECONDS = 2

export interface ProblemAnswer {
  readonly status: number
  readonly body: Problem
  readonly retryAfterSeconds?: number
  /** A bug: to be logged with its stack. The body tells nothing of it. */
  readonly unexpected: boolean
}

/** Turns whatever was thrown into problem+json in the reader's language (RFC 9457). */
export function problemOf(error: unknown, locale: Locale, requestId: string): ProblemAnswer {
  if (error instanceof InvalidInput) return ofRefusal(invalid(error.faults), locale, requestId, error.faults)
  if (error instanceof Refusal) return ofRefusal(error, locale, requestId)
  const known = refusalOfFramework(error) ?? refusalOfResources(error)
  if (known !== undefined) return ofRefusal(known, locale, requestId)
  if (error instanceof ThreadError) return ofThread(error, locale, requestId)
  return { ...ofRefusal(new Refusal('platform.unexpected', 500, { requestId }), locale, requestId), unexpected: true }
}

/** The request is undone and may be sent again. A thread that failed by itself is a bug all the same, and is logged as one. */
function ofThread({ why }: ThreadError, locale: Locale, requestId: string): ProblemAnswer {
  const answer = ofRefusal(new Refusal('platform.unavailable', 503, {}), locale, requestId)
  return { ...answer, unexpected: why === 'failed' || why === 'out-of-memory' }
}

function invalid(faults: readonly FieldFault[]): Refusal {
  return new Refusal('platform.invalid', 400, { count: faults.length })
}

function ofRefusal(refusal: Refusal, locale: Locale, requestId: string, faults?: readonly FieldFault[]): ProblemAnswer {
  const title = textOf(locale, refusal)
  const errors = faults?.map((fault) => ({
    field: fault.field,
    code: fault.code,
    message: translateByName(locale, `validation.${fault.code}`, fault.params) ?? title,
  }))
  const body: Problem = {
    type: `/refusals#${refusal.code}`,
    title,
    status: refusal.status,
    code: refusal.code,
    requestId,
    ...(refusal.field !== undefined && {
      field: refusal.field,
      errors: [{ field: refusal.field, code: refusal.code, message: title }],
    }),
    ...(errors !== undefined && { errors }),
    ...(refusal.details !== undefined && { details: { ...refusal.details } }),
  }
  const { seconds, minutes } = refusal.params
  const retryAfterSeconds =
    refusal.status === 429
      ? Number(seconds ?? Number(minutes) * 60)
      : refusal.status === 503 || refusal.code === 'platform.same-id-in-progress'
        ? RETRY_SECONDS
        : undefined
  return {
    status: refusal.status,
    body,
    unexpected: false,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

function textOf(locale: Locale, refusal: Refusal): string {
  const dot = refusal.code.indexOf('.')
  const key = `${refusal.code.slice(0, dot)}.refusal.${refusal.code.slice(dot + 1)}`
  return translateByName(locale, key, refusal.params) ?? refusal.code
}

function refusalOfFramework(error: unknown): Refusal | undefined {
  const code = (error as { code?: unknown }).code
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('platform.body-too-large', 413, {})
    case 'FST_ERR_BAD_URL':
      return new Refusal('platform.not-found', 404, {})
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new Refusal('platform.unavailable', 503, {})
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('platform.unsupported-media-type', 415, {})
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Refusal('platform.bad-json', 400, {})
    default:
      return error instanceof SyntaxError && (error as { statusCode?: number }).statusCode === 400
        ? new Refusal('platform.bad-json', 400, {})
        : undefined
  }
}

/** What passes by itself: the database went away, the disk is full, too many wait for a core. */
function refusalOfResources(error: unknown): Refusal | undefined {
  const state = sqlState(error)
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  const mayPass =
    error instanceof QueueFullError ||
    (state !== undefined && SQLSTATES_UNAVAILABLE.has(state)) ||
    ERRNOS_GONE.has(String(code)) ||
    ERRNOS_FULL.has(String(code)) ||
    (code === 'ENOENT' && syscall === 'connect') ||
    (error instanceof Error && GONE.test(error.message))
  return mayPass ? new Refusal('platform.unavailable', 503, {}) : undefined
}
