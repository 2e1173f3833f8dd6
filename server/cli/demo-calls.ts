import type * as z from 'zod/mini'
import { routes } from '#contract/routes.ts'
import type { Input, Reply } from '#platform/handlers.ts'
import type { Work } from '#platform/work.ts'
import type { Platform } from '../compose.ts'

type RouteName = keyof typeof routes
type Answer<Name extends RouteName> = z.output<(typeof routes)[Name]['answer']>
interface Given<Name extends RouteName> {
  readonly params?: z.input<(typeof routes)[Name]['params']>
  readonly query?: z.input<(typeof routes)[Name]['query']>
  readonly body?: z.input<(typeof routes)[Name]['body']>
  /** The version that an edit saw. */
  readonly version?: number
}
interface PlainRoute {
  readonly params: z.ZodMiniType
  readonly query: z.ZodMiniType
  readonly body: z.ZodMiniType
}
type PlainHandler = (work: Work, input: Input<never>) => Promise<Reply<unknown>>

/** Does what a route does, with its checks of what is given, inside the transaction of the one who acts. */
export type CallRoute = <Name extends RouteName>(work: Work, name: Name, given?: Given<Name>) => Promise<Answer<Name>>

export function callingOf(handlers: Platform['host']['handlers']): CallRoute {
  return async (work, name, given = {}) => {
    const route: PlainRoute = routes[name]
    const handler = handlers[name] as unknown as PlainHandler
    const input = {
      params: route.params.parse(given.params ?? {}),
      query: route.query.parse(given.query ?? {}),
      body: route.body.parse(given.body ?? {}),
      version: given.version ?? 0,
      address: '',
      token: null,
    }
    const { answer, refusal } = await handler(work, input as unknown as Input<never>)
    if (refusal !== undefined) throw refusal
    return answer as never
  }
}
