/**
 * Lets two operations take turns statement by statement on real connections. Each statement of a labelled operation waits at
 * the gate until its turn; one that waits for a lock is noticed, and the other goes on.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'

export interface Player {
  readonly name: string
  /** How many statements it was let through. */
  statements: number
  /** Opens the gate before which it stands. */
  open: (() => void) | undefined
  isRunning: boolean
  isDone: boolean
  pid: number
}

/** Who may do how many statements next; `Infinity` is to the end. */
export type Turn = readonly [player: 0 | 1, statements: number]

const LOOK_MILLISECONDS = 2
/** A statement that takes longer may be waiting for a lock: the database is asked. */
const LOOK_LOCKS_MILLISECONDS = 12
const STUCK_MILLISECONDS_MAX = 12_000

const acting = new AsyncLocalStorage<Player>()

/** Makes every connection of the pool stand at the gate while a labelled operation has it. */
export function putGate(pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>
  const gated = (async (...args: unknown[]) => {
    // The pool's own queries pass a callback and are not part of an operation.
    if (args.length > 0) return (connect as (...given: unknown[]) => unknown)(...args)
    const player = acting.getStore()
    const client = await connect()
    if (player === undefined) return client
    player.pid = (client as unknown as { processID: number }).processID
    let last: Promise<unknown> = Promise.resolve()
    return new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown
        if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value
        // What is sent in one packet passes the gate one by one as well.
        return (...given: unknown[]) => {
          const turn = last.then(async () => {
            await new Promise<void>((open) => (player.open = open))
            player.isRunning = true
            player.statements++
            try {
              return await (value as (...rest: unknown[]) => Promise<unknown>).apply(target, given)
            } finally {
              player.isRunning = false
            }
          })
          last = turn.catch(() => undefined)
          return turn
        }
      },
    })
  }) as typeof pool.connect
  pool.connect = gated
}

/**
 * Plays two operations by the turns, and then both to their ends.
 * @param isWaiting whether a session waits for a lock
 * @returns what each came to, and how many statements it had
 */
export async function takeTurns(
  acts: readonly [() => Promise<string>, () => Promise<string>],
  turns: readonly Turn[],
  isWaiting: (pid: number) => Promise<boolean>,
): Promise<{ outcomes: string[]; statements: number[] }> {
  const players = acts.map((_, index): Player => ({
    name: 'AB'[index]!,
    statements: 0,
    open: undefined,
    isRunning: false,
    isDone: false,
    pid: 0,
  }))
  const ends = acts.map((act, index) =>
    acting.run(players[index]!, act).finally(() => {
      players[index]!.isDone = true
    }),
  )
  // A failure is told at the end; until then it is only an end.
  for (const end of ends) end.catch(() => undefined)
  for (const [index, statements] of turns) {
    for (let left = statements; left > 0 && (await step(players[index]!, isWaiting)); left--) continue
  }
  const begun = performance.now()
  while (players.some((player) => !player.isDone)) {
    const moved = [await step(players[0]!, isWaiting), await step(players[1]!, isWaiting)]
    if (!moved.includes(true)) await sleep(LOOK_MILLISECONDS)
    if (performance.now() - begun > STUCK_MILLISECONDS_MAX) throw new Error('Both wait for each other.')
  }
  return { outcomes: await Promise.all(ends), statements: players.map((player) => player.statements) }
}

/** Lets one statement through. @returns false when it is done or waits for a lock */
async function step(player: Player, isWaiting: (pid: number) => Promise<boolean>): Promise<boolean> {
  if (!(await comesToRest(player, isWaiting)) || player.open === undefined) return false
  const { open } = player
  player.open = undefined
  player.isRunning = true
  open()
  return comesToRest(player, isWaiting)
}

/** Waits until it stands at the gate or is done (true), or waits for a lock (false). */
async function comesToRest(player: Player, isWaiting: (pid: number) => Promise<boolean>): Promise<boolean> {
  const begun = performance.now()
  while (!player.isDone && player.open === undefined) {
    const waited = performance.now() - begun
    if (waited > STUCK_MILLISECONDS_MAX) throw new Error(`${player.name} neither goes on nor waits for a lock.`)
    if (waited > LOOK_LOCKS_MILLISECONDS && player.isRunning && (await isWaiting(player.pid))) return false
    if (waited > LOOK_MILLISECONDS) await sleep(1)
    else await new Promise((resume) => setImmediate(resume))
  }
  return true
}
