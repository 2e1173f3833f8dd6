import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holdProcessLock } from './process-lock.js'

const PATIENT = { waitMilliseconds: 10_000 }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-lock-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('admits one holder at a time, and the next after release', async () => {
  const path = join(folder, 'lock')
  let holders = 0
  let holdersMost = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = await holdProcessLock(path, PATIENT)
      holdersMost = Math.max(holdersMost, ++holders)
      await new Promise((resolve) => setTimeout(resolve, 10))
      holders -= 1
      lock.release()
    }),
  )
  expect(holdersMost).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('names a living holder when the wait is over', async () => {
  const path = join(folder, 'lock')
  const lock = await holdProcessLock(path, PATIENT)
  await expect(holdProcessLock(path, { waitMilliseconds: 0 })).rejects.toThrow(`process ${process.pid} holds the lock`)
  lock.release()
})

test('passes from a killed holder to exactly one of those who wait', async () => {
  const path = join(folder, 'lock')
  const program = join(folder, 'holder.mjs')
  const source = new URL('./process-lock.js', import.meta.url).href
  await writeFile(
    program,
    `import { holdProcessLock } from ${JSON.stringify(source)}
     await holdProcessLock(${JSON.stringify(path)}, { waitMilliseconds: 0 })
     process.stdout.write('held')
     setInterval(() => undefined, 1_000)`,
  )
  const holder = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const waiting = [1, 2, 3].map(async () => await holdProcessLock(path, { waitMilliseconds: 1_500 }))
  holder.kill('SIGKILL')
  const outcomes = await Promise.allSettled(waiting)
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(existsSync(`${path}.takeover`)).toBe(false)
})

test.runIf(process.platform === 'linux')('is not fooled by a new process with the dead holder’s pid', async () => {
  const path = join(folder, 'lock')
  await writeFile(path, `${process.pid} 1\n`)
  const lock = await holdProcessLock(path, { waitMilliseconds: 0 })
  lock.release()
})
