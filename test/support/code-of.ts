import { Refusal } from '../../server/platform/refusal.ts'

/** The code with which an attempt was refused, or 'done'; what is no refusal is thrown. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (error === undefined) return 'done'
  if (error instanceof Refusal) return error.code
  throw error
}
