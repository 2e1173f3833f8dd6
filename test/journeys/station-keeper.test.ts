// A station keeper orders for others: by proxy, from paper cards, and a sheet of orders at once.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { becomes, expectSound, field, JOURNEY_MILLISECONDS, newPhone, openPlay, sees, zh } from '../support/journey.ts'

const play = openPlay()
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function open(label: 'staff.menu.proxy' | 'staff.menu.paper' | 'staff.menu.batch'): Promise<Page> {
  const page = await (await play()).staff('keeper')
  await page
    .getByRole('navigation')
    .getByRole('link', { name: zh(label) })
    .click()
  await page.getByRole('heading', { level: 1, name: zh(label) }).waitFor()
  return page
}

async function fillWish(page: Page, title: string, category: string): Promise<void> {
  await field(page, zh('staff-entry.title')).fill(title)
  await field(page, zh('staff-order.category')).selectOption({ label: category })
}

const ordersFor = async (page: Page, phone: string): Promise<readonly { number: string }[]> => {
  const answer = await page.request.get(`/api/v1/orders?q=${phone}`)
  return ((await answer.json()) as { rows: { number: string }[] }).rows
}

test(
  'a proxy order needs consent, read-back and a number to call back',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const page = await open('staff.menu.proxy')
    await expectSound(page)
    const [phone, proxyPhone, title] = [newPhone(), newPhone(), '家里水管冻裂了想请人看看']
    await field(page, zh('staff-entry.principal-name')).fill('吴奶奶')
    await field(page, zh('staff-entry.principal-phone')).fill(phone)
    await fillWish(page, title, '文化活动')
    await sees(page.getByRole('list', { name: zh('staff-entry.read-back') }), '吴奶奶')
    await button(page, zh('staff-entry.place')).click()
    await sees(page, zh('staff-entry.consent-needed'))
    await sees(page, zh('staff-entry.read-back-needed'))
    await expectSound(page)
    expect(await field(page, zh('staff-entry.title')).inputValue()).toBe(title)
    await field(page, zh('staff-entry.relation')).fill('邻居')
    await field(page, zh('staff-entry.proxy-phone')).fill(proxyPhone)
    await page.getByRole('checkbox', { name: zh('staff-entry.consent') }).check()
    await page.getByRole('checkbox', { name: zh('staff-entry.read-back-done') }).check()
    await expectSound(page)
    await button(page, zh('staff-entry.place')).click()
    await sees(page, zh('staff-entry.placed'))
    await expectSound(page)
    const number = (await page.locator('.placed-number').textContent()) ?? ''

    await button(page, zh('staff-entry.next-proxy')).click()
    await field(page, zh('staff-entry.principal-name')).fill('吴奶奶')
    await field(page, zh('staff-entry.principal-phone')).fill(phone)
    await fillWish(page, title, '文化活动')
    await sees(page, number)
    await expectSound(page)
    await page.context().close()
  },
)

test('paper cards go in one after the other', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const page = await open('staff.menu.paper')
  await expectSound(page)
  const cards = ['想学包粽子', '教孩子写毛笔字', '冬天组织打乒乓球']
  for (const [index, title] of cards.entries()) {
    const name = field(page, zh('staff-entry.card-name'))
    await becomes(() => name.evaluate((input) => input === input.ownerDocument.activeElement), true)
    await page.keyboard.type(`卡主${index + 1}`)
    await field(page, zh('staff-entry.card-phone')).fill(newPhone())
    await fillWish(page, title, '文化活动')
    await page.getByRole('checkbox', { name: zh('staff-entry.card-signed') }).check()
    await button(page, zh('staff-entry.place-card')).click()
    await sees(page, zh('staff-entry.cards-done', { count: index + 1 }))
    // Every card says what it cost: some time, and more than one press.
    await sees(page.locator('.known-list li').first(), /录入用时 \d+:\d\d，点击 (?:[2-9]|\d\d) 次/u)
    expect(await name.inputValue()).toBe('')
  }
  expect(await field(page, zh('staff-order.village')).inputValue()).not.toBe('')
  await expectSound(page)
  await page.context().close()
})

test('a pasted sheet with one bad row is placed whole or not at all', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const page = await open('staff.menu.batch')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await expectSound(page)
  const phones = [newPhone(), newPhone(), newPhone()]
  const columns = ['title', 'category', 'contactName', 'contactPhone', 'headcount'] as const
  const sheet = [
    columns.map((name) => zh(`staff-entry.column.${name}`)),
    ['腰鼓队想请老师', '文化活动', '刘大姐', phones[0], '12'],
    ['修鞋磨刀进村', '便民', '李师傅', '123', '30'],
    ['老年人体检', '医疗', '张大爷', phones[2], '20'],
  ]
  await page.evaluate(
    (text) => {
      const { navigator } = globalThis as unknown as {
        navigator: { clipboard: { writeText(text: string): Promise<void> } }
      }
      return navigator.clipboard.writeText(text)
    },
    sheet.map((row) => row.join('\t')).join('\n'),
  )
  await field(page, zh('staff-entry.paste')).click()
  await page.keyboard.press('Control+V')
  const cell = (name: (typeof columns)[number], row: number) =>
    field(page, `${zh(`staff-entry.column.${name}`)} ${row}`)
  await becomes(() => cell('title', 3).inputValue(), '老年人体检')
  expect(await cell('category', 3).inputValue()).not.toBe('')
  await sees(page, zh('staff-entry.unknown-categories', { names: '便民' }))
  // What is empty is named as empty, and the focus goes there.
  await button(page, zh('staff-entry.place-batch', { count: 3 })).click()
  await sees(page.getByRole('row').filter({ hasText: zh('validation.required') }), '2')
  await becomes(() => cell('category', 2).evaluate((select) => select.matches(':focus')), true)
  await cell('category', 2).selectOption({ label: '文化活动' })
  await button(page, zh('staff-entry.place-batch', { count: 3 })).click()
  const faulty = page.getByRole('row').filter({ hasText: zh('validation.phone') })
  await faulty.waitFor()
  expect(await faulty.getByRole('rowheader').textContent()).toBe('2')
  const fault = { row: 2, column: zh('staff-entry.column.contactPhone'), message: zh('validation.phone') }
  await sees(page.getByRole('alert'), zh('staff-entry.row-fault', fault))
  expect(await ordersFor(page, phones[0] ?? '')).toEqual([])
  expect(await cell('title', 1).inputValue()).toBe('腰鼓队想请老师')
  await expectSound(page)
  await cell('contactPhone', 2).fill(phones[1] ?? '')
  await button(page, zh('staff-entry.place-batch', { count: 3 })).click()
  await sees(page, zh('staff-entry.batch-placed', { count: 3 }))
  await expectSound(page)
  expect(await ordersFor(page, phones[2] ?? '')).toHaveLength(1)
  await page.context().close()
})
