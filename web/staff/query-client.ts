import { QueryCache, QueryClient } from '@tanstack/react-query'
import { NOT_SIGNED_IN, ProblemError } from '../shared/api-client.ts'

const FRESH_MILLISECONDS = 10_000
const READ_RETRIES_MAX = 2

type Listener = () => void
const listeners = new Set<Listener>()

/** Tells whoever listens that the server no longer knows the session; what is on the screen stays. */
export function reportSessionEnded(error: unknown): void {
  if (error instanceof ProblemError && error.problem.code === NOT_SIGNED_IN)
    for (const listener of listeners) listener()
}

/** Returns the function that ends the listening. */
export function onSessionEnded(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A refusal is final; only a missing answer or a server in trouble is worth asking again. */
function worthRetrying(failures: number, error: Error): boolean {
  if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500) return false
  return failures < READ_RETRIES_MAX
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== 'readMe') reportSessionEnded(error)
    },
  }),
  defaultOptions: { queries: { staleTime: FRESH_MILLISECONDS, retry: worthRetrying } },
})
