// The console and the resident pages in English, and one task of the console by keyboard alone.
import type { Page, Response } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { PUBLIC } from '../../scripts/smoke/client.ts'
import {
  demoAccount,
  en,
  expectSound,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  type Play,
  sees,
  signInByPhone,
  zh,
} from '../support/journey.ts'
import { placeByPhone } from '../support/journey-orders.ts'

const TABS_MAX = 60
const HAN_RUN = /\p{Script=Han}[\p{Script=Han}“”《》·，、（）]*/gu
const play = openPlay()

/** Fields of answers that hold what people wrote or what things are called; all other words are ours to translate. */
const DATA_FIELDS = new Set([
  ...['name', 'title', 'summary', 'details', 'unitName', 'responsibleUnitName', 'responsibleUnit', 'venue', 'address'],
  ...['contactName', 'contactNameMasked', 'addressMasked', 'proxyRelation', 'providerName', 'provider', 'what', 'by'],
  ...['deliveryResult', 'note', 'reason', 'outcomeReason', 'alternative', 'spokenTo', 'venueNeeds', 'areaNames'],
  ...['agreedWith', 'actor', 'subject', 'organisation', 'unit', 'offering', 'category', 'nameEn', 'detail'],
])

/** Remembers every piece of data the console read, to tell it from our own words. */
function collectData(page: Page): Set<string> {
  const data = new Set<string>()
  const collect = (value: unknown, key: string): void => {
    if (typeof value === 'string' && DATA_FIELDS.has(key)) data.add(value)
    else if (Array.isArray(value)) for (const one of value) collect(one, key)
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) collect(one, name)
  }
  page.on('response', (response: Response) => {
    if (!response.url().includes('/api/')) return
    response
      .json()
      .then((body: unknown) => collect(body, ''))
      .catch(() => undefined)
  })
  return data
}

/** Chinese words on the page that stand in no other language's element and are no data. */
async function strayHan(page: Page, data: ReadonlySet<string>): Promise<string[]> {
  const texts = await page.evaluate(() => {
    interface Node {
      readonly textContent: string | null
      readonly parentElement: {
        closest(selector: string): unknown
        checkVisibility(): boolean
        getAttribute(name: string): string | null
      } | null
    }
    const { document } = globalThis as unknown as {
      document: {
        body: unknown
        createTreeWalker(root: unknown, what: number): { nextNode(): Node | null }
      }
    }
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, 4)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      if (element === null || element.closest('script, style, [lang|="zh"]') !== null || !element.checkVisibility())
        continue
      found.push(node.textContent ?? '')
    }
    return found
  })
  const known = [...data]
  return texts.flatMap((text) => text.match(HAN_RUN) ?? []).filter((run) => !known.some((value) => value.includes(run)))
}

async function expectEnglish(page: Page, data: ReadonlySet<string>): Promise<void> {
  await expectSound(page)
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await strayHan(page, data), page.url()).toEqual([])
}

const SCREENS: Readonly<Record<string, readonly string[]>> = {
  dispatcher: ['/staff/', '/staff/orders', '/staff/dispatch', '/staff/rates', '/staff/batch'],
  agent: ['/staff/phone', '/staff/proxy', '/staff/paper'],
  health: ['/staff/offers'],
  caller: ['/staff/follow-ups'],
  editor: ['/staff/catalogue'],
  points: ['/staff/points'],
  admin: ['/staff/people'],
  auditor: ['/staff/audit'],
}

describe('in English', { timeout: JOURNEY_MILLISECONDS }, () => {
  test.each(Object.entries(SCREENS))('the console of %s has no Chinese of ours', async (login, paths) => {
    const here = await play()
    const page = await english(here, login)
    const data = collectData(page)
    for (const path of paths) {
      await page.goto(path)
      await expectEnglish(page, data)
    }
    if (login === 'dispatcher') {
      const order = await placeByPhone(here, { title: '扭秧歌缺个鼓手', phone: newPhone(), categorySlug: 'culture' })
      for (const path of [`/staff/orders/${order.id}`, `/staff/orders/${order.id}/dispatch`]) {
        await page.goto(path)
        await expectEnglish(page, data)
      }
    }
    await page.context().close()
  })

  test('the resident pages have no Chinese of ours', async () => {
    const here = await play()
    const page = await here.resident({ locale: 'en' })
    const data = new Set<string>([...(await namesOfDistrict(here)), '延庆区'])
    for (const path of ['/', '/services', '/services?q=xyzzy', '/track', '/call', '/help', '/login']) {
      await page.goto(path)
      await expectEnglish(page, data)
    }
    await page.goto('/order')
    await signInByPhone(page, newPhone(), en)
    await expectEnglish(page, data)
    await field(page, en('resident.order-form.what')).fill('Someone to fix a chair')
    await field(page, en('resident.order-form.category')).selectOption({ index: 2 })
    await field(page, en('resident.order-form.village')).selectOption({ index: 2 })
    await field(page, en('resident.order-form.name')).fill('Granny Wu')
    await page.getByRole('button', { name: en('resident.order-form.submit') }).tap()
    await page.getByRole('heading', { level: 1, name: en('resident.placed.title') }).waitFor()
    await expectEnglish(page, data)
    for (const path of [`/orders/${page.url().split('/').at(-1)}`, '/me/orders', '/me']) {
      await page.goto(path)
      await expectEnglish(page, data)
    }
    await page.context().close()
  })
})

async function english(here: Play, login: string): Promise<Page> {
  const page = await here.staff(login, { locale: 'en' })
  await page.context().addCookies([{ name: 'huiyin-locale', value: 'en', url: here.server.origin }])
  return page
}

/** What places and services are called. */
async function namesOfDistrict({ client }: Play): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const query = { limit: 100, ...(cursor !== null && { cursor }) }
    const page: { rows: { name: string }[]; nextCursor: string | null } = await client.call(PUBLIC, 'listUnits', {
      query,
    })
    names.push(...page.rows.map((row) => row.name))
    cursor = page.nextCursor
  } while (cursor !== null)
  const offerings = await client.call(PUBLIC, 'listOfferings', { query: { limit: 100 } })
  return [...names, ...offerings.rows.flatMap((row) => [row.title, ...row.venueNeeds])]
}

test('a station keeper signs in and places an order by keyboard alone', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const here = await play()
  const page = await here.visitor()
  await page.goto('/staff/login')
  await expectSound(page)
  await signInByKeys(page, 'institute')
  await page.getByRole('navigation').waitFor()
  await tabTo(page, page.getByRole('link', { name: zh('staff.menu.proxy') }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: zh('staff.menu.proxy') }).waitFor()
  const type = async (label: string, words: string) => {
    await tabTo(page, field(page, label))
    await page.keyboard.type(words)
  }
  const phone = newPhone()
  await page.keyboard.type('孙爷爷')
  await type(zh('staff-entry.principal-phone'), phone)
  await type(zh('staff-entry.relation'), '网格员')
  await type(zh('staff-entry.proxy-phone'), newPhone())
  await type(zh('staff-entry.title'), '灶台冒烟请人看烟道')
  await tabTo(page, field(page, zh('staff-order.category')))
  await page.keyboard.press('ArrowDown')
  await type(zh('staff-order.village'), 'shangmo')
  await page.getByRole('option', { name: '上磨村委会' }).first().waitFor()
  await page.keyboard.press('Enter')
  for (const name of [zh('staff-entry.consent'), zh('staff-entry.read-back-done')]) {
    await tabTo(page, page.getByRole('checkbox', { name }))
    await page.keyboard.press('Space')
  }
  await tabTo(page, page.getByRole('button', { name: zh('staff-entry.place') }))
  await page.keyboard.press('Enter')
  await sees(page, zh('staff-entry.placed'))
  await page.context().close()
})

async function signInByKeys(page: Page, login: string): Promise<void> {
  const { password, totp } = await demoAccount(page.request, login)
  await page.keyboard.type(login)
  await tabTo(page, field(page, zh('staff.password')))
  await page.keyboard.type(password)
  await tabTo(page, field(page, zh('staff.totp')))
  await page.keyboard.type(totp)
  await page.keyboard.press('Enter')
}

/** Tabs on to one element; on the way the focus can always be seen and never stays where it is. */
async function tabTo(page: Page, wanted: ReturnType<Page['getByRole']>): Promise<void> {
  let before = ''
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab')
    const focus = await focusOf(page)
    expect(focus.isVisible, `the focus on ${focus.what} can be seen`).toBe(true)
    expect(focus.place, `the focus is caught at ${focus.what}`).not.toBe(before)
    before = focus.place
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return
  }
  throw new Error(`${String(wanted)} is more than ${TABS_MAX} tabs away`)
}

/** What has the focus, and whether an outline or a shadow shows it. */
function focusOf(page: Page): Promise<{ what: string; place: string; isVisible: boolean }> {
  return page.evaluate(() => {
    interface Styles {
      readonly outlineStyle: string
      readonly outlineWidth: string
      readonly boxShadow: string
    }
    interface Element {
      readonly tagName: string
      readonly id: string
      readonly textContent: string | null
      readonly parentElement: Element | null
    }
    const window = globalThis as unknown as {
      document: {
        readonly activeElement: Element
        readonly body: Element
        querySelectorAll(s: string): Iterable<Element>
      }
      getComputedStyle(element: Element): Styles
    }
    const shows = ({ outlineStyle, outlineWidth, boxShadow }: Styles) =>
      (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
    const { document } = window
    const element = document.activeElement
    const near = [element, element.parentElement, element.parentElement?.parentElement].filter((one) => one != null)
    const place = String([...document.querySelectorAll('*')].indexOf(element))
    return {
      what: `${element.tagName} ${element.id} ${(element.textContent ?? '').slice(0, 20)}`,
      place,
      isVisible: element === document.body || near.some((one) => shows(window.getComputedStyle(one))),
    }
  })
}
