// The thread that reads one list. `read-in-thread.ts` starts it.
import { serveThread } from '#platform/threads.ts'
import { listReader } from './list-reader.ts'

serveThread(listReader())
