// What journeys share: people with browsers of their own before one live server, and the checks of every screen they see.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { APIRequestContext, Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, expect, inject } from 'vitest'
import { type Account, type Client, eventually, openClient, PUBLIC } from '../../scripts/smoke/client.ts'
import { translator } from '../../i18n/translate.ts'
import { axeViolations, smallTargets, startChromium } from './browser.ts'
import { sessionCookie } from '../../server/http/authenticate.ts'
import { liveServer, type LiveServer } from './live-server.ts'

/** Phones of residents are narrow and slow; the console stands on a desk. */
export const PHONE = { width: 360, height: 760 }
export const DESK = { width: 1440, height: 900 }
/** A journey signs in, waits for jobs and looks at many screens, on a machine that may be busy with other files. */
export const JOURNEY_MILLISECONDS = 240_000
const ACTION_MILLISECONDS_MAX = 30_000
/** Where pictures of failed journeys go; git does not keep them. */
const PICTURES = fileURLToPath(new URL('../../test-results/', import.meta.url))
const MESSAGE_SECONDS_MAX = 30
const TOTP_SECONDS = 30
// Smallest targets in CSS pixels: WCAG 2.5.8 for the console; 44 for residents' fingers, 60 in elder mode (design.md section 7).
const STAFF_TARGET = 24
const RESIDENT_TARGET = 44
const ELDER_TARGET = 60

export const zh = translator('zh-CN')
export const en = translator('en')

export interface Play {
  readonly server: LiveServer
  readonly client: Client
  /** A resident with a phone, not signed in. */
  readonly resident: (options?: BrowserContextOptions) => Promise<Page>
  /** Somebody at a desk who is not signed in. */
  readonly visitor: (options?: BrowserContextOptions) => Promise<Page>
  /** Somebody of the demonstration's staff, signed in, at the console's first screen. */
  readonly staff: (login: string, options?: BrowserContextOptions) => Promise<Page>
  /** The same person's session for calls that are not the journey's own matter. */
  readonly account: (login: string) => Promise<Account>
  readonly close: () => Promise<void>
}

interface OpenPlay extends Play {
  readonly pages: readonly Page[]
}

/** One play for a whole file; it is closed after the file's last test. Of a failed test every open page leaves a picture. */
export function openPlay(): () => Promise<Play> {
  let opening: Promise<OpenPlay> | undefined
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    const open = ((await opening)?.pages ?? []).filter((page) => !page.isClosed())
    const name = task.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)
    for (const [index, page] of open.entries())
      await page.screenshot({ path: `${PICTURES}${name}-${index}.png`, fullPage: true })
  }, JOURNEY_MILLISECONDS)
  afterAll(async () => {
    await (await opening)?.close()
  }, JOURNEY_MILLISECONDS)
  return () => (opening ??= open())
}

async function open(): Promise<OpenPlay> {
  const server = await liveServer(inject('liveServers'))
  const browser = await startChromium()
  const pages: Page[] = []
  const newPage = async (options: BrowserContextOptions) => {
    const page = await pageIn(browser, server, options)
    pages.push(page)
    return page
  }
  return {
    pages,
    server,
    client: openClient(server.origin),
    resident: (options = {}) => newPage({ viewport: PHONE, hasTouch: true, ...options }),
    visitor: (options = {}) => newPage({ viewport: DESK, ...options }),
    async staff(login, options = {}) {
      const { cookies } = await staffSession(browser, server, login)
      const page = await newPage({ viewport: DESK, ...options })
      await page.context().addCookies(cookies)
      await page.goto('/staff/')
      await page.getByRole('heading', { level: 1 }).waitFor()
      return page
    },
    async account(login) {
      const { token } = await staffSession(browser, server, login)
      return { name: login, authorization: `Bearer ${token}` }
    },
    close: () => browser.close(),
  }
}

async function pageIn(browser: Browser, server: LiveServer, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: 'zh-CN',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(ACTION_MILLISECONDS_MAX)
  const page = await context.newPage()
  page.on('pageerror', (error) => {
    throw error
  })
  return page
}

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>

interface Session {
  readonly cookies: Cookies
  readonly token: string
}

/** The session that an earlier file of this server left, or a new one that is left for the next: a one-time password works once. */
async function staffSession(browser: Browser, { dir, origin }: LiveServer, login: string): Promise<Session> {
  const path = join(dir, `session-${login}.json`)
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Session
    const me = await fetch(`${origin}/api/v1/me`, { headers: { authorization: `Bearer ${kept.token}` } })
    if (me.ok) return kept
  }
  const context = await browser.newContext({ baseURL: origin })
  let token: string | undefined
  const signIn = async () => {
    const { password, totp } = await demoAccount(context.request, login)
    const answer = await context.request.post('/api/v1/staff-sessions', { data: { login, password, totp } })
    token = answer.headers()['x-session-token']
    return answer.status()
  }
  await eventually(2 * TOTP_SECONDS, `a session for ${login}`, async () =>
    (await signIn()) === 201 ? true : undefined,
  )
  const session = { cookies: await context.cookies(), token: token ?? '' }
  await context.close()
  writeFileSync(path, JSON.stringify(session))
  return session
}

interface DemoAccount {
  readonly login: string
  readonly password: string
  readonly totp: string
}

/** Login, password and the one-time password of this moment. */
export async function demoAccount(request: APIRequestContext, login: string): Promise<DemoAccount> {
  const { rows } = (await (await request.get('/api/v1/demo/accounts')).json()) as { rows: DemoAccount[] }
  const account = rows.find((row) => row.login === login)
  if (account === undefined) throw new Error(`the demonstration has no account ${login}`)
  return account
}

/** The screen has no violation of WCAG 2.2 AA, nothing stands out sideways, and every target is large enough. */
export async function expectSound(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const isStaff = new URL(page.url()).pathname.startsWith('/staff')
  // Grey lines stand for what is on its way; the screen is judged when it is there.
  const loading = page.locator('.loading')
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' })
  const isElder = (await page.locator('html.elder').count()) > 0
  const where = `${page.url()} at ${page.viewportSize()?.width}`
  const sideways = await page.evaluate('document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth')
  expect(sideways, `${where} scrolls sideways`).toBe(0)
  expect(await axeViolations(page), where).toEqual([])
  const pixels = isStaff ? STAFF_TARGET : isElder ? ELDER_TARGET : RESIDENT_TARGET
  expect(await smallTargets(page, pixels), `${where}: targets under ${pixels} px`).toEqual([])
}

/** The screen is sound on a phone and on a desk; it is left as wide as it was. */
export async function expectSoundAtEveryWidth(page: Page): Promise<void> {
  const size = page.viewportSize()!
  for (const width of [PHONE.width, DESK.width]) {
    await page.setViewportSize({ ...size, width })
    await expectSound(page)
  }
  await page.setViewportSize(size)
}

/** Reads the newest code or link for a phone where a demonstration shows its messages, in a window of its own. */
export async function readMessage(page: Page, phone: string, pattern: RegExp): Promise<string> {
  const outbox = await page.context().newPage()
  const found = await eventually(MESSAGE_SECONDS_MAX, `a message to ${phone} with ${pattern}`, async () => {
    await outbox.goto(`/demo/outbox?phone=${phone}`)
    const texts = await outbox.getByRole('main').getByRole('listitem').allInnerTexts()
    return texts.map((text) => pattern.exec(text)?.[1]).find((one) => one !== undefined)
  })
  await outbox.close()
  return found
}

/** Gives the browser a session that was begun by other means: a second code within a minute is refused. */
export async function wearSession(page: Page, { origin }: LiveServer, account: Account): Promise<void> {
  const value = account.authorization!.replace(/^Bearer /u, '')
  // Browsers trust http://localhost, so a server there keeps the secure cookie of every other server.
  const cookie = { name: sessionCookie(true), value, domain: new URL(origin).hostname, path: '/' }
  await page.context().addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Lax' }])
}

/** Signs in on the page of the login by the code that is sent to the phone. */
export async function signInByPhone(page: Page, phone: string, t = zh): Promise<void> {
  await page.getByLabel(t('resident.login.phone'), { exact: true }).fill(phone)
  await page.getByRole('button', { name: t('resident.login.send') }).click()
  await page.getByRole('heading', { level: 1, name: t('resident.login-code.title') }).waitFor()
  const code = await readMessage(page, phone, /(?:验证码|code)\D{0,20}(\d{6})/iu)
  await page.getByLabel(t('resident.login-code.code'), { exact: true }).fill(code)
  await page.getByRole('button', { name: t('resident.login-code.submit'), exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
}

/** A field by its label, which may end in a note that it is optional. */
export function field(where: Page | Locator, label: string): Locator {
  const literal = label.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&')
  return where.getByLabel(new RegExp(`^${literal}(?:\\s*[（(].*)?$`, 'u'))
}

/** Picks in a field that searches while one types. */
export async function pick(page: Page, label: string, words: string, choice: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).fill(words)
  await page.getByRole('option', { name: choice }).first().click()
}

/** A phone of the range set aside for plays that nobody else uses. */
export function newPhone(): string {
  return `13900${100_000 + Math.floor(Math.random() * 900_000)}`
}

/** Waits until a text can be seen. */
export async function sees(where: Page | Locator, text: string | RegExp): Promise<void> {
  await where.getByText(text).first().waitFor()
}

/** Waits until what is read is so: a busy machine takes longer than the second that a poll has by itself. */
export async function becomes<T>(read: () => T | Promise<T>, value: NoInfer<T>): Promise<void> {
  await expect.poll(read, { timeout: ACTION_MILLISECONDS_MAX }).toBe(value)
}

/** Moves business time; what falls due on the way is settled when this returns. */
export async function passTime({ client }: Play, minutes: number): Promise<void> {
  await client.call(PUBLIC, 'shiftClock', { body: { minutes } })
}
