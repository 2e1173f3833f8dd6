import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import type { Problem } from '../../../contract/kit.ts'
import type { RouteName } from '../../../contract/routes.ts'
import { type AnswerOf, call, type CallInput, newClientId, ProblemError } from '../../shared/api-client.ts'
import { reportSessionEnded } from '../query-client.ts'

interface ReadOptions {
  readonly enabled?: boolean
  /** Asks again by itself after so many milliseconds, for screens that stay open all day. */
  readonly refetchInterval?: number
  /** Keeps what is on the screen until the next answer is there, for lists with filters. */
  readonly keep?: boolean
  readonly staleTime?: number
}

/** Reads one route; its key in the cache is its name and input. */
export function useRead<Name extends RouteName>(name: Name, input: CallInput<Name>, options: ReadOptions = {}) {
  const { keep, ...rest } = options
  return useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, { ...input, signal }),
    ...(keep === true && { placeholderData: keepPreviousData }),
    ...rest,
  })
}

type Paged = { readonly rows: readonly unknown[]; readonly nextCursor: string | null }
type PagedRoute = { [Name in RouteName]: AnswerOf<Name> extends Paged ? Name : never }[RouteName]
export type RowOf<Name extends PagedRoute> = AnswerOf<Name> extends { rows: (infer Row)[] } ? Row : never

/** Reads a list page by page; `rows` holds every row fetched so far. */
export function usePages<Name extends PagedRoute>(name: Name, input: CallInput<Name>, options: ReadOptions = {}) {
  const { keep, ...rest } = options
  const list = useInfiniteQuery({
    queryKey: [name, 'pages', input],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(input as { query?: object }).query, cursor: pageParam }
      return call(name, { ...input, query, signal } as CallInput<Name>)
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last as Paged).nextCursor ?? undefined,
    ...(keep === true && { placeholderData: keepPreviousData }),
    ...rest,
  })
  const rows = list.data?.pages.flatMap((page) => (page as Paged).rows) as RowOf<Name>[] | undefined
  return { ...list, rows }
}

interface Intent<Name extends RouteName> {
  /** Resolves to the answer, or to undefined when it was refused; `problem` then says why. */
  readonly run: (input: CallInput<Name>) => Promise<AnswerOf<Name> | undefined>
  readonly pending: boolean
  readonly problem: Problem | null
  readonly clear: () => void
}

/**
 * One thing somebody means to do. Its client id is made once and kept until the server has done it, so a second press, a
 * lost answer or a new sign-in in between cannot do it twice.
 */
export function useIntent<Name extends RouteName>(
  name: Name,
  onDone?: (answer: AnswerOf<Name>) => void | Promise<void>,
): Intent<Name> {
  const clientId = useRef<string>(undefined)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const run = async (input: CallInput<Name>) => {
    clientId.current ??= newClientId()
    setPending(true)
    setProblem(null)
    try {
      const answer = await call(name, { ...input, clientId: clientId.current })
      clientId.current = undefined
      await onDone?.(answer)
      return answer
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      reportSessionEnded(error)
      setProblem(error.problem)
      return undefined
    } finally {
      setPending(false)
    }
  }
  return { run, pending, problem, clear: useCallback(() => setProblem(null), []) }
}

/** Forgets what was read from these routes, so that open screens ask again. */
export function useForget(): (...names: RouteName[]) => Promise<void> {
  const client = useQueryClient()
  return (...names) => forget(client, names)
}

export async function forget(client: QueryClient, names: readonly RouteName[]): Promise<void> {
  await client.invalidateQueries({ predicate: ({ queryKey }) => names.includes(queryKey[0] as RouteName) })
}
