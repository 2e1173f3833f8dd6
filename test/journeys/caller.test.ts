// Follow-up calls: of requesters who stayed silent, and of a sample; blind, and never by the one who dispatched.
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSound, field, JOURNEY_MILLISECONDS, newPhone, openPlay, passTime, sees, zh } from '../support/journey.ts'
import { judgeByLink, NAME_OF_HEALTH, placeByPhone, serveByHealth } from '../support/journey-orders.ts'

/** Seven working days of silence lie in twelve days, also over a holiday of three. */
const SILENCE_MINUTES = 12 * 24 * 60
/** One order in five is drawn; that none of so many is drawn happens once in ten thousand runs. */
const DRAWS_MAX = 42
const play = openPlay()

describe('calls', { timeout: JOURNEY_MILLISECONDS }, () => {
  let page: Page
  let sheet: Locator
  const silent = '上门给老人量血压换药'
  const sampled = '给瘫痪老人翻身护理'

  // An order that was called because of silence may be drawn for the sample as well, once it is closed.
  const kindOf = (title: string) => zh(title === silent ? 'staff-office.kind.silent' : 'staff-office.kind.sample')
  const cardOf = (title: string) =>
    page
      .getByRole('listitem')
      .filter({ hasText: title })
      .filter({ hasText: kindOf(title) })
      .first()
  const open = async (title: string) => {
    await page.getByRole('link', { name: zh('staff.menu.follow-ups') }).click()
    sheet = cardOf(title)
    await sheet.getByRole('button', { name: zh('staff-office.make-call') }).click()
    await sheet.getByRole('button', { name: zh('staff-office.record-call') }).waitFor()
  }

  beforeAll(async () => {
    const here = await play()
    const order = await placeByPhone(here, { title: silent, phone: newPhone() })
    await serveByHealth(here, order.id)
    const caller = await here.account('caller')
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const phone = newPhone()
      const { id } = await placeByPhone(here, { title: sampled, phone })
      await serveByHealth(here, id)
      await judgeByLink(here, id, phone)
      const { rows } = await here.client.call(caller, 'listFollowUps')
      if (rows.some((row) => row.kind === 'sample' && row.title === sampled)) break
    }
    await passTime(here, SILENCE_MINUTES)
    page = await here.staff('caller')
  }, JOURNEY_MILLISECONDS)

  test('lists the silent and the sampled, without a word of who served', async () => {
    await page.getByRole('heading', { level: 1, name: zh('staff.menu.follow-ups') }).waitFor()
    await sees(cardOf(silent), zh('staff-office.kind.silent'))
    await sees(cardOf(sampled), zh('staff-office.kind.sample'))
    await expectSound(page)
    await expectBlind(page)
  })

  test('records that nobody answered, and the order stays to be called', async () => {
    await open(silent)
    await expectSound(page)
    await sheet.getByRole('button', { name: zh('staff.reveal') }).click()
    await sheet.getByRole('button', { name: zh('staff.reveal-now'), exact: true }).click()
    await sheet.getByRole('link', { name: /^1\d{10}$/u }).waitFor()
    await sheet.getByRole('radio', { name: zh('staff-office.result.no-answer') }).check()
    await expectSound(page)
    await expectBlind(page)
    await sheet.getByRole('button', { name: zh('staff-office.record-call') }).click()
    await sees(page, zh('staff-office.call-open', { count: 1 }))
    await sees(cardOf(silent), zh('staff-office.attempts', { count: 1 }))
  })

  test('speaks with the requester and takes the evaluation down', async () => {
    await open(silent)
    await sheet.getByRole('radio', { name: zh('staff-office.result.spoke') }).check()
    await field(sheet, zh('staff-order.spoken-to')).fill('韩大妈的女儿')
    await sheet.getByRole('radio', { name: zh('staff-order.solved'), exact: true }).check()
    await sheet.getByRole('radio', { name: zh('staff-order.stars', { count: 4 }) }).check()
    await expectSound(page)
    await sheet.getByRole('button', { name: zh('staff-office.record-call') }).click()
    await sees(page, zh('staff-office.call-done'))
    await cardOf(silent).waitFor({ state: 'detached' })
    await open(sampled)
    await sheet.getByRole('radio', { name: zh('staff-office.result.spoke') }).check()
    await field(sheet, zh('staff-order.spoken-to')).fill('本人')
    await sheet.getByRole('radio', { name: zh('staff-order.not-solved'), exact: true }).check()
    await sheet.getByRole('radio', { name: zh('staff-order.stars', { count: 2 }) }).check()
    await expectBlind(page)
    await sheet.getByRole('button', { name: zh('staff-office.record-call') }).click()
    await sees(page, zh('staff-office.call-done'))
    await page.context().close()
  })

  test('is not for the one who dispatched, not even with the role of a caller', async () => {
    const here = await play()
    const order = await placeByPhone(here, { title: '请护士教打胰岛素', phone: newPhone() })
    await serveByHealth(here, order.id)
    await passTime(here, SILENCE_MINUTES)
    const dispatcher = await here.staff('dispatcher')
    expect(await dispatcher.getByRole('link', { name: zh('staff.menu.follow-ups') }).count()).toBe(0)
    await dispatcher.goto('/staff/follow-ups')
    await sees(dispatcher, zh('staff.not-yours'))
    await expectSound(dispatcher)
    const admin = await here.account('admin')
    const { rows } = await here.client.call(admin, 'listStaff', { query: { limit: 100 } })
    const member = rows.find((row) => row.login === 'dispatcher')
    const body = { role: 'caller' as const, unitId: member?.roles[0]?.unitId ?? '' }
    const { grantId } = await here.client.call(admin, 'grantRole', { params: { id: member?.id ?? '' }, body })
    await dispatcher.goto('/staff/follow-ups')
    await dispatcher.getByRole('heading', { level: 1, name: zh('staff.menu.follow-ups') }).waitFor()
    await expectSound(dispatcher)
    expect(await dispatcher.getByText('请护士教打胰岛素').count()).toBe(0)
    await here.client.call(admin, 'endGrant', { params: { id: grantId } })
    await dispatcher.context().close()
  })
})

async function expectBlind(page: Page): Promise<void> {
  const shown = await page.getByRole('main').innerText()
  for (const word of [NAME_OF_HEALTH, '卫健委', '卫生健康', '橄榄枝', '柳承安']) expect(shown).not.toContain(word)
}
