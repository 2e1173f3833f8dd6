/**
 * Takes the pictures of the README from a running demonstration server: `npm run screenshots -- --url http://localhost:8080`.
 * Signs in as the demonstration's people, opens each page as they would and saves it below docs/images.
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../test/support/browser.ts'

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url))
const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 760 }, deviceScaleFactor: 2 }
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }
const SETTLE_MILLISECONDS = 1_200

interface Account {
  readonly login: string
  readonly password: string | null
  readonly totp: string | null
}

const { values } = parseArgs({ options: { url: { type: 'string', default: 'http://localhost:8080' } } })
const base = values.url.replace(/\/$/u, '')

await mkdir(IMAGES, { recursive: true })
await residentPictures()
await staffPictures()

async function residentPictures(): Promise<void> {
  await withPage(PHONE, async (page) => {
    await picture(page, '/', 'resident-home')
    await picture(page, '/?mode=elder', 'resident-home-elder')
    await picture(page, '/services?q=%E7%90%86%E5%8F%91', 'resident-search')
  })
  await withPage({ ...PHONE, locale: 'en' }, (page) => picture(page, '/', 'resident-home-en'))
}

async function staffPictures(): Promise<void> {
  await withPage(DESK, async (page) => {
    await signIn(page, 'dispatcher')
    await picture(page, '/staff/', 'staff-home')
    const orders = await page.request.get(`${base}/api/v1/orders?state=dispatching`)
    const { rows } = (await orders.json()) as { rows: { id: string }[] }
    const order = rows[0]
    if (order === undefined) throw new Error('The demonstration has no order that waits for dispatch.')
    await picture(page, `/staff/orders/${order.id}/dispatch`, 'staff-dispatch')
    await picture(page, '/staff/rates', 'staff-rates')
  })
  await withPage(DESK, async (page) => {
    await signIn(page, 'agent')
    await picture(page, '/staff/phone', 'staff-phone-desk')
  })
}

async function withPage(options: BrowserContextOptions, act: (page: Page) => Promise<void>): Promise<void> {
  const browser = await launchBrowser(options)
  try {
    await act(await browser.context.newPage())
  } finally {
    await browser.close()
  }
}

async function signIn(page: Page, login: string): Promise<void> {
  const answer = await page.request.get(`${base}/api/v1/demo/accounts`)
  const { rows } = (await answer.json()) as { rows: Account[] }
  const account = rows.find((row) => row.login === login)
  if (account === undefined) throw new Error(`The demonstration has no account ${login}.`)
  const { password, totp } = account
  const session = await page.request.post(`${base}/api/v1/staff-sessions`, { data: { login, password, totp } })
  if (!session.ok()) throw new Error(`${login} could not sign in: ${session.status()}`)
}

async function picture(page: Page, path: string, name: string): Promise<void> {
  await page.goto(`${base}${path}`)
  // What is not there yet shows as grey bars; then motion and fonts settle.
  await page.waitForFunction("document.querySelector('.ant-skeleton') === null")
  await page.waitForTimeout(SETTLE_MILLISECONDS)
  await page.screenshot({ path: `${IMAGES}${name}.png` })
  console.log(`${name}.png`)
}
