import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { filesBelow, ROOT, textOf } from './source.ts'

const documents = filesBelow(ROOT, '', /\.md$/u)

test('links in documents lead somewhere', () => {
  expect(documents.length).toBeGreaterThan(20)
  expect(documents).toContain('README.md')
  const links = documents.flatMap((path) =>
    [...proseOf(path).matchAll(/\]\((?<target>[^)\s]+)\)/gu)].map((match) => ({
      path,
      target: match.groups!['target']!,
    })),
  )
  const inner = links.filter(({ target }) => !/^(?:https?|mailto):/u.test(target))
  expect(inner.length).toBeGreaterThan(20)
  const dead = inner.filter(({ path, target }) => {
    const [file, anchor] = target.split('#') as [string, string?]
    const found = file === '' ? path : posix.join(posix.dirname(path), file)
    if (!existsSync(join(ROOT, found))) return true
    return anchor !== undefined && found.endsWith('.md') && !anchorsOf(found).includes(anchor)
  })
  expect(dead).toEqual([])
})

test('files that documents name in code style are there', () => {
  const named = documents.flatMap((path) =>
    [...proseOf(path).matchAll(/`(?<name>(?:server|web|contract|i18n|db|test|scripts|docs)\/[\w./-]+\.\w+)`/gu)].map(
      (match) => ({
        path,
        name: match.groups!['name']!,
      }),
    ),
  )
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter(({ name }) => !existsSync(join(ROOT, name)) || !statSync(join(ROOT, name)).isFile())).toEqual([])
})

test('decisions are numbered without a gap and without a double', () => {
  const decisions = filesBelow(ROOT, 'docs/decisions', /^\d.*\.md$/u).map((path) => posix.basename(path))
  expect(decisions.length).toBeGreaterThan(8)
  expect(decisions.map((name) => Number(/^(\d{4})-[a-z0-9-]+\.md$/u.exec(name)?.[1]))).toEqual(
    decisions.map((_, i) => i + 1),
  )
  for (const name of decisions) {
    const text = textOf(ROOT, `docs/decisions/${name}`)
    expect(textOf(ROOT, 'docs/decisions/README.md')).toContain(`(${name})`)
    expect(text, name).toMatch(new RegExp(`^# ${name.slice(0, 4)} `, 'u'))
    for (const part of ['Context', 'Decision', 'Consequences']) expect(text, name).toContain(`## ${part}\n`)
  }
})

/** The text without fenced blocks, whose brackets are not links. */
function proseOf(path: string): string {
  return textOf(ROOT, path).replaceAll(/^```.*?^```/gmsu, '')
}

/** Names by which headings can be linked, made as the hosts of repositories make them. */
function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gmu)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}
