import { type Ask, askHere, ThreadError, type Threads } from '#platform/threads.ts'
import { refuse } from '../refusals.ts'
import { type ListReader, listReader } from './list-reader.ts'

/** Lets `act` ask a reader of one list; the reader is there as long as `act` runs. */
export type WithListReader = <T>(act: (ask: Ask<ListReader>) => Promise<T>) => Promise<T>

const PROGRAM = new URL('./import-thread.ts', import.meta.url)

/**
 * For a program that serves others meanwhile.
 * @param program the thread's program; another one for tests of failures
 */
export function readInThread(threads: Threads, program: URL = PROGRAM): WithListReader {
  return async <T>(act: (ask: Ask<ListReader>) => Promise<T>) => {
    try {
      return await threads.use<ListReader, T>(program, act)
    } catch (error) {
      // To try the same file again would fill the memory again.
      if (error instanceof ThreadError && error.why === 'out-of-memory')
        throw refuse('file-too-large', {}, { field: 'file' })
      throw error
    }
  }
}

/** For a program that does nothing else meanwhile. */
export const readHere: WithListReader = (act) => act(askHere(listReader()))
