/**
 * A queue for work that takes much memory or a whole core (password hashing, image decoding), so that a burst of
 * requests waits instead of exhausting the machine.
 */

/** The queue is full: the caller answers 503 and says when to come back. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError'
}

/**
 * Returns a function that runs tasks at most `runningMax` at a time, in the order they came.
 * It rejects with `QueueFullError`, without starting the task, when `waitingMax` tasks wait already.
 */
export function limitConcurrency(limits: { runningMax: number; waitingMax: number }) {
  let running = 0
  const waiting: (() => void)[] = []
  return async function run<T>(task: () => Promise<T>): Promise<T> {
    if (running >= limits.runningMax) {
      if (waiting.length >= limits.waitingMax) throw new QueueFullError(`${limits.waitingMax} tasks are waiting`)
      // The place of the task that ends is handed over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
