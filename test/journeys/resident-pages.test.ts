import { expect, test } from 'vitest'
import { context } from '../support/resident-fixtures.ts'
import { samples } from '../support/resident-samples.ts'
import { loadBundle } from '../../server/http/pages/bundle.ts'

const MODES = [
  { locale: 'zh-CN', elder: false, textPixels: 18 },
  { locale: 'zh-CN', elder: true, textPixels: 30 },
  { locale: 'en', elder: false, textPixels: 18 },
  { locale: 'en', elder: true, textPixels: 22 },
] as const

const all = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1] ?? '')

test.each(samples)('$label is a whole page in both languages and modes', async ({ label, name, props }) => {
  const { renderPage } = await loadBundle()
  for (const mode of MODES) {
    const html = renderPage(name, props, { ...context, ...mode, path: `/${label}` })
    expect(html.startsWith('<!doctype html><html'), label).toBe(true)
    expect(all(html, /<html lang="([^"]+)"/gu)).toEqual([mode.locale])
    expect(all(html, /<title>([^<]+)<\/title>/gu)).toHaveLength(1)
    expect(all(html, /<(h1)[ >]/gu)).toHaveLength(1)
    expect(html, 'a key without a text').not.toMatch(/\b(?:resident|orders|catalogue|people)\.[a-z-]+\.?[a-z]/u)
    expect(html).not.toMatch(/undefined|NaN|\[object|Invalid Date|\{[a-z]+\}/u)
    const ids = all(html, / id="([^"]+)"/gu)
    expect(new Set(ids).size, 'ids are unique').toBe(ids.length)
    for (const target of all(html, /<label[^>]* for="([^"]+)"/gu)) expect(ids).toContain(target)
    for (const target of all(html, / href="#([^"]+)"/gu)) expect(ids).toContain(target)
    for (const texts of all(html, / aria-describedby="([^"]+)"/gu))
      for (const id of texts.split(' ')) expect(ids).toContain(id)
  }
})

test('every form that writes is a plain POST with a client id, or changes only the session and this device', async () => {
  const { renderPage } = await loadBundle()
  const withoutId = ['/preferences', '/login', '/logout', '/contact']
  for (const { name, props } of samples) {
    const html = renderPage(name, props, context)
    for (const form of all(html, /(<form method="post".*?<\/form>)/gsu)) {
      const action = /action="([^"]+)"/u.exec(form)?.[1] ?? ''
      if (withoutId.some((one) => action.endsWith(one))) continue
      expect(form, action).toContain('name="clientId"')
    }
  }
})

test('what people typed is escaped', async () => {
  const { renderPage } = await loadBundle()
  const q = '"><script>alert(1)</script>'
  const html = renderPage('services', { q, category: '', categories: [], offerings: [], nextCursor: null }, context)
  expect(html).not.toContain('<script>alert')
})
