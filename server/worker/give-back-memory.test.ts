import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const LIMIT_MILLISECONDS = 20_000

test('what starting left behind is given back, and the process goes on', async () => {
  // In a process of its own, whose memory nothing else changes.
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { giveBackMemoryOnce } from ${JSON.stringify(new URL('./give-back-memory.ts', import.meta.url).href)}
    let kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index }))
    kept = null
    const before = process.memoryUsage().heapUsed
    giveBackMemoryOnce(50)
    for (let i = 0; i < 200 && process.memoryUsage().heapUsed > before / 2; i++) await sleep(50)
    console.log(before, process.memoryUsage().heapUsed)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: LIMIT_MILLISECONDS,
  })
  const [before, after] = stdout.trim().split(' ').map(Number)
  expect(after!).toBeLessThan(before! / 2)
}, 30_000)
