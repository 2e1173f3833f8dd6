// A dispatcher's Monday morning: what is late comes first; triage, agreement, candidates with reasons, and the ways out.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSound, field, JOURNEY_MILLISECONDS, newPhone, openPlay, sees, zh } from '../support/journey.ts'
import { placeByPhone } from '../support/journey-orders.ts'

const play = openPlay()
const RULIN = '儒林苑社区居委会'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const act = (page: Page, name: string) =>
  page.getByRole('group', { name: zh('staff-order.moves') }).getByRole('button', { name, exact: true })

describe('Monday morning', { timeout: JOURNEY_MILLISECONDS }, () => {
  let page: Page

  beforeAll(async () => {
    page = await (await play()).staff('dispatcher')
  }, JOURNEY_MILLISECONDS)

  /** Opens an order from the queue, found by the requester's phone. */
  const openByPhone = async (phone: string, title: string) => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.orders') })
      .click()
    await page.getByRole('searchbox', { name: zh('staff-order.search') }).fill(phone)
    await page.getByRole('searchbox', { name: zh('staff-order.search') }).press('Enter')
    await page.getByRole('link', { name: title }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
  }
  const place = async (title: string, phone: string, categorySlug = 'culture') =>
    placeByPhone(await play(), { title, phone, categorySlug, village: RULIN })

  test('begins with what is overdue', async () => {
    await page.getByRole('row').nth(1).waitFor()
    await expectSound(page)
    const rows = await page.getByRole('row').allInnerTexts()
    const late = rows.slice(1).map((text) => text.includes(zh('staff-order.overdue')))
    expect(late[0]).toBe(true)
    expect(late.lastIndexOf(true)).toBeLessThan(late.includes(false) ? late.indexOf(false) : late.length)
    await page
      .getByRole('list', { name: zh('staff-order.way') })
      .getByRole('link')
      .first()
      .click()
    await page.getByRole('checkbox', { name: zh('staff-order.only-overdue') }).waitFor()
    await page.getByRole('row').nth(1).waitFor()
    await expectSound(page)
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.dispatch') })
      .click()
    await page.getByRole('heading', { level: 1, name: zh('staff.menu.dispatch') }).waitFor()
    await expectSound(page)
  })

  test('triages with risks and a trigger, and cannot dispatch before the agreement is recorded', async () => {
    const [title, phone] = ['元宵花会要人挂灯笼', newPhone()]
    await place(title, phone)
    await openByPhone(phone, title)
    await expectSound(page)
    await act(page, zh('staff-order.move.take-in')).click()
    await page.getByRole('checkbox', { name: zh('orders.risk.heights') }).check()
    await page.getByRole('checkbox', { name: zh('orders.trigger.large-event') }).check()
    await expectSound(page)
    await button(page, zh('staff-order.move.take-in')).click()
    await page.getByRole('link', { name: zh('staff-order.move.offer'), exact: true }).click()
    await sees(page, zh('orders.gate.agreement'))
    await sees(page, zh('orders.gate.insurance'))
    await expectSound(page)
    const olive = page.getByRole('listitem').filter({ hasText: '橄榄枝' })
    await olive.getByRole('button').click()
    await button(page, zh('staff-order.invite-now', { count: 1 })).click()
    await sees(page.getByRole('alert'), zh('orders.refusal.gates-closed'))
    await expectSound(page)
    await page.getByRole('link', { name: zh('staff-order.to-order') }).click()
    await act(page, zh('staff-order.move.record-agreement')).click()
    await page.getByRole('checkbox', { name: zh('staff-order.agreement-is-signed') }).check()
    await page.getByRole('checkbox', { name: zh('staff-order.insurance-in-force') }).check()
    await expectSound(page)
    await button(page, zh('staff-order.move.record-agreement')).click()
    await sees(page, zh('staff-order.agreement-signed'))
  })

  test('invites teams that are proposed with reasons in words', async () => {
    await page.getByRole('link', { name: zh('staff-order.move.offer'), exact: true }).click()
    const olive = page.getByRole('listitem').filter({ hasText: '橄榄枝' }).first()
    await sees(olive, zh('orders.score.same-category'))
    await sees(olive, /来回路上约|顺路多走/u)
    await sees(olive, /\d\d:\d\d–\d\d:\d\d 有空/u)
    await page.getByText(zh('orders.gate.agreement')).waitFor({ state: 'hidden' })
    await olive.getByRole('button').click()
    await sees(page, zh('staff-order.will-invite'))
    await expectSound(page)
    await button(page, zh('staff-order.invite-now', { count: 1 })).click()
    await sees(page.getByRole('region', { name: zh('staff-order.next-step') }), zh('orders.state.offered'))
    await sees(page.getByRole('region', { name: zh('staff-order.offers') }), zh('orders.offer.open'))
    await expectSound(page)
  })

  test('answers by a legal way out, and records that the answer reached by a call', async () => {
    const [title, phone] = ['邻居欠钱不还想请人去讨', newPhone()]
    await place(title, phone, 'legal-advice')
    await openByPhone(phone, title)
    await act(page, zh('staff-order.move.answer-out')).click()
    await page.getByRole('radio', { name: zh('orders.exit.legal-channel') }).check()
    await field(page, zh('staff-order.reason-to-requester')).fill('债务纠纷要由法院处理。')
    await field(page, zh('staff-order.alternative')).fill('可以先打 12348 法律援助电话。')
    await expectSound(page)
    await button(page, zh('staff-order.send-answer')).click()
    await sees(page, zh('staff-order.not-reached'))
    await act(page, zh('staff-order.move.record-reached')).click()
    await page.getByRole('radio', { name: zh('orders.reached.call') }).check()
    await field(page, zh('staff-order.spoken-to')).fill('韩大妈本人')
    await expectSound(page)
    await button(page, zh('staff-order.move.record-reached')).click()
    await sees(page.getByRole('region', { name: zh('staff-order.next-step') }), zh('orders.state.closed'))
    await sees(page, '韩大妈本人')
    await expectSound(page)
  })

  test('merges a duplicate into the first order', async () => {
    const [title, phone] = ['村口路灯坏了一排', newPhone()]
    const first = await place(title, phone)
    const again = '路灯不亮，村口'
    await place(again, phone)
    await openByPhone(phone, again)
    await act(page, zh('staff-order.move.merge')).click()
    await field(page, zh('staff-order.into-number')).fill(first.number)
    await field(page, zh('staff.reason')).fill('同一件事')
    await expectSound(page)
    await button(page, zh('staff-order.move.merge')).click()
    await sees(page.getByRole('region', { name: zh('staff-order.next-step') }), zh('orders.outcome.merged'))
    await sees(page, first.number)
    await expectSound(page)
  })

  test('defers with an alternative and a day to look again', async () => {
    const [title, phone] = ['想在村里建个游泳池', newPhone()]
    await place(title, phone, 'sports')
    await openByPhone(phone, title)
    await act(page, zh('staff-order.move.defer')).click()
    await field(page, zh('staff-order.reason-to-requester')).fill('今年没有预算。')
    await field(page, zh('staff-order.alternative')).fill('镇文体中心周末免费开放。')
    await field(page, zh('staff-order.review-on')).fill('2027-06-30')
    await expectSound(page)
    await button(page, zh('staff-order.move.defer')).click()
    await sees(page.getByRole('region', { name: zh('staff-order.next-step') }), zh('orders.state.deferred'))
    await expectSound(page)
    await page.context().close()
  })
})
