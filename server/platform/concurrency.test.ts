import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { limitConcurrency, QueueFullError } from './concurrency.ts'

test('no more than the limit run at once and they start in the order they came', async () => {
  const run = limitConcurrency({ runningMax: 2, waitingMax: 100 })
  let running = 0
  let peak = 0
  const started: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      run(async () => {
        started.push(index)
        running += 1
        peak = Math.max(peak, running)
        await sleep(index % 3)
        running -= 1
      }),
    ),
  )
  expect(peak).toBe(2)
  expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index))
})

test('a failing task gives its place on and its failure to its own caller', async () => {
  const run = limitConcurrency({ runningMax: 1, waitingMax: 1 })
  const failing = run(() => Promise.reject(new Error('the image is damaged')))
  const waiting = run(() => Promise.resolve('done'))
  await expect(failing).rejects.toThrow('the image is damaged')
  await expect(waiting).resolves.toBe('done')
  await expect(run(() => Promise.resolve('again'))).resolves.toBe('again')
})

test('a full queue refuses at once', async () => {
  const run = limitConcurrency({ runningMax: 1, waitingMax: 1 })
  const first = run(() => sleep(5))
  const second = run(() => sleep(1))
  await expect(run(() => sleep(1))).rejects.toBeInstanceOf(QueueFullError)
  await Promise.all([first, second])
})
