// Check-in where there is no network: collected on a phone, through reloads and a crash, brought in once back, nothing lost and nothing twice.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Account } from '../../scripts/smoke/client.ts'
import {
  expectSound,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  PHONE,
  type Play,
  sees,
  zh,
} from '../support/journey.ts'

const play = openPlay()
const STARTS_IN_MINUTES = 30

interface Volunteer extends Account {
  readonly personId: string
}

async function volunteerCalled(here: Play, name: string): Promise<Volunteer> {
  const account = await here.client.signInResident(newPhone(), name, name)
  const { personId } = await here.client.call(account, 'registerVolunteer', { body: { skills: [], consent: true } })
  return { ...account, personId }
}

async function plan(here: Play, keeper: Account): Promise<string> {
  const { unitId } = (await here.client.call(keeper, 'readMe')).roles[0]!
  const { now } = await here.client.call(keeper, 'readClock')
  const startsAt = new Date(Date.parse(now) + STARTS_IN_MINUTES * 60_000).toISOString()
  const roles = [{ name: '组员', needed: 5, skills: [], licences: [], ageMin: null }]
  const said = { title: '山里送书', place: '大庄科', placeUnitId: unitId, personInCharge: '沈越', minutes: 60, roles }
  const body = { unitId, startsAt, publish: true, plan: { ...said, closesMinutesBefore: 0 } }
  return (await here.client.call(keeper, 'createActivity', { body })).sessionIds[0]!
}

/** Lets the phone's camera see a picture. */
async function holdBeforeCamera(page: Page, svg: string): Promise<void> {
  await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
    const image = new Image()
    image.src = 'data:image/svg+xml,' + encodeURIComponent(${JSON.stringify(svg)})
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const context = canvas.getContext('2d')
    const draw = () => {
      context.fillStyle = '#fff'
      context.fillRect(0, 0, 640, 480)
      context.drawImage(image, 120, 40, 400, 400)
    }
    draw()
    setInterval(draw, 100)
    return canvas.captureStream(10)
  }`)
}

const waiting = (count: number) =>
  count === 0 ? zh('staff-collect.waiting-none') : zh('staff-collect.waiting', { count })

test(
  'a leader collects passes without a network; a reload and a crash lose nothing, and everything is brought in once',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const keeper = await here.account('keeper')
    const [typed, ticked, scanned] = [
      await volunteerCalled(here, '甘棠'),
      await volunteerCalled(here, '采薇'),
      await volunteerCalled(here, '鹿鸣'),
    ]
    const id = await plan(here, keeper)
    for (const one of [typed, ticked]) await here.client.call(one, 'signUp', { params: { id }, body: {} })
    let page = await here.staff('keeper', { viewport: PHONE, hasTouch: true })
    const context = page.context()
    await page.goto(`/staff/sessions/${id}`)
    await page.getByRole('link', { name: zh('staff-collect.title') }).click()
    await sees(page, zh('staff-collect.ready', { count: 2 }))
    await expectSound(page)

    await context.setOffline(true)
    await page.reload()
    await sees(page, zh('staff-collect.offline'))
    await sees(page, '山里送书')
    const take = async (name: string, signs: string) => {
      await page.getByLabel(zh('staff-collect.name'), { exact: true }).selectOption({ label: name })
      await field(page, zh('staff-collect.code')).fill(signs)
      await page.getByRole('button', { name: zh('staff-collect.enter-in') }).click()
    }
    const { dayPass } = await here.client.call(typed, 'readMyCode')
    await take('甘棠', 'ABC')
    await sees(page, zh('staff-collect.code-wrong'))
    await take('甘棠', dayPass.split('.').at(-1)!.toLowerCase())
    await sees(page, waiting(1))
    await take('采薇', '')
    await sees(page, waiting(2))
    const { dayPassSvg } = await here.client.call(scanned, 'readMyCode')
    await holdBeforeCamera(page, dayPassSvg)
    await page.getByRole('button', { name: zh('staff-collect.scan') }).click()
    await sees(page, waiting(3))
    await expectSound(page)
    await page.getByRole('button', { name: zh('staff-collect.camera-close') }).click()

    await page.reload()
    await sees(page, waiting(3))
    await take('甘棠', '')
    await page.getByText(/^甘棠 .*已经签到过$/u).waitFor()
    await sees(page, waiting(3))
    // The browser's window dies; another one is opened, still without a network.
    await page.close()
    page = await context.newPage()
    await page.setViewportSize(PHONE)
    await page.goto(`/staff/collect/${id}`)
    await sees(page, waiting(3))

    // The first answer is lost on its way, after the server has done its part.
    const losing = Promise.withResolvers<void>()
    let isLost = false
    await context.route('**/api/v1/offline-check-ins', async (route) => {
      if (isLost) return route.continue()
      isLost = true
      await route.fetch()
      await route.abort()
      losing.resolve()
      return undefined
    })
    await context.setOffline(false)
    await losing.promise
    await sees(page, zh('staff-collect.unreachable'))
    await sees(page, waiting(3))
    await page.getByRole('button', { name: zh('staff-collect.send') }).click()
    await sees(page, waiting(0))
    const roster = await here.client.call(keeper, 'readRoster', { params: { id } })
    expect(
      roster.rows
        .filter((row) => row.checkedInAt !== null)
        .map(({ name, checkInMethod }) => `${name} ${checkInMethod}`)
        .toSorted(),
    ).toEqual(['甘棠 personal-code', '采薇 list-tick', '鹿鸣 personal-code'].toSorted())

    // A pass with one wrong sign is told apart, with its reason, and can be tried again.
    await page.getByRole('button', { name: zh('staff-collect.direction-out') }).click()
    await page.getByLabel(zh('staff-collect.name'), { exact: true }).selectOption({ label: '甘棠' })
    await field(page, zh('staff-collect.code')).fill('0000 0000')
    await page.getByRole('button', { name: zh('staff-collect.enter-out') }).click()
    await sees(page, zh('staff-collect.outcome.code-wrong'))
    await page.getByRole('button', { name: zh('staff-collect.again') }).waitFor()
    await expectSound(page)
    await page.goto('/staff/collect')
    await sees(page, '山里送书')
    await expectSound(page)
    await page.getByRole('button', { name: zh('staff-collect.drop') }).click()
    await sees(page, zh('staff-collect.none'))
    await context.close()
  },
)
