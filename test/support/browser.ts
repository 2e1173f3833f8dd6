// A real Chromium for journeys, accessibility checks and screenshots.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Browser as Chromium,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const EXECUTABLE = '/usr/bin/chromium'
// No traffic of its own, no sandbox (tests may run as root), no graphics card.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Browser {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** Starts Chromium with a fresh profile, which is deleted when it is closed. */
export async function launchBrowser(options: BrowserContextOptions = {}): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'huiyin-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: FLAGS,
    locale: 'zh-CN',
    ...options,
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

/** Starts Chromium without a profile: each context in it is a browser of its own, as if on another person's phone. */
export function startChromium(): Promise<Chromium> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS })
}

export interface Violation {
  readonly rule: string
  readonly impact: string
  readonly targets: readonly string[]
}

let axe: string | undefined

/** What axe-core finds against WCAG 2.2 A and AA on the page as it stands. */
export async function axeViolations(page: Page): Promise<Violation[]> {
  axe ??= await readFile(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8')
  // As tall as its content: what lies under the bar at the bottom is reached by scrolling and is not too small.
  const viewport = page.viewportSize()
  const height = await page.evaluate('document.documentElement.scrollHeight')
  if (viewport !== null) await page.setViewportSize({ width: viewport.width, height: Number(height) })
  await page.evaluate(axe)
  const violations = await runAxe(page)
  if (viewport !== null) await page.setViewportSize(viewport)
  return violations
}

function runAxe(page: Page): Promise<Violation[]> {
  return page.evaluate(async () => {
    interface AxeResult {
      readonly violations: readonly {
        readonly id: string
        readonly impact: string | null
        readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
      }[]
    }
    const { axe } = globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResult> } }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const result = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return result.violations.map((violation) => ({
      rule: violation.id,
      impact: violation.impact ?? '',
      targets: violation.nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    }))
  })
}

/** Targets smaller than `pixels` in either direction; links within running text are exempt (WCAG 2.5.8). */
export function smallTargets(page: Page, pixels: number): Promise<string[]> {
  return page.evaluate((pixels) => {
    interface Box {
      readonly width: number
      readonly height: number
    }
    interface Element {
      readonly tagName: string
      readonly textContent: string | null
      readonly parentElement: Element | null
      closest(selector: string): Element | null
      matches(selector: string): boolean
      checkVisibility(options: { visibilityProperty: boolean }): boolean
      getBoundingClientRect(): Box
    }
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Element> }
    }
    const small: string[] = []
    for (const element of document.querySelectorAll(
      'a[href], button, input:not([type=hidden]), select, textarea, summary',
    )) {
      if (element.matches('.skip, .skip-link') || !element.checkVisibility({ visibilityProperty: true })) continue
      // A choice is tapped anywhere on its line; a card anywhere on the card.
      const target = element.closest('label, .card, .row') ?? element
      const box = target.getBoundingClientRect()
      if (box.width === 0 || box.height === 0) continue
      const inText =
        element.tagName === 'A' && (element.parentElement?.matches('p, li, dd') ?? false) && box.height < pixels
      if (inText && element.parentElement?.textContent?.trim() !== element.textContent?.trim()) continue
      if (box.height < pixels - 0.5 || box.width < Math.min(pixels, 44) - 0.5)
        small.push(`${element.tagName} ${element.textContent?.trim().slice(0, 20) ?? ''} ${box.width}x${box.height}`)
    }
    return small
  }, pixels)
}
