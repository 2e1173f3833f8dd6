// The phone desk without a mouse: who calls, what is wanted, where; read back and placed while the caller waits.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { becomes, expectSound, field, JOURNEY_MILLISECONDS, newPhone, openPlay, sees, zh } from '../support/journey.ts'
import { placeByPhone } from '../support/journey-orders.ts'

/** Keys that move or confirm, letters not counted, from the first digit of the number to the placed order. */
const STEPS_MAX = 32
const TABS_MAX = 20
const play = openPlay()

describe('a call', { timeout: JOURNEY_MILLISECONDS }, () => {
  let page: Page
  let steps = 0
  const phone = newPhone()
  const earlier = '村口健身器材松动'

  const press = async (key: string) => {
    steps += 1
    await page.keyboard.press(key)
  }
  /** Tabs on until the field with this label has the focus. */
  const tabTo = async (label: string) => {
    const wanted = field(page, label)
    for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
      await press('Tab')
      if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return
    }
    throw new Error(`${label} is more than ${TABS_MAX} tabs away`)
  }
  const choose = async (words: string, choice: string) => {
    await page.keyboard.type(words)
    await page.getByRole('option', { name: choice }).first().waitFor()
    await press('Enter')
  }

  beforeAll(async () => {
    await placeByPhone(await play(), { title: earlier, phone, name: '魏大叔', categorySlug: 'sports' })
    page = await (await play()).staff('agent')
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.phone') })
      .press('Enter')
    await page.getByRole('heading', { level: 1, name: zh('staff.menu.phone') }).waitFor()
    await expectSound(page)
  }, JOURNEY_MILLISECONDS)

  test('shows the caller’s earlier orders as soon as the number stands', async () => {
    await becomes(
      () => field(page, zh('staff-entry.phone')).evaluate((input) => input === input.ownerDocument.activeElement),
      true,
    )
    await page.keyboard.type(phone)
    await sees(page.getByRole('complementary'), earlier)
    await expectSound(page)
  })

  test(`is taken down, read back and placed in at most ${STEPS_MAX} steps of the keyboard`, async () => {
    await tabTo(zh('staff-entry.name'))
    await page.keyboard.type('魏大叔')
    await tabTo(zh('staff-entry.title'))
    await page.keyboard.type('老母亲出不了门想剪头')
    await tabTo(zh('staff-entry.offering'))
    await choose('理发', '上门理发')
    await tabTo(zh('staff-order.village'))
    await choose('shangmo', '上磨村委会')
    await tabTo(zh('staff-entry.address'))
    await page.keyboard.type('村东头第二家')
    const readBack = page.getByRole('list', { name: zh('staff-entry.read-back') })
    for (const words of ['魏大叔', '上门理发', '上磨村委会', '村东头第二家']) await sees(readBack, words)
    for (const label of [zh('staff-entry.consent'), zh('staff-entry.read-back-done')]) {
      await tabTo(label)
      await press('Space')
    }
    await expectSound(page)
    await press('Control+Enter')
    await sees(page, zh('staff-entry.placed'))
    // What the case cost is shown to whoever bore it: time, and not one press of the mouse.
    expect(await page.locator('.placed').innerText()).toMatch(/录入用时 \d+:\d\d，点击 0 次/u)
    await expectSound(page)
    expect(steps).toBeLessThanOrEqual(STEPS_MAX)
    const next = page.getByRole('button', { name: zh('staff-entry.next-call') })
    await becomes(() => next.evaluate((element) => element === element.ownerDocument.activeElement), true)
  })

  test('leads to the order, whose number is revealed for a purpose only', async () => {
    await page.getByRole('link', { name: zh('staff-order.to-order') }).press('Enter')
    await page.getByRole('button', { name: zh('staff.reveal'), exact: true }).waitFor()
    await expectSound(page)
    expect(await page.getByText(phone).count()).toBe(0)
    await page.getByRole('button', { name: zh('staff.reveal'), exact: true }).press('Enter')
    await page.getByRole('combobox', { name: zh('staff.purpose') }).selectOption({ label: '上门服务' })
    await expectSound(page)
    await page.getByRole('button', { name: zh('staff.reveal-now'), exact: true }).press('Enter')
    await page.getByRole('link', { name: phone }).waitFor()
    await expectSound(page)
    await page.context().close()
  })
})
