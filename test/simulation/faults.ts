/** Faults on purpose, for the simulation alone: the server's code has no such places, its surroundings fail instead. */
import type { PoolClient } from 'pg'
import type { Db } from '../../server/platform/db.ts'

/** Where a transaction breaks: before its n-th statement, or after its commit, whose answer is lost on the way. */
export type DbFault = { readonly at: 'statement'; readonly n: number } | { readonly at: 'after-commit' }

export class SimulatedFailure extends Error {
  override readonly name = 'SimulatedFailure'
}

/**
 * The same database, whose next transactions break as told; `fired` says whether it came to that.
 * @param commitsBefore commits of a call that come before the write's own, as when its budget is spent
 */
export function breakingDb(db: Db, fault: DbFault, commitsBefore: number): { db: Db; fired(): boolean } {
  let statements = 0
  let commits = 0
  let hasFired = false
  const fire = () => {
    hasFired = true
    return new SimulatedFailure(`the connection broke, ${JSON.stringify(fault)}`)
  }
  const watched = (client: PoolClient): PoolClient =>
    new Proxy(client, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const bound = value.bind(target) as (...args: unknown[]) => unknown
        if (key !== 'query') return bound
        return async (...args: unknown[]) => {
          const isEnd = args[0] === 'commit'
          if (hasFired || args[0] === 'rollback') return bound(...args)
          if (fault.at === 'statement' && ++statements >= fault.n) {
            const failure = fire()
            // The database ends the transaction of a connection that is gone, also when nobody is there to ask for it.
            await bound('rollback')
            throw failure
          }
          const result = await bound(...args)
          if (fault.at === 'after-commit' && isEnd && ++commits > commitsBefore) throw fire()
          return result
        }
      },
    })
  const pool = new Proxy(db.pool, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (key === 'connect') return async () => watched(await target.connect())
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { db: { ...db, pool }, fired: () => hasFired }
}
