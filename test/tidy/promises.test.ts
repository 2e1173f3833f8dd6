import { expect, test } from 'vitest'
import { ROOT, textOf } from './source.ts'

const PAGE = 'docs/subsystems/promises.md'
const PROMISES = 12

interface Named {
  readonly path: string
  readonly title: string
}

/** Tests as the page names them: a file in code style, then one title or several in quotation marks. */
function namedIn(page: string): Named[] {
  return [...page.matchAll(/`(?<path>[\w./-]+\.test\.ts)` (?<titles>“[^”]+”(?:, “[^”]+”)*)/gu)].flatMap((match) =>
    [...match.groups!['titles']!.matchAll(/“(?<title>[^”]+)”/gu)].map((title) => ({
      path: match.groups!['path']!,
      title: title.groups!['title']!,
    })),
  )
}

/** A title, or its beginning, opens a string somewhere in the file. */
function isThere({ path, title }: Named): boolean {
  const text = textOf(ROOT, path)
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}`))
}

test('every promise has its tests, and they are there', () => {
  const page = textOf(ROOT, PAGE)
  const rows = page.split('\n').filter((line) => /^\| \d+ \|/u.test(line))
  expect(rows).toHaveLength(PROMISES)
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([])
  expect(namedIn(page).filter((named) => !isThere(named))).toEqual([])
})

test('a test that is not there is found', () => {
  const [named] = namedIn(`| x | \`test/tidy/promises.test.ts\` “${['nobody', 'wrote this'].join(' ')}” |`)
  expect(named).toBeDefined()
  expect(isThere(named!)).toBe(false)
})
