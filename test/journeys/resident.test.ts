// A woman of 75 orders a service, follows it and judges it; once without scripts, and once with mistakes in the form.
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Translate } from '../../i18n/translate.ts'
import {
  JOURNEY_MILLISECONDS,
  becomes,
  en,
  expectSound,
  field,
  newPhone,
  openPlay,
  readMessage,
  sees,
  signInByPhone,
  zh,
} from '../support/journey.ts'
import { serveByHealth } from '../support/journey-orders.ts'

const PHONE_OF_CHEN = '13900000001'
const TAPS_MAX = 4
const play = openPlay()

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('link', { name }).first()
async function searchFor(page: Page, words: string, t = zh): Promise<void> {
  await page.getByRole('searchbox').fill(words)
  await button(page, t('resident.services.search-button')).tap()
}

async function chooseVillage(page: Page, township: string, village: string, t = zh): Promise<void> {
  await field(page, t('resident.order-form.township')).selectOption({ label: township })
  await field(page, t('resident.order-form.village')).selectOption({ label: village })
}

const numberOn = async (page: Page) => (await page.locator('.receipt .number').textContent())?.trim() ?? ''

describe('from the first look to the evaluation', { timeout: JOURNEY_MILLISECONDS }, () => {
  let page: Page
  let number: string
  let orderId: string

  test('finds a service by two characters in elder mode, signs in by code and orders it', async () => {
    page = await (await play()).resident()
    await page.goto('/')
    await expectSound(page)
    await button(page, zh('resident.frame.elder')).tap()
    await page.locator('html.elder').waitFor()
    await expectSound(page)
    await link(page, zh('resident.home.order')).tap()
    await searchFor(page, '理发')
    await sees(page, '上门理发')
    await expectSound(page)
    await link(page, '上门理发').tap()
    await expectSound(page)
    await link(page, zh('resident.service.order')).tap()
    await page.waitForURL(/\/login/u)
    await expectSound(page)
    await signInByPhone(page, PHONE_OF_CHEN)
    await page.waitForURL(/\/order\?offering=/u)
    await expectSound(page)
    expect(await field(page, zh('resident.order-form.name')).inputValue()).toBe('陈桂兰')
    await chooseVillage(page, '永宁镇', '上磨村委会')
    await button(page, zh('resident.order-form.submit')).tap()
    await page.getByRole('heading', { level: 1, name: zh('resident.placed.title') }).waitFor()
    await expectSound(page)
    number = await numberOn(page)
    orderId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(number).toMatch(/^[\w-]{6,20}$/u)
    await sees(page, /最晚.+\d\d:\d\d/u)
  })

  test(`orders a known service from home in at most ${TAPS_MAX} taps`, async () => {
    let taps = 0
    const tap = async (target: Locator) => {
      taps += 1
      await target.tap()
    }
    await page.goto('/')
    await tap(link(page, zh('resident.home.order')))
    await page.getByRole('searchbox').fill('血压')
    await page.getByRole('searchbox').press('Enter')
    await tap(link(page, '血压血糖测量与用药咨询'))
    await tap(link(page, zh('resident.service.order')))
    await tap(button(page, zh('resident.order-form.submit')))
    await page.getByRole('heading', { level: 1, name: zh('resident.placed.title') }).waitFor()
    expect(taps).toBeLessThanOrEqual(TAPS_MAX)
  })

  test('follows the order in a fresh browser by number and the end of the phone, and by the private link', async () => {
    const fresh = await (await play()).resident()
    await fresh.goto('/')
    await link(fresh, zh('resident.home.track')).tap()
    await expectSound(fresh)
    await field(fresh, zh('resident.track.number')).fill(number)
    await field(fresh, zh('resident.track.tail')).fill(PHONE_OF_CHEN.slice(-4))
    await button(fresh, zh('resident.track.submit')).tap()
    await sees(fresh, zh('resident.state.submitted'))
    await expectSound(fresh)
    const path = await readMessage(fresh, PHONE_OF_CHEN, new RegExp(`${number}.*?(/o/[\\w-]+)`, 'u'))
    await fresh.goto(path)
    await sees(fresh, number)
    await expectSound(fresh)
    expect(await fresh.getByText(PHONE_OF_CHEN).count(), 'the phone in clear').toBe(0)
    await fresh.context().close()
  })

  test('confirms and evaluates with stars after the service, and sees who looked', async () => {
    await serveByHealth(await play(), orderId)
    const path = await readMessage(page, PHONE_OF_CHEN, new RegExp(`${number} 服务已完成.*?(/o/[\\w-]+)`, 'u'))
    const reachedBy = async () => {
      const { client, account } = await play()
      const order = await client.call(await account('dispatcher'), 'readOrder', { params: { id: orderId } })
      return order.answers.map((answer) => answer.reachedBy)
    }
    // What a messenger does to show a preview: it fetches the page and none of its pictures.
    expect((await page.request.get(path)).status()).toBe(200)
    expect(await reachedBy()).toEqual([null])
    await page.goto(path)
    await sees(page, zh('resident.state.delivered'))
    expect(await reachedBy()).toEqual(['page-opened'])
    await expectSound(page)
    await link(page, zh('resident.act.confirm')).tap()
    await expectSound(page)
    await button(page, zh('resident.act.confirm-submit')).tap()
    await sees(page, zh('resident.done.confirm'))
    await link(page, zh('resident.act.evaluate')).tap()
    await page.getByRole('radio', { name: zh('resident.evaluate.solved-yes') }).check()
    await page.getByRole('radio', { name: zh('resident.evaluate.star-5') }).check()
    await page.getByRole('checkbox', { name: zh('resident.tag.kind') }).check()
    await expectSound(page)
    await button(page, zh('resident.act.evaluate-submit')).tap()
    await sees(page, zh('resident.done.evaluate'))
    await sees(page, zh('resident.evaluate.star-5'))
    await expectSound(page)
    for (const path of ['/me/orders', '/me', '/call', '/help']) {
      await page.goto(path)
      await expectSound(page)
    }
  })
})

describe.each([
  { locale: 'zh-CN', t: zh, title: '院里路灯不亮了' },
  { locale: 'en', t: en, title: '想学修手机 and Wi-Fi' },
])('a mistake in the form ($locale)', { timeout: JOURNEY_MILLISECONDS }, ({ locale, t, title }) => {
  test('keeps everything typed and names the field', async () => {
    const page = await (await play()).resident({ locale })
    await page.goto('/order')
    await signInByPhone(page, newPhone(), t)
    await field(page, t('resident.order-form.what')).fill(title)
    await field(page, t('resident.order-form.category')).selectOption({ index: 3 })
    await chooseVillage(page, '旧县镇', '旧县村委会', t)
    await field(page, t('resident.order-form.headcount')).fill('好多')
    await field(page, t('resident.order-form.name')).fill('Grandma 王')
    await field(page, t('resident.order-form.phone')).fill('123')
    await button(page, t('resident.order-form.submit')).tap()
    const summary = page.getByRole('alert')
    await sees(summary, t('resident.form.errors'))
    await expectSound(page)
    expect(await page.locator('html').getAttribute('lang')).toBe(locale)
    await expectTyped(page, t, title)
    await summary.getByRole('link', { name: t('resident.order-form.headcount') }).tap()
    await becomes(() => page.evaluate('document.activeElement.name'), 'headcount')
    await field(page, t('resident.order-form.headcount')).fill('４')
    await field(page, t('resident.order-form.phone')).fill('010-69101234')
    await button(page, t('resident.order-form.submit')).tap()
    await page.getByRole('heading', { level: 1, name: t('resident.placed.title') }).waitFor()
    await page.context().close()
  })
})

async function expectTyped(page: Page, t: Translate, title: string): Promise<void> {
  expect(await field(page, t('resident.order-form.what')).inputValue()).toBe(title)
  expect(await field(page, t('resident.order-form.name')).inputValue()).toBe('Grandma 王')
  expect(await field(page, t('resident.order-form.phone')).inputValue()).toBe('123')
  expect(await field(page, t('resident.order-form.headcount')).inputValue()).toBe('好多')
  expect(await field(page, t('resident.order-form.village')).inputValue()).not.toBe('')
  expect(await field(page, t('resident.order-form.category')).inputValue()).not.toBe('')
}

test('the whole order without JavaScript', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const page = await (await play()).resident({ javaScriptEnabled: false })
  await page.goto('/')
  await link(page, zh('resident.home.order')).tap()
  await searchFor(page, '手机')
  await link(page, '老年人手机课').tap()
  await link(page, zh('resident.service.order')).tap()
  await signInByPhone(page, newPhone())
  await field(page, zh('resident.order-form.village')).selectOption({ label: '上磨村委会' })
  await field(page, zh('resident.order-form.name')).fill('王奶奶')
  await button(page, zh('resident.order-form.submit')).tap()
  await page.getByRole('heading', { level: 1, name: zh('resident.placed.title') }).waitFor()
  expect(await numberOn(page)).not.toBe('')
  await link(page, zh('resident.placed.track')).tap()
  await sees(page, zh('resident.state.submitted'))
  await page.context().close()
})
