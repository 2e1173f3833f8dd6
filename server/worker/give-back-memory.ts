import { Session } from 'node:inspector'
import { performance } from 'node:perf_hooks'

const LOOK_MILLISECONDS = 5_000
/** Share of the time in which the process had something to do. */
const IDLE_MAX = 0.2

/**
 * Starting needs a good third more memory than serving. What it leaves behind would be collected when the heap is full, which in a quiet
 * district is never: so it is collected once, in the first five seconds with nothing to do, in which a pause of a tenth of a second hurts nobody.
 */
export function giveBackMemoryOnce(lookMilliseconds: number = LOOK_MILLISECONDS): { stop(): Promise<void> } {
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    if (utilization > IDLE_MAX) return
    clearInterval(timer)
    collect()
  }, lookMilliseconds)
  timer.unref()
  return { stop: async () => clearInterval(timer) }
}

function collect(): void {
  const session = new Session()
  session.connect()
  // Not within the callback: a session that ends while it still answers stops the process for good.
  session.post('HeapProfiler.collectGarbage', () => void setImmediate(() => session.disconnect()))
}
