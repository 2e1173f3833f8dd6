import type { FieldError, FormState } from '#contract/pages.ts'
import type { MessageKey, Translate } from '#i18n/translate.ts'
import { dateIn, startOfDate } from '#platform/dates.ts'
import { isUuid, newUuid7 } from '#platform/tokens.ts'
import type { ProblemAnswer } from '../problem.ts'

export type Values = Readonly<Record<string, readonly string[]>>

const VALUES_MAX = 40

/** A form's fields as they came: each a list of texts. */
export function valuesOf(body: unknown): Values {
  const values: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    const list = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string')
    values[name] = list.slice(0, VALUES_MAX)
  }
  return values
}

export function textIn(values: Values, name: string): string {
  return (values[name]?.[0] ?? '').trim()
}

/** Undefined where nothing was typed, so that the contract says “required” and not “too short”. */
export function neededIn(values: Values, name: string): string | undefined {
  const text = textIn(values, name)
  return text === '' ? undefined : text
}

export function orNull(values: Values, name: string): string | null {
  return neededIn(values, name) ?? null
}

/** A number as people type it, full-width digits too; what is none goes on as text, for the contract to refuse. */
export function numberIn(values: Values, name: string): number | string | undefined {
  const text = neededIn(values, name)?.replace(/[０-９]/gu, (digit) =>
    String.fromCharCode(digit.charCodeAt(0) - 0xfee0),
  )
  return text !== undefined && /^\d{1,9}$/u.test(text) ? Number(text) : text
}

export function listIn(values: Values, name: string): readonly string[] {
  return values[name] ?? []
}

/** An instant from a date and minutes after midnight in the district's zone; a date that is none goes on as it is. */
export function instantOn(date: string, minutes: number): string {
  try {
    return new Date(startOfDate(date).getTime() + minutes * 60_000).toISOString()
  } catch {
    return date
  }
}

/** Minutes after midnight of 'HH:MM', or null. */
export function minutesOf(time: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/u.exec(time)
  return match === null ? null : Number(match[1]) * 60 + Number(match[2])
}

/** The date and time of an instant as date and time inputs hold them. */
export function inputsOf(instant: string): { date: string; time: string } {
  const at = new Date(instant)
  const date = dateIn(at)
  const minutes = Math.floor((at.getTime() - startOfDate(date).getTime()) / 60_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return { date, time: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` }
}

/** A new form with what stands in it at first. */
export function newForm(values: Readonly<Record<string, string | readonly string[]>> = {}): FormState {
  return {
    clientId: newUuid7(new Date()),
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
    ),
    errors: [],
  }
}

/** The client id that came with a form; a new one when it was lost, which then is a first try. */
export function clientIdOf(values: Values): string {
  const id = textIn(values, 'clientId')
  return isUuid(id) ? id : newUuid7(new Date())
}

/** For each field of a contract: the form's field and the key of its label. */
export type Labels = Readonly<Record<string, readonly [field: string, label: MessageKey]>>

/** The form as it was sent, with what was wrong in the reader's words; nothing typed is lost. */
export function formAgain(values: Values, problem: ProblemAnswer, labels: Labels, t: Translate): FormState {
  const { clientId: _, ...typed } = values
  // The id stands for another order already: what is typed now is a new one.
  const isUsed = problem.body.code === 'platform.same-id-other-body'
  return {
    clientId: isUsed ? newUuid7(new Date()) : clientIdOf(values),
    values: typed,
    errors: errorsOf(problem, labels, t),
  }
}

function errorsOf(problem: ProblemAnswer, labels: Labels, t: Translate): FieldError[] {
  const errors = problem.body.errors ?? []
  if (errors.length === 0) return [{ field: '', message: problem.body.title }]
  const byField = new Map<string, FieldError>()
  for (const error of errors) {
    const known = labels[error.field] ?? labels[error.field.split('.')[0] ?? '']
    const field = known?.[0] ?? ''
    const isRefusal = error.code.includes('.')
    const message =
      known === undefined || isRefusal ? error.message : faultOf(t, translated(t, known[1]), error.message)
    if (!byField.has(field)) byField.set(field, { field, message })
  }
  // In the order of the fields on the page.
  const fields = Object.values(labels).map(([field]) => field)
  return [...byField.values()].sort((a, b) => fields.indexOf(a.field) - fields.indexOf(b.field))
}

function faultOf(t: Translate, label: string, message: string): string {
  return label.endsWith('?') ? `${label} ${message}` : t('resident.form.fault', { label, message })
}

function translated(t: Translate, key: MessageKey): string {
  return (t as (key: MessageKey) => string)(key)
}
