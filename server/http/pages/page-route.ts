import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormState } from '#contract/pages.ts'
import type { HttpHost } from '../host.ts'
import { logUnexpected } from '../request-log.ts'
import type { Caller } from '../authenticate.ts'
import { formAgain, type Labels, type Values, valuesOf } from './forms.ts'
import type { Visit } from './visit.ts'

export interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly answer: (visit: Visit) => Promise<FastifyReply>
  readonly demoOnly?: boolean
  /** Another credential than the session. */
  readonly as?: (host: HttpHost, request: FastifyRequest, session: Caller) => Promise<Caller>
}

export type Answer = (visit: Visit) => Promise<FastifyReply>

export const get = (path: string, answer: Answer): PageRoute => ({ method: 'GET', path, answer })
export const post = (path: string, answer: Answer): PageRoute => ({ method: 'POST', path, answer })

export function queryOf(visit: Visit, name: string): string {
  const value = (visit.request.query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value.trim() : ''
}

export function paramOf(visit: Visit, name: string): string {
  return (visit.request.params as Readonly<Record<string, string>>)[name] ?? ''
}

/** The body of this visit's form. */
export function postedBy(visit: Visit): Values {
  return valuesOf(visit.request.body)
}

/**
 * Runs what a form asks for. When it is refused the same form is shown again with the reasons, and nothing typed is lost; only
 * what is not there, or a fault of ours that would repeat, becomes a page of its own.
 */
export async function submit(
  visit: Visit,
  labels: Labels,
  act: (values: Values) => Promise<FastifyReply>,
  again: (form: FormState, status: number) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const values = postedBy(visit)
  try {
    return await act(values)
  } catch (error) {
    const problem = visit.problemOf(error)
    if (problem.status === 404) throw error
    if (problem.unexpected) logUnexpected(visit.request, error)
    return again(formAgain(values, problem, labels, visit.t), problem.status)
  }
}
