import type * as z from 'zod/mini'
import type { Actor } from './actor.ts'
import type { Sql } from './db.ts'
import type { Refusal } from './refusal.ts'
import type { Read, Work } from './work.ts'

/** The parts of a route that a handler's types follow from; the table itself is the contract's. */
interface RouteShape {
  readonly method: string
  readonly params: z.ZodMiniType
  readonly query: z.ZodMiniType
  readonly body: z.ZodMiniType
  readonly answer: z.ZodMiniType
}

export interface Input<Route extends RouteShape> {
  readonly params: z.output<Route['params']>
  readonly query: z.output<Route['query']>
  readonly body: z.output<Route['body']>
  /** The version an edit names (If-Match), where the route asks for one. */
  readonly version: number
  /** Network address of the caller, for rate limits only. */
  readonly address: string
  /** The caller's session token, for the routes that end it. */
  readonly token: string | null
  /** The row of the statement that the handler read ahead. */
  readonly ahead?: unknown
}

/** What a handler gives back beside the answer: a session opened or ended, or the version of what was read. */
export interface Reply<Answer> {
  readonly answer: Answer
  readonly session?: { readonly token: string } | 'ended'
  readonly version?: number
  /** Answered after the commit: a failed sign-in attempt is refused and still counted. */
  readonly refusal?: Refusal
  /** Work that follows from a read, in its own transaction before the answer: opening a page can reach a requester. */
  readonly afterwards?: (work: Work) => Promise<void>
  /** What must have happened before the answer goes out, after a write's commit: a shifted clock settles what is due. */
  readonly afterCommit?: () => Promise<void>
}

/** What a handler may return for an answer: readonly views serve as well. */
type Returned<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Returned<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Returned<T[K]> }
      : T

export type Handler<Route extends RouteShape> = Route['method'] extends 'GET'
  ? (read: Read, input: Input<Route>) => Promise<Reply<Returned<z.output<Route['answer']>>>>
  : ((work: Work, input: Input<Route>) => Promise<Reply<Returned<z.output<Route['answer']>>>>) & {
      /** What the handler will read in any case, sent before it begins: one statement giving one row (decision 0011). */
      readonly ahead?: (actor: Actor, input: Input<Route>) => Sql
    }

/** One handler for each route of a module; a missing one does not compile. */
export type Handlers<Routes extends Record<string, RouteShape>> = {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>
}
