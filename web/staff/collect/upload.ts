import { call, newClientId, NOT_SIGNED_IN, ProblemError } from '../../shared/api-client.ts'
import type { KeptMark } from './marks.ts'
import { keepMarks, keptMarks } from './store.ts'

/** How an attempt ended: everything is there, no network or a server in trouble, or nobody is signed in any more. */
export type UploadEnd = 'done' | 'unreachable' | 'signed-out'

const AT_ONCE = 200
const BAD_REQUEST = 400
const NOT_PROCESSABLE = 422

/**
 * Brings in everything that waits. A mark waits until the server has answered for it; sent again after a lost answer it
 * changes nothing there. One browser window at a time sends.
 */
export async function uploadWaiting(): Promise<UploadEnd> {
  return navigator.locks.request('huiyin-collect', async () => {
    const waiting = (await keptMarks()).filter(({ state }) => state === 'waiting').toReversed()
    try {
      for (let from = 0; from < waiting.length; from += AT_ONCE) await send(waiting.slice(from, from + AT_ONCE))
      return 'done'
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return error.problem.code === NOT_SIGNED_IN ? 'signed-out' : 'unreachable'
    }
  })
}

async function send(marks: readonly KeptMark[]): Promise<void> {
  try {
    const tokens = marks.map(({ id, pack, direction, at, code, personId, mac }) => {
      return { id, pack, direction, at, code, personId, mac }
    })
    const { results } = await call('uploadOffline', { body: { tokens }, clientId: newClientId() })
    const outcomes = new Map(results.map(({ id, outcome }) => [id, outcome]))
    await keepMarks(
      marks.flatMap((mark) => {
        const outcome = outcomes.get(mark.id)
        if (outcome === undefined) return []
        const isThere = outcome === 'recorded' || outcome === 'known'
        return [{ ...mark, state: isThere ? ('delivered' as const) : ('refused' as const), outcome }]
      }),
    )
  } catch (error) {
    if (!isUnreadable(error)) throw error
    // One that the server cannot read must not hold the others back.
    const [only, ...others] = marks
    if (only !== undefined && others.length === 0)
      await keepMarks([{ ...only, state: 'refused', outcome: 'not-readable' }])
    else for (const mark of marks) await send([mark])
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof ProblemError && [BAD_REQUEST, NOT_PROCESSABLE].includes(error.problem.status)
}
