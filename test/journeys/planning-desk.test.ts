// A dispatcher plans some days: asks, watches, reads why, moves a visit, plans again after a team fell ill, and publishes.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { becomes, expectSound, field, JOURNEY_MILLISECONDS, newPhone, openPlay, sees, zh } from '../support/journey.ts'
import { placeByPhone, takeIn } from '../support/journey-orders.ts'

const play = openPlay()
const VILLAGE = '儒林苑社区居委会'
const TITLES = ['教老人用手机挂号', '教老人用手机买票', '教老人视频通话'] as const

/** A plan gives way to whatever else runs on the machine, and while tests run that is much: it comes when it comes. */
const PLAN_MILLISECONDS_MAX = 150_000

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const region = (page: Page, name: string) => page.getByRole('region', { name })

describe('the planning desk', { timeout: JOURNEY_MILLISECONDS }, () => {
  let page: Page

  beforeAll(async () => {
    const here = await play()
    page = await here.staff('dispatcher')
    for (const title of TITLES) {
      const { id } = await placeByPhone(here, { title, phone: newPhone(), categorySlug: 'culture', village: VILLAGE })
      await takeIn(here, id)
    }
  }, JOURNEY_MILLISECONDS)

  test('asks for a plan and watches it being made', async () => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.plans') })
      .click()
    await expectSound(page)
    await field(page, zh('staff-plan.title')).fill('本周上门')
    await field(page, zh('staff-plan.seconds')).fill('2')
    await button(page, zh('staff-plan.ask')).click()
    await page.getByRole('heading', { level: 1, name: '本周上门' }).waitFor()
    await region(page, zh('staff-plan.board')).waitFor({ timeout: PLAN_MILLISECONDS_MAX })
    await expectSound(page)
  })
  /** A visit of ours that no other journey touches. */
  const visit = (title: string) => region(page, zh('staff-plan.board')).getByRole('button', { name: title })
  /** Turns the board to the day on which a visit is. */
  const turnTo = async (title: string) => {
    const days = region(page, zh('staff-plan.board')).getByRole('combobox', { name: zh('staff-plan.board-day') })
    for (const day of await days.locator('option').evaluateAll((all) => all.map((one) => one.getAttribute('value')!))) {
      await days.selectOption(day)
      if ((await visit(title).count()) > 0) return
    }
    throw new Error(`no day of the board has ${title}`)
  }

  test('reads why a visit is where it is, tries it elsewhere and moves it', async () => {
    await turnTo(TITLES[0])
    await visit(TITLES[0]).click()
    const panel = region(page, zh('staff-plan.move', { title: TITLES[0] }))
    await sees(panel, /放在这里/u)
    await sees(panel, /换到次好的地方|别处还能省/u)
    await expectSound(page)
    await panel.getByRole('combobox').selectOption({ index: 0 })
    await button(page, zh('staff-plan.move-trial')).click()
    await sees(panel, /试算：/u)
    await expectSound(page)
    await button(page, zh('staff-plan.move-do')).click()
    await panel.waitFor({ state: 'detached' })
    await sees(page, zh('staff-plan.moved-done'))
  })

  test('drags a visit to another outing and reads there what it costs, or why it cannot be', async () => {
    await turnTo(TITLES[1])
    const lines = region(page, zh('staff-plan.board')).locator('.board-line')
    const other = lines.filter({ hasNot: page.getByRole('button', { name: TITLES[1] }) }).first()
    const sign = (await other.locator('.board-sign').innerText()).trim()
    const who = (await other.locator('.board-who').innerText()).replace(sign, '').trim().split('\n')[0]!
    const panel = region(page, zh('staff-plan.move', { title: TITLES[1] }))
    // The board may be drawn anew under the pointer, after the move before.
    await becomes(async () => {
      if ((await panel.count()) === 0) await visit(TITLES[1]).dragTo(other)
      return panel.count()
    }, 1)
    await becomes(async () => (await panel.locator('option:checked').innerText()).includes(who), true)
    await panel.getByRole('status').or(panel.getByRole('alert')).first().waitFor()
    await expectSound(page)
    await button(page, zh('staff.cancel')).click()
    expect(await visit(TITLES[1]).evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
  })

  test('plans again after a team fell ill, and reads what changed and what undoing costs', async () => {
    await turnTo(TITLES[1])
    const line = region(page, zh('staff-plan.board'))
      .getByRole('listitem')
      .filter({ has: page.getByRole('button', { name: TITLES[1] }) })
      .first()
    const sign = (await line.locator('.board-sign').innerText()).trim()
    const who = (await line.locator('.board-who').innerText()).replace(sign, '').trim().split('\n')[0]!
    const days = region(page, zh('staff-plan.board')).getByRole('combobox', { name: zh('staff-plan.board-day') })
    const day = await days.inputValue()
    const again = region(page, zh('staff-plan.replan'))
    await again.getByText(zh('staff-plan.replan-help')).click()
    await field(again, zh('staff-plan.absent')).fill(who)
    await page.getByRole('option', { name: who }).first().click()
    await field(again, zh('staff-plan.absent-day')).selectOption(day)
    await expectSound(page)
    await button(page, zh('staff-plan.replan-do')).click()
    const changes = region(page, zh('staff-plan.differences'))
    await changes.waitFor({ timeout: PLAN_MILLISECONDS_MAX })
    await sees(changes, TITLES[1])
    await sees(changes, who)
    await sees(changes, zh('staff-plan.undo-none'))
    await expectSound(page)
  })

  test('publishes: the offers go out', async () => {
    await button(page, zh('staff-plan.publish')).click()
    await expectSound(page)
    await button(page, zh('staff-plan.publish-do')).click()
    await sees(page, zh('staff-plan.state.published'))
    await expectSound(page)
    await page.context().close()
  })

  test('pairs a village with a team, and the ranking says so', async () => {
    const desk = await (await play()).staff('dispatcher')
    await desk.goto('/staff/plans')
    const pairings = region(desk, zh('staff-plan.pairings'))
    await pairings.getByText(zh('staff-plan.pairing-add')).first().click()
    await field(pairings, zh('staff-plan.village')).fill('儒林苑')
    await desk.getByRole('option', { name: VILLAGE }).first().click()
    await field(pairings, zh('staff-plan.paired-with')).fill('橄榄枝')
    await desk.getByRole('option', { name: '橄榄枝' }).first().click()
    await expectSound(desk)
    await pairings.getByRole('button', { name: zh('staff-plan.pairing-add'), exact: true }).click()
    await sees(pairings.getByRole('table'), VILLAGE)
    await expectSound(desk)
    expect(await pairings.getByRole('row').count()).toBeGreaterThan(1)
    await pairings
      .getByRole('button', { name: zh('staff-plan.pairing-end') })
      .first()
      .click()
    await sees(desk, zh('staff-plan.pairing-ended'))
    await desk.context().close()
  })
})
