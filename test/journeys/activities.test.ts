// The civil calendar from both sides: an organiser plans in seconds and ticks a list, a volunteer finds, signs up and checks in.
import { expect, test } from 'vitest'
import { type Account } from '../../scripts/smoke/client.ts'
import {
  expectSoundAtEveryWidth,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  passTime,
  type Play,
  sees,
  wearSession,
  zh,
} from '../support/journey.ts'

const play = openPlay()
const HOUR_MINUTES = 60

async function plan(here: Play, keeper: Account, title: string, startsInMinutes: number): Promise<string> {
  const { client } = here
  const { unitId } = (await client.call(keeper, 'readMe')).roles[0]!
  const { now } = await client.call(keeper, 'readClock')
  const startsAt = new Date(Date.parse(now) + startsInMinutes * 60_000).toISOString()
  const roles = [{ name: '组员', needed: 5, skills: [], licences: [], ageMin: null }]
  const said = { title, place: '站里二楼', placeUnitId: unitId, personInCharge: '沈越', minutes: 60, roles }
  const made = await client.call(keeper, 'createActivity', { body: { unitId, startsAt, publish: true, plan: said } })
  return made.sessionIds[0]!
}

test(
  'a volunteer finds an activity, is refused an overlap, and checks in by the code on the screen',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const keeper = await here.account('keeper')
    const phone = newPhone()
    const volunteer = await here.client.signInResident(phone, 'the volunteer', '江见山')
    await here.client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
    const mark = String(Math.floor(Math.random() * 1e6))
    const id = await plan(here, keeper, `陪读时光${mark}`, HOUR_MINUTES)
    const other = await plan(here, keeper, `清洁家园${mark}`, HOUR_MINUTES + 30)
    const page = await here.resident()
    await wearSession(page, here.server, volunteer)
    await page.goto(`/programme?q=${encodeURIComponent(`陪读时光${mark}`)}`)
    await expectSoundAtEveryWidth(page)
    await page.getByRole('link', { name: `陪读时光${mark}` }).click()
    await page.getByRole('button', { name: zh('volunteer.act.sign-up') }).click()
    await sees(page, zh('volunteer.done.sign-up'))
    await expectSoundAtEveryWidth(page)
    await page.goto(`/programme/${other}`)
    await page.getByRole('button', { name: zh('volunteer.act.sign-up') }).click()
    await sees(page, zh('activities.refusal.overlap'))
    await expectSoundAtEveryWidth(page)
    await page.goto('/me/volunteering')
    await sees(page, `陪读时光${mark}`)
    await expectSoundAtEveryWidth(page)
    await page.goto('/me/calendars')
    await page.getByRole('button', { name: zh('volunteer.feeds.create') }).click()
    await sees(page, zh('volunteer.feeds.made'))
    await expectSoundAtEveryWidth(page)
    const address = (await page.getByRole('status').getByRole('link').textContent()) ?? ''
    const calendar = await page.request.get(new URL(address).pathname)
    expect(await calendar.text()).toContain(`陪读时光${mark}`)
    await page
      .getByRole('button', { name: zh('volunteer.feeds.revoke') })
      .first()
      .click()
    await sees(page, zh('volunteer.feeds.none'))
    expect((await page.request.get(new URL(address).pathname)).status()).toBe(404)
    await passTime(here, HOUR_MINUTES)
    const { code } = await here.client.call(keeper, 'readSessionCode', { params: { id } })
    await page.goto(`/check-in/${id}`)
    await field(page, zh('volunteer.check-in.code')).fill('00000000')
    await page.getByRole('button', { name: zh('volunteer.check-in.in') }).click()
    await sees(page, zh('activities.refusal.code-wrong'))
    await expectSoundAtEveryWidth(page)
    await field(page, zh('volunteer.check-in.code')).fill(code)
    await page.getByRole('button', { name: zh('volunteer.check-in.in') }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectSoundAtEveryWidth(page)
    await page.context().close()
    const roster = await here.client.call(keeper, 'readRoster', { params: { id } })
    expect(roster.rows.filter((row) => row.checkedInAt !== null).map((row) => row.name)).toEqual(['江见山'])
  },
)

test(
  'an organiser repeats a reading circle from its template, shows the code to the room and ticks the list',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const keeper = await here.account('keeper')
    const volunteer = await here.client.signInResident(newPhone(), 'the volunteer', '江有汜')
    await here.client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
    const mark = String(Math.floor(Math.random() * 1e6))
    const id = await plan(here, keeper, `晨读小组${mark}`, 2 * HOUR_MINUTES)
    await here.client.call(volunteer, 'signUp', { params: { id }, body: {} })
    const { activity } = await here.client.call(keeper, 'readSession', { params: { id } })
    const desk = await here.staff('keeper')
    await desk.goto(`/staff/activities/${activity.id}`)
    await field(desk, zh('staff-activity.template-name')).fill(`晨读${mark}`)
    await desk.getByRole('button', { name: zh('staff-activity.keep'), exact: true }).click()
    await sees(desk, zh('staff-activity.kept'))
    await expectSoundAtEveryWidth(desk)

    await desk.goto(`/staff/sessions/${id}`)
    await sees(desk, '江有汜')
    await passTime(here, 2 * HOUR_MINUTES)
    await desk.reload()
    await desk.getByRole('checkbox', { name: zh('staff-activity.tick-name', { name: '江有汜' }) }).check()
    await desk.getByRole('button', { name: zh('staff-activity.tick-in', { count: 1 }) }).click()
    await sees(desk, zh('attendance.reason.list-tick'))
    await expectSoundAtEveryWidth(desk)
    await desk.goto(`/staff/sessions/${id}/screen`)
    await desk.getByRole('button', { name: zh('staff-activity.full') }).click()
    await desk.getByRole('img', { name: zh('volunteer.code.qr') }).waitFor()
    await expectSoundAtEveryWidth(desk)

    await desk.goto('/staff/activities')
    await desk.getByLabel(zh('staff-activity.template'), { exact: true }).selectOption({ label: `晨读${mark}` })
    const { now } = await here.client.call(keeper, 'readClock')
    // Wall time of the district, a day and a half ahead.
    const starts = new Date(Date.parse(now) + (8 + 36) * 3_600_000).toISOString().slice(0, 16)
    await field(desk, zh('staff-activity.starts')).fill(starts)
    await expectSoundAtEveryWidth(desk)
    await desk.getByRole('button', { name: zh('staff-activity.create'), exact: true }).click()
    await desk.waitForURL(/\/staff\/activities\/[0-9a-f-]{36}$/u)
    await sees(desk, zh('staff-activity.state.published'))
    await expectSoundAtEveryWidth(desk)
    await desk.context().close()
    const leader = await here.staff('leader')
    await leader
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff-activity.themes') })
      .click()
    await field(leader, zh('staff-activity.theme-name')).fill(`书香${mark}`)
    await field(leader, zh('staff-activity.theme-from')).fill('2026-01-01')
    await leader.getByRole('button', { name: zh('staff-activity.theme-save'), exact: true }).click()
    await sees(leader, `书香${mark}`)
    await expectSoundAtEveryWidth(leader)
    await leader.context().close()
  },
)

test(
  'an organiser changes what an activity says, adds and moves sessions, and finds whom to call',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const keeper = await here.account('keeper')
    const volunteer = await here.client.signInResident(newPhone(), 'the volunteer', '蒹葭')
    await here.client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
    const mark = String(Math.floor(Math.random() * 1e6))
    const id = await plan(here, keeper, `缝补小组${mark}`, 3 * HOUR_MINUTES)
    await here.client.call(volunteer, 'signUp', { params: { id }, body: {} })
    const { activity } = await here.client.call(keeper, 'readSession', { params: { id } })
    const read = () => here.client.call(keeper, 'readActivity', { params: { id: activity.id } })
    const desk = await here.staff('keeper')
    await desk.goto(`/staff/activities/${activity.id}`)
    await desk.getByRole('button', { name: zh('staff-activity.edit'), exact: true }).click()
    await field(desk, zh('staff-activity.field.risks')).fill('针头扎手')
    await field(desk, zh('staff-activity.kind')).selectOption({ index: 1 })
    await sees(desk, /不算志愿服务的：.*会议/u)
    await expectSoundAtEveryWidth(desk)
    await desk.getByRole('button', { name: zh('staff-activity.edit-save') }).click()
    await sees(desk, zh('staff-activity.edited'))
    const changed = (await read()).activity
    expect([changed.risks, changed.kindSlug === null]).toEqual(['针头扎手', false])

    const { now } = await here.client.call(keeper, 'readClock')
    // Wall time of the district, on another day.
    const wall = (hours: number) => new Date(Date.parse(now) + (8 + hours) * 3_600_000).toISOString().slice(0, 16)
    const adding = desk.getByRole('region', { name: zh('staff-activity.add-sessions') })
    await field(adding, zh('staff-activity.starts')).fill(wall(48))
    await field(adding, zh('staff-activity.recurrence')).selectOption({ label: zh('staff-activity.weekly') })
    await adding.getByRole('button', { name: zh('staff-activity.add-sessions') }).click()
    await sees(desk, zh('staff-activity.sessions-added', { count: 10 }))
    expect((await read()).sessions).toHaveLength(11)

    await desk.goto(`/staff/sessions/${id}`)
    const moving = desk.getByRole('region', { name: zh('staff-activity.edit-session'), exact: true })
    await field(moving, zh('staff-activity.ends')).fill(wall(1))
    await moving.getByRole('button', { name: zh('staff-activity.role-add') }).click()
    await moving.getByLabel(zh('staff-activity.role-name', { number: 2 }), { exact: true }).fill('记录员')
    await moving.getByRole('button', { name: zh('staff-activity.edit-session-save') }).click()
    // Refused, since it would end before it begins; what was typed stays.
    await sees(moving, zh('activities.refusal.time-empty'))
    expect(await moving.getByLabel(zh('staff-activity.role-name', { number: 2 }), { exact: true }).inputValue()).toBe(
      '记录员',
    )
    await expectSoundAtEveryWidth(desk)
    await field(moving, zh('staff-activity.ends')).fill(wall(6))
    await moving.getByRole('button', { name: zh('staff-activity.edit-session-save') }).click()
    await sees(desk, zh('staff-activity.session-edited'))
    const moved = (await read()).sessions.find((one) => one.id === id)
    expect(moved?.roles.map(({ name }) => name).toSorted()).toEqual(['组员', '记录员'].toSorted())

    await passTime(here, 3 * HOUR_MINUTES)
    await desk.reload()
    const emergency = desk.getByRole('region', { name: zh('staff-activity.emergency'), exact: true })
    await emergency.getByLabel(zh('staff-activity.emergency-who')).selectOption({ label: '蒹葭' })
    await emergency.getByLabel(zh('staff-activity.emergency-why')).selectOption('accident')
    await emergency.getByRole('button', { name: zh('staff-activity.emergency-look') }).click()
    await sees(emergency, zh('staff-activity.emergency-nobody'))
    await expectSoundAtEveryWidth(desk)
    await desk.context().close()
  },
)
