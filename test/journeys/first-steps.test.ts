// An administrator of an empty district: from the printed link through the first steps, until their page goes away.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP, URI } from 'otpauth'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { translator } from '../../i18n/translate.ts'
import type { RoleName } from '../../contract/people.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { launchBrowser } from '../support/browser.ts'
import { expectSoundAtEveryWidth, field, pick } from '../support/journey.ts'
import { freePort, type ServerProcess, spawnServer, stopServer, untilReady } from '../support/server-process.ts'

const START_MILLISECONDS_MAX = 180_000
const JOURNEY_MILLISECONDS_MAX = 180_000
const PASSWORD = 'seven-lanterns-over-guihe'
const t = translator('zh-CN')

let folder = ''
let server: ServerProcess
let browser: { readonly context: BrowserContext; close(): Promise<void> }
let page: Page
let adminToken = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-steps-'))
  server = spawnServer({
    port: await freePort(),
    env: { HUIYIN_DATA: join(folder, 'data'), HUIYIN_DEMO: '0', HUIYIN_LOG_LEVEL: 'warn' },
  })
  await untilReady(server)
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } })
  page = browser.context.pages()[0]!
}, START_MILLISECONDS_MAX)

afterAll(async () => {
  await browser.close()
  await stopServer(server)
  await rm(folder, { recursive: true, force: true })
}, START_MILLISECONDS_MAX)

async function send(method: string, path: string, body: unknown, token?: string) {
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      'idempotency-key': newUuid7(new Date()),
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: method === 'GET' ? null : JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown>
  expect(response.ok, `${path}: ${JSON.stringify(answer)}`).toBe(true)
  return { answer, session: response.headers.get('x-session-token') ?? '' }
}

async function unitId(words: string): Promise<string> {
  const { answer } = await send('GET', `/units?q=${encodeURIComponent(words)}&limit=1`, undefined)
  return (answer['rows'] as { id: string }[])[0]!.id
}

/** Appoints somebody, who accepts the link at once. @returns the session */
async function appoint(role: RoleName, unit: string): Promise<string> {
  const body = { name: '试用人员', login: `first-${role}`, role, unitId: await unitId(unit) }
  const { answer } = await send('POST', '/staff', body, adminToken)
  const token = String(answer['invitationLink']).split('#')[1]
  const opened = await send('POST', '/staff-invitations/open', { token })
  const authenticator = URI.parse(String(opened.answer['totpUri']))
  if (!(authenticator instanceof TOTP)) throw new Error('The invitation shows no time-based authenticator.')
  const given = { token, password: PASSWORD, totp: authenticator.generate() }
  return (await send('POST', '/staff-invitations/accept', given)).session
}

const step = (name: 'units' | 'people' | 'telephones' | 'offerings' | 'messages' | 'budget') =>
  page
    .locator('.first-steps > li')
    .filter({ has: page.getByRole('heading', { name: t(`staff-office.first.${name}`) }) })
const stands = (name: Parameters<typeof step>[0], state: 'first-done' | 'first-later' | 'first-open') =>
  step(name)
    .getByText(t(`staff-office.${state}`), { exact: true })
    .and(page.locator('.fresh'))
    .waitFor()
const openSteps = () =>
  page
    .getByRole('navigation')
    .getByRole('link', { name: t('staff-office.first-menu') })
    .click()

test('the printed link leads to the first steps', { timeout: JOURNEY_MILLISECONDS_MAX }, async () => {
  const line = server.lines.find(({ text }) => text.includes('/staff/invitation#'))!
  const path = /\/staff\/invitation#\S+/u.exec(line.text)![0]
  await page.goto(`${server.origin}${path}`)
  const secret = (await page.locator('code.secret').innerText()).replaceAll(/\s/gu, '')
  await expectSoundAtEveryWidth(page)
  await page.getByLabel(t('staff.new-password')).fill(PASSWORD)
  await page.getByLabel(t('staff.password-again')).fill(PASSWORD)
  await page.getByLabel(t('staff.totp')).fill(new TOTP({ secret }).generate())
  await page.getByRole('button', { name: t('staff.invitation-accept') }).click()
  await page.getByRole('heading', { level: 1, name: t('staff-office.first-menu') }).waitFor()
  for (const name of ['units', 'people', 'telephones', 'offerings', 'messages', 'budget'] as const)
    await stands(name, 'first-open')
  expect(await step('people').innerText()).toContain(t('people.role.caller'))
  await expectSoundAtEveryWidth(page)
  const cookie = (await browser.context.cookies()).find(({ httpOnly }) => httpOnly)!
  adminToken = decodeURIComponent(cookie.value)
})

test(
  'what is looked over is ticked, what can wait is left, and both can be taken back',
  { timeout: JOURNEY_MILLISECONDS_MAX },
  async () => {
    await step('units')
      .getByRole('button', { name: t('staff-office.first-looked-over') })
      .click()
    await stands('units', 'first-done')
    await step('messages')
      .getByRole('button', { name: t('staff-office.first-leave') })
      .click()
    await stands('messages', 'first-later')
    await step('messages')
      .getByRole('button', { name: t('staff-office.first-untick') })
      .click()
    await stands('messages', 'first-open')
    await step('messages')
      .getByRole('button', { name: t('staff-office.first-leave') })
      .click()
    await stands('messages', 'first-later')
  },
)

test('people are appointed and the centre gets its number', { timeout: JOURNEY_MILLISECONDS_MAX }, async () => {
  await step('people').getByRole('link').click()
  await page.getByRole('button', { name: t('staff-office.appoint') }).click()
  await field(page, t('staff-order.name')).fill('试派单')
  await field(page, t('staff.login')).fill('first-dispatcher')
  await page.getByLabel(t('staff-office.role')).selectOption('dispatcher')
  await page
    .locator('form')
    .getByRole('combobox', { name: t('staff-office.unit') })
    .fill('延庆区')
  await page
    .getByRole('option', { name: /^延庆区/u })
    .first()
    .click()
  await page.getByRole('button', { name: t('staff-office.make-invitation') }).click()
  expect(await page.getByLabel(t('staff-office.invitation'), { exact: true }).last().inputValue()).toContain(
    '/staff/invitation#',
  )
  await page.getByRole('button', { name: t('staff-office.handed-over') }).click()
  await openSteps()
  await step('people')
    .getByText(t('staff-office.first-pending', { count: 1 }))
    .waitFor()
  for (const role of ['centre-leader', 'phone-agent', 'caller'] as const) await appoint(role, '延庆区')
  await appoint('station-keeper', '上磨村委会')
  const provider = await appoint('provider', '区卫健委')
  const officer = await appoint('points-officer', '延庆区')
  await send('POST', '/ledger/fundings', { points: 10_000, reason: '开办' }, officer)
  const { answer } = await send('GET', '/offerings?hidden=include&limit=100', undefined, provider)
  const rows = answer['rows'] as { id: string; provider: { id: string } }[]
  const health = await unitId('区卫健委')
  const own = rows.find((row) => row.provider.id === health)!
  await send('POST', `/offerings/${own.id}/confirm`, {}, provider)

  await step('telephones').getByRole('link').click()
  await pick(page, t('staff-office.unit'), '延庆区', /^延庆区/u)
  await field(page, t('staff-office.unit-phone')).fill('010-69101234')
  await page.getByRole('button', { name: t('staff.save') }).click()
  await page.getByText(t('staff-office.unit-phone-saved')).waitFor()
})

test(
  'when all is settled the page says so once and is no longer in the menu',
  { timeout: JOURNEY_MILLISECONDS_MAX },
  async () => {
    await page.goto(`${server.origin}/staff/first-steps`)
    await page.getByText(t('staff-office.first-over')).waitFor()
    for (const name of ['people', 'telephones', 'offerings', 'budget'] as const) await stands(name, 'first-done')
    await expectSoundAtEveryWidth(page)
    await page.goto(`${server.origin}/staff/`)
    await page.getByRole('heading', { level: 1, name: t('staff.menu.people') }).waitFor()
    expect(await page.getByRole('link', { name: t('staff-office.first-menu') }).count()).toBe(0)
  },
)
