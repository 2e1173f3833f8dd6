// Those who serve: an agency at its inbox of the console, a volunteer team's leader on the phone.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import {
  becomes,
  expectSound,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  type Play,
  readMessage,
  sees,
  signInByPhone,
  zh,
} from '../support/journey.ts'
import { PUBLIC } from '../../scripts/smoke/client.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { dispatchTo, placeByPhone } from '../support/journey-orders.ts'

const OLIVE_LEADER = '13900000011'
const GREENS_LEADER = '13900000013'
const MEMBER = '温小满'
const RULIN = '儒林苑社区居委会'
const HOUR = 3_600_000
const play = openPlay()

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('link', { name }).first()

/** Wall time of the district some hours from business time, as inputs hold it. */
async function wallTime(page: Page, hours: number): Promise<{ date: string; time: string }> {
  const { now } = (await (await page.request.get('/api/v1/clock')).json()) as { now: string }
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
  const [date = '', time = ''] = wall.format(new Date(Date.parse(now) + hours * HOUR)).split(' ')
  return { date, time }
}

test('an agency accepts by name, agrees the time, serves and delivers', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const here = await play()
  const title = '请来测一测骨密度'
  const order = await placeByPhone(here, { title, phone: newPhone() })
  await dispatchTo(here, order.id, 'agency', '卫')
  const page = await here.staff('health')
  await page.getByRole('heading', { level: 1, name: zh('staff.menu.offers') }).waitFor()
  const card = page.getByRole('listitem').filter({ hasText: title })
  await card.waitFor()
  await expectSound(page)
  await card.getByRole('button', { name: zh('staff-order.move.accept'), exact: true }).click()
  expect(await field(card, zh('staff-order.person-in-charge')).inputValue()).toBe('白术')
  await field(card, zh('staff-order.person-phone')).fill('13900000201')
  await expectSound(page)
  await card.getByRole('button', { name: zh('staff-order.move.accept'), exact: true }).click()
  await card.waitFor({ state: 'detached' })
  await button(page, zh('staff-office.box.mine')).click()
  await page
    .getByRole('listitem')
    .filter({ hasText: title })
    .getByRole('link', { name: zh('staff-office.go-on') })
    .click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await expectSound(page)
  await scheduleAndServe(page)
  await page.context().close()
})

async function scheduleAndServe(page: Page): Promise<void> {
  const step = page.getByRole('region', { name: zh('staff-order.next-step') })
  await step.getByRole('button', { name: zh('staff-order.move.schedule') }).click()
  const [from, until] = [await wallTime(page, 1), await wallTime(page, 2)]
  await field(page, zh('staff-order.begins')).fill(`${from.date}T${from.time}`)
  await field(page, zh('staff-order.ends')).fill(`${until.date}T${until.time}`)
  await field(page, zh('staff-order.agreed-with')).fill('韩大妈本人')
  await expectSound(page)
  // The page says that a time has passed, not the browser; the field has the focus, and nothing typed is lost.
  const [began, ended] = [await wallTime(page, -48), await wallTime(page, -47)]
  await field(page, zh('staff-order.begins')).fill(`${began.date}T${began.time}`)
  await field(page, zh('staff-order.ends')).fill(`${ended.date}T${ended.time}`)
  await button(page, zh('staff-order.move.schedule')).click()
  await sees(step, zh('orders.refusal.time-past'))
  await becomes(() => field(page, zh('staff-order.begins')).evaluate((input) => input.matches(':focus')), true)
  expect(await field(page, zh('staff-order.agreed-with')).inputValue()).toBe('韩大妈本人')
  await field(page, zh('staff-order.begins')).fill(`${from.date}T${from.time}`)
  await field(page, zh('staff-order.ends')).fill(`${until.date}T${until.time}`)
  await button(page, zh('staff-order.move.schedule')).click()
  await sees(step, zh('orders.state.scheduled'))
  await step.getByRole('button', { name: zh('staff-order.move.start') }).click()
  await step.getByRole('button', { name: zh('staff-order.move.start') }).click()
  await sees(step, zh('orders.state.in_service'))
  await step.getByRole('button', { name: zh('staff-order.move.deliver') }).click()
  await field(page, zh('staff-order.delivery-result')).fill('测了骨密度，逐人讲了结果。')
  await field(page, zh('staff-order.actual-headcount')).fill('5')
  await expectSound(page)
  await step.getByRole('button', { name: zh('staff-order.move.deliver') }).click()
  await sees(step, zh('orders.state.delivered'))
  await expectSound(page)
}

describe('a volunteer team', { timeout: JOURNEY_MILLISECONDS }, () => {
  test('accepts, checks in by code and by co-signature, and delivers', async () => {
    const here = await play()
    const title = '辅导孩子做科学小实验'
    const order = await placeByPhone(here, { title, phone: newPhone(), categorySlug: 'science', village: RULIN })
    await dispatchTo(here, order.id, 'team', '橄榄枝')
    const leader = await here.resident()
    await leader.goto('/team')
    await signInByPhone(leader, OLIVE_LEADER)
    await sees(leader, title)
    await expectSound(leader)
    await link(leader, title).tap()
    await expectSound(leader)
    await link(leader, zh('resident.act.accept')).tap()
    expect(await field(leader, zh('resident.accept.name')).inputValue()).toBe('林守望')
    await field(leader, zh('resident.accept.phone')).fill(OLIVE_LEADER)
    await expectSound(leader)
    await button(leader, zh('resident.act.accept-submit')).tap()
    await sees(leader, zh('resident.done.accept'))
    await agreeTime(leader)
    await link(leader, zh('resident.act.start')).tap()
    await button(leader, zh('resident.act.start-submit')).tap()
    await sees(leader, zh('resident.done.start'))
    await memberChecksIn(here, leader, title)
    await coSignOut(leader, title)
    await link(leader, zh('resident.act.deliver')).tap()
    await field(leader, zh('resident.deliver.result')).fill('做了三个小实验，孩子们都动了手。')
    await expectSound(leader)
    await button(leader, zh('resident.act.deliver-submit')).tap()
    await sees(leader, zh('resident.done.deliver'))
    await expectSound(leader)
    await leader.context().close()
  })

  test('declines at no cost: neither the requester nor the team’s page tells of it', async () => {
    const here = await play()
    const [title, phone] = ['想学编中国结', newPhone()]
    const order = await placeByPhone(here, { title, phone, categorySlug: 'education', village: RULIN })
    await dispatchTo(here, order.id, 'team', '送菜')
    const leader = await here.resident()
    await leader.goto('/team')
    await signInByPhone(leader, GREENS_LEADER)
    await sees(leader, zh('resident.team.free'))
    await link(leader, title).tap()
    await link(leader, zh('resident.act.decline')).tap()
    await leader.getByRole('radio', { name: zh('orders.decline.wrong-time') }).check()
    await expectSound(leader)
    await button(leader, zh('resident.act.decline-submit')).tap()
    await leader.waitForURL(/\/team(?:\?|$)/u)
    await leader.getByText(title).first().waitFor({ state: 'detached' })
    await expectSound(leader)
    const requester = await here.resident()
    await requester.goto(await readMessage(requester, phone, new RegExp(`${order.number}.*?(/o/[\\w-]+)`, 'u')))
    await sees(requester, title)
    const shown = await requester.getByRole('main').innerText()
    for (const word of ['送菜', '婉拒', '接不了', '谢绝', zh('orders.decline.wrong-time')])
      expect(shown).not.toContain(word)
    await expectSound(requester)
    await requester.context().close()
    await leader.context().close()
  })
})

async function agreeTime(leader: Page): Promise<void> {
  await button(leader, zh('resident.team.reveal')).tap()
  await sees(leader, zh('resident.team.reveal-recorded'))
  await expectSound(leader)
  await leader.getByRole('link', { name: zh('resident.act.back') }).tap()
  await link(leader, zh('resident.act.schedule')).tap()
  const [from, until] = [await wallTime(leader, 0.2), await wallTime(leader, 0.4)]
  await field(leader, zh('resident.schedule.date')).fill('')
  await field(leader, zh('resident.schedule.from')).fill(from.time)
  await field(leader, zh('resident.schedule.until')).fill(until.time)
  await field(leader, zh('resident.schedule.agreed-with')).fill('家长')
  await expectSound(leader)
  await leader.getByRole('main').getByRole('button').last().tap()
  // The day is at fault and not the times that were typed.
  const [label, message] = [zh('resident.schedule.date'), zh('validation.required')]
  await sees(leader, zh('resident.form.fault', { label, message }))
  expect(await field(leader, zh('resident.schedule.from')).inputValue()).toBe(from.time)
  await field(leader, zh('resident.schedule.date')).fill(from.date)
  await button(leader, zh('resident.act.schedule-submit')).tap()
  await sees(leader, zh('resident.done.schedule'))
}

/** Somebody registers, becomes a volunteer and joins the team, which has no page of its own yet. */
async function newMember(here: Play, name: string): Promise<Page> {
  const member = await here.resident()
  await member.goto('/login?next=/me')
  await signInByPhone(member, newPhone())
  await field(member, zh('resident.me.name')).fill(name)
  await button(member, zh('resident.me.save')).tap()
  await sees(member, zh('resident.me.saved'))
  const { rows } = await here.client.call(PUBLIC, 'listTeams', { query: { q: '橄榄枝' } })
  const ask = async (path: string, data?: object) => {
    const headers = { 'idempotency-key': newUuid7(new Date()), origin: here.server.origin }
    const answer = await member.request.post(path, { headers, ...(data !== undefined && { data }) })
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
  }
  await ask('/api/v1/me/volunteer', { skills: [], consent: true })
  await ask(`/api/v1/teams/${rows[0]?.id}/members`)
  return member
}

async function memberChecksIn(here: Play, leader: Page, title: string): Promise<void> {
  const member = await newMember(here, MEMBER)
  await member.goto('/team')
  await expectSound(member)
  await link(member, title).tap()
  await link(member, zh('resident.act.check-in')).tap()
  await member.getByRole('radio', { name: zh('orders.method.rotating-code') }).check()
  await expectSound(member)
  await link(leader, zh('resident.team.code')).tap()
  const code = leader.getByText(/^\d{5,8}$/u)
  await expectSound(leader)
  await link(leader, zh('resident.code.refresh')).tap()
  await field(member, zh('resident.check-in.code')).fill((await code.textContent()) ?? '')
  await button(member, zh('resident.act.check-in-submit')).tap()
  await sees(member, zh('resident.done.check-in'))
  await expectSound(member)
  await member.context().close()
}

/** The member forgot to check out on the phone: the leader signs for it. */
async function coSignOut(leader: Page, title: string): Promise<void> {
  await leader.goto('/team')
  await link(leader, title).tap()
  await sees(leader, MEMBER)
  await link(leader, zh('resident.act.check-out')).tap()
  await leader.getByRole('radio', { name: zh('orders.method.leader-co-sign') }).check()
  await field(leader, zh('resident.check-in.member')).selectOption({ label: MEMBER })
  await expectSound(leader)
  await button(leader, zh('resident.act.check-out-submit')).tap()
  await sees(leader, zh('resident.done.check-out'))
}
