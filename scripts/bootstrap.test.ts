import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.js', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-bootstrap-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function program(name: string, source: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, source)
  return path
}

function bootstrap(...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [BOOTSTRAP, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output }
}

test('lists its verbs when asked for another', async () => {
  const { child, output } = bootstrap('constructor')
  expect(await once(child, 'close')).toEqual([1, null])
  expect(output()).toContain('start|test|huiyin|bench|run')
})

test('runs a TypeScript program with its arguments and ends with its code', async () => {
  const file = await program(
    'code.ts',
    'const args: string[] = process.argv.slice(2); console.log(args); process.exit(7)',
  )
  const { child, output } = bootstrap('run', file, '--flag', 'two words')
  expect(await once(child, 'close')).toEqual([7, null])
  expect(output()).toContain(`[ '--flag', 'two words' ]`)
})

test('shows a program one signal when the terminal and npm both deliver it', async () => {
  const file = await program(
    'signals.ts',
    `let seen = 0
     const timer = setInterval(() => undefined, 1_000)
     process.on('SIGINT', () => { seen += 1; setTimeout(() => { console.log('seen', seen); clearInterval(timer) }, 500) })
     console.log('ready')`,
  )
  const { child, output } = bootstrap('run', file)
  while (!output().includes('ready')) await sleep(20)
  child.kill('SIGINT')
  await sleep(100)
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(output()).toContain('seen 1')
})

test('lets a signal without a handler end the program', async () => {
  const file = await program('deaf.ts', `setInterval(() => undefined, 1_000); console.log('ready')`)
  const { child, output } = bootstrap('run', file)
  while (!output().includes('ready')) await sleep(20)
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([null, 'SIGTERM'])
})
