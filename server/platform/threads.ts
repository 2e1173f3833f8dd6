/**
 * Work of the processor alone, in a thread of its own, so that everybody else is answered meanwhile. A thread offers functions by
 * name and is asked one after another; what it refuses is refused here. One that throws, runs out of memory, takes too long or goes
 * away ends its own work only.
 */
import { isMainThread, type MessagePort, parentPort, Worker } from 'node:worker_threads'
import { limitConcurrency } from './concurrency.ts'
import { Refusal } from './refusal.ts'

/** What a thread offers: functions of one argument. Arguments and answers are cloned, so they are data. */
export type Door = Readonly<Record<string, (given: never) => unknown>>

export type Ask<D extends Door> = <K extends keyof D & string>(
  name: K,
  given: Parameters<D[K]>[0],
) => Promise<Awaited<ReturnType<D[K]>>>

/** The whole is done in a thread of its own, which ends with it. */
export interface Threads {
  /** @throws QueueFullError, ThreadError, and whatever the thread refuses */
  use<D extends Door, T>(program: URL, act: (ask: Ask<D>) => Promise<T>): Promise<T>
  /** Ends the threads that run; none is started any more. */
  close(): Promise<void>
}

export class ThreadError extends Error {
  override readonly name = 'ThreadError'
  readonly why: 'failed' | 'out-of-memory' | 'too-slow' | 'closed'

  constructor(why: ThreadError['why'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}

export interface ThreadLimits {
  readonly runningMax: number
  readonly waitingMax: number
  readonly megabytesMax: number
  /** For one question. */
  readonly secondsMax: number
}

interface Question {
  readonly name: string
  readonly given: unknown
}

/** A refusal loses its class on the way. */
type Answer =
  | { readonly kind: 'done'; readonly answer: unknown }
  | {
      readonly kind: 'refused'
      readonly refusal: Pick<Refusal, 'code' | 'status' | 'params' | 'field' | 'details'>
    }

export function openThreads(limits: ThreadLimits): Threads {
  const queue = limitConcurrency(limits)
  const running = new Set<RunningThread>()
  let isClosed = false
  return {
    use: <D extends Door, T>(program: URL, act: (ask: Ask<D>) => Promise<T>) =>
      queue(async () => {
        if (isClosed) throw new ThreadError('closed', 'no thread is started any more')
        const thread = startThread(program, limits)
        running.add(thread)
        try {
          return await act(thread.ask as Ask<D>)
        } finally {
          await thread.end()
          running.delete(thread)
        }
      }),
    async close() {
      isClosed = true
      await Promise.all([...running].map((thread) => thread.end()))
    },
  }
}

interface RunningThread {
  readonly ask: (name: string, given: unknown) => Promise<unknown>
  readonly end: () => Promise<void>
}

function startThread(program: URL, { megabytesMax, secondsMax }: ThreadLimits): RunningThread {
  const worker = new Worker(program, {
    resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
    // What a failing program prints is no message of ours.
    stdout: true,
    stderr: true,
  })
  let fault: ThreadError | undefined
  let asked: { resolve: (answer: unknown) => void; reject: (error: Error) => void } | undefined
  const fail = (error: ThreadError): void => {
    fault ??= error
    asked?.reject(fault)
  }
  worker.on('message', (message: Answer) => {
    if (message.kind === 'done') asked?.resolve(message.answer)
    else asked?.reject(refusalFrom(message.refusal))
  })
  worker.on('error', (error: NodeJS.ErrnoException) =>
    fail(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new ThreadError('out-of-memory', `a thread needed more than ${megabytesMax} MB`, { cause: error })
        : new ThreadError('failed', `a thread failed: ${error.message}`, { cause: error }),
    ),
  )
  // After a fault this changes nothing: the first one stays.
  worker.on('exit', (code) => fail(new ThreadError('failed', `a thread ended with code ${code} and no answer`)))
  return {
    async ask(name, given) {
      if (fault !== undefined) throw fault
      if (asked !== undefined) throw new Error('A thread is asked one question after another.')
      const patience = setTimeout(() => {
        fail(new ThreadError('too-slow', `a thread took longer than ${secondsMax} s`))
        void worker.terminate()
      }, secondsMax * 1000)
      try {
        return await new Promise((resolve, reject) => {
          asked = { resolve, reject }
          // The port of a worker thread; the rule means windows.
          // oxlint-disable-next-line unicorn/require-post-message-target-origin
          worker.postMessage({ name, given } satisfies Question)
        })
      } finally {
        clearTimeout(patience)
        asked = undefined
      }
    },
    async end() {
      fail(new ThreadError('closed', 'the thread was ended'))
      await worker.terminate()
    },
  }
}

function refusalFrom({ code, status, params, ...more }: Extract<Answer, { kind: 'refused' }>['refusal']): Refusal {
  return new Refusal(code, status, params, more)
}

/** The thread's side: answers what it is asked, one after another. An error that is no refusal ends the thread. */
export function serveThread(door: Door): void {
  if (isMainThread) throw new Error('This program is one of a thread.')
  const port = parentPort!
  // Nobody waits for this promise: what rejects ends the thread, which is what whoever asked is told.
  port.on('message', (question: Question) => void answer(port, door, question))
}

async function answer(port: MessagePort, door: Door, { name, given }: Question): Promise<void> {
  const answer = await answerOf(door[name]!, given)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  port.postMessage(answer)
}

async function answerOf(act: Door[string], given: unknown): Promise<Answer> {
  try {
    return { kind: 'done', answer: await act(given as never) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, status, params, field, details } = error
    return { kind: 'refused', refusal: { code, status, params, field, details } }
  }
}

/** The same without a thread, for programs that serve nobody meanwhile. */
export function askHere<D extends Door>(door: D): Ask<D> {
  return async (name, given) => (await door[name]!(given)) as never
}
