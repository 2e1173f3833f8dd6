// The desks of the console that keep teams: facts, licences, calendars, families, lists into one team, hours afterwards, calls from the door.
import { expect, test } from 'vitest'
import type { Account } from '../../scripts/smoke/client.ts'
import {
  becomes,
  expectSoundAtEveryWidth,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  passTime,
  pick,
  type Play,
  sees,
  zh,
} from '../support/journey.ts'

const play = openPlay()
const HOUR_MINUTES = 60

/** A team of the keeper's own station. */
async function ownTeam(here: Play, keeper: Account): Promise<{ id: string; name: string }> {
  const { unitId } = (await here.client.call(keeper, 'readMe')).roles[0]!
  const { rows } = await here.client.call(keeper, 'listTeams', { query: { unitId } })
  return rows[0]!
}

test(
  'a keeper writes down what a team is, may do and when it can come',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const keeper = await here.account('keeper')
    const team = await ownTeam(here, keeper)
    const page = await here.staff('keeper')
    await page.goto(`/staff/teams/${team.id}`)
    await page.getByRole('button', { name: zh('staff-team.edit') }).click()
    await field(page, zh('staff-team.visits-a-week')).fill('17')
    await field(page, zh('staff-team.credit-code')).fill('12345')
    await expectSoundAtEveryWidth(page)
    await page.getByRole('button', { name: zh('staff-team.edit-save') }).click()
    await sees(page, zh('teams.refusal.credit-code-invalid'))
    expect(await field(page, zh('staff-team.visits-a-week')).inputValue()).toBe('17')
    await field(page, zh('staff-team.credit-code')).fill('')
    await page.getByRole('button', { name: zh('staff-team.edit-save') }).click()
    await sees(page, zh('staff-team.edited'))
    expect((await here.client.call(keeper, 'readTeam', { params: { id: team.id } })).visitsPerWeekMax).toBe(17)

    await page.getByText(zh('staff-team.licences-edit'), { exact: true }).click()
    await page.getByRole('button', { name: zh('staff-team.licence-add') }).click()
    const row = (await here.client.call(keeper, 'listTeamLicences', { params: { id: team.id } })).rows.length + 1
    await page.getByLabel(zh('staff-team.licence-name', { number: row }), { exact: true }).fill('nurse')
    await page.getByLabel(zh('staff-team.licence-until', { number: row }), { exact: true }).fill('2099-12-31')
    await expectSoundAtEveryWidth(page)
    await page.getByRole('button', { name: zh('staff-team.licences-save') }).click()
    await sees(page, zh('staff-team.licences-saved'))
    await sees(page.getByRole('region', { name: zh('staff-team.licences-all') }), zh('catalogue.licence.nurse'))

    await page.getByRole('button', { name: zh('staff-office.add-hours') }).click()
    await page.getByRole('button', { name: zh('staff-team.week-save') }).click()
    await sees(page, zh('staff-team.calendar-saved'))
    await sees(page.getByRole('region', { name: zh('staff-team.calendar') }), '09:00–12:00')
    await page.getByText(zh('staff-team.exception-add'), { exact: true }).first().click()
    await field(page, zh('staff-team.exception-from')).fill('2099-01-01')
    await field(page, zh('staff-team.exception-until')).fill('2099-01-02')
    await expectSoundAtEveryWidth(page)
    await page.getByRole('button', { name: zh('staff-team.exception-add') }).click()
    const exceptions = page.getByRole('region', { name: zh('staff-team.exceptions') })
    await sees(exceptions.getByRole('table'), zh('staff-team.exception.closed'))
    await field(page, zh('team-page.crews')).fill('2')
    await page.getByRole('button', { name: zh('staff-team.capacity-save') }).click()
    await sees(page, zh('staff-team.calendar-saved'))
    const params = { kind: 'team', id: team.id } as const
    await becomes(async () => (await here.client.call(keeper, 'readProviderCalendar', { params })).capacity.crews, 2)
    const calendar = await here.client.call(keeper, 'readProviderCalendar', { params })
    expect(calendar.exceptions.map(({ fromOn, untilOn }) => [fromOn, untilOn])).toEqual([['2099-01-01', '2099-01-03']])
    await exceptions.getByRole('button', { name: zh('staff.remove') }).click()
    await sees(exceptions, zh('team-page.exceptions-none'))
    await page.context().close()
  },
)

test(
  'a keeper brings a list into one team, enters hours afterwards and checks in who calls',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const { client } = here
    const keeper = await here.account('keeper')
    const team = await ownTeam(here, keeper)
    const phone = newPhone()
    const volunteer = await client.signInResident(phone, 'the volunteer', '江之永')
    const { personId } = await client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
    const { joinMode } = await client.call(keeper, 'readTeam', { params: { id: team.id } })
    expect(joinMode).toBe('open')
    await client.call(volunteer, 'joinTeam', { params: { id: team.id }, body: {} })

    const page = await here.staff('keeper')
    await page.goto('/staff/team-import')
    await pick(page, zh('staff-team.import-team'), team.name, team.name)
    const invited = newPhone()
    await page.locator('input[type=file]').setInputFiles({
      name: 'list.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`姓名,手机号\n汉有游,${invited}\n`),
    })
    const invite = page.getByRole('button', { name: zh('staff-team.invite', { count: 1 }) })
    await invite.waitFor()
    await expectSoundAtEveryWidth(page)
    await invite.click()
    await sees(page, zh('staff-team.invited', { count: 1 }))
    const guest = await client.signInResident(invited, 'the invited', '汉有游')
    const { rows } = await client.call(guest, 'listMyInvitations', {})
    expect(rows.map(({ teamId }) => teamId)).toEqual([team.id])

    await page.goto('/staff/hours?part=backfill')
    await pick(page, zh('hours.desk.backfill-team'), team.name, team.name)
    await field(page, zh('hours.desk.backfill-who')).selectOption({ label: '江之永' })
    await field(page, zh('hours.desk.backfill-what')).fill('送邻居看病')
    await field(page, zh('staff-activity.kind')).selectOption({ index: 1 })
    const { now } = await client.call(keeper, 'readClock')
    // Wall time of the district.
    const wall = (hoursAgo: number) => new Date(Date.parse(now) + (8 - hoursAgo) * 3_600_000).toISOString().slice(0, 16)
    await field(page, zh('staff-activity.came')).fill(wall(3))
    await field(page, zh('staff-activity.left')).fill(wall(2))
    await field(page, zh('hours.desk.backfill-why')).fill('邻居在场，有挂号单。')
    await expectSoundAtEveryWidth(page)
    await page.getByRole('button', { name: zh('hours.desk.backfill-enter') }).click()
    await sees(page, zh('hours.desk.backfill-done'))
    expect((await client.call(volunteer, 'listMyHours', {})).waitingMinutes).toBe(HOUR_MINUTES)

    const { unitId } = (await client.call(keeper, 'readMe')).roles[0]!
    const startsAt = new Date(Date.parse(now) + 2 * HOUR_MINUTES * 60_000).toISOString()
    const roles = [{ name: '组员', needed: 5, skills: [], licences: [], ageMin: null }]
    const said = { title: '守望巡访', place: '村口', placeUnitId: unitId, personInCharge: '沈越', minutes: 60, roles }
    const made = await client.call(keeper, 'createActivity', { body: { unitId, startsAt, publish: true, plan: said } })
    const id = made.sessionIds[0]!
    await client.call(volunteer, 'signUp', { params: { id }, body: {} })
    await passTime(here, 2 * HOUR_MINUTES)
    const { phoneCode } = await client.call(keeper, 'readSessionCode', { params: { id } })
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.phone-check-in') })
      .click()
    await field(page, zh('staff-activity.phone-number')).fill(phone)
    await field(page, zh('staff-activity.phone-code')).fill(`${phoneCode.slice(0, 3)} ${phoneCode.slice(3)}`)
    await page.getByRole('button', { name: zh('staff-activity.phone-enter'), exact: true }).click()
    await sees(page, '守望巡访')
    await expectSoundAtEveryWidth(page)
    const roster = await client.call(keeper, 'readRoster', { params: { id } })
    expect(roster.rows.find((row) => row.personId === personId)?.checkInMethod).toBe('phone-code')
    // On a phone the name in the header gives way; one's account is in the menu.
    await page.setViewportSize({ width: 360, height: 760 })
    await page.getByRole('button', { name: zh('staff.menu'), exact: true }).click()
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.account') })
      .click()
    await sees(page.getByRole('heading', { level: 1 }), zh('staff.account'))
    await page.context().close()
  },
)

test(
  'an agency keeps its calendar, a leader the families of teams, a dispatcher the weights of planning',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const agency = await here.staff('health')
    await agency
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.calendar') })
      .click()
    await field(agency, zh('team-page.crew-size')).fill('3')
    await agency.getByRole('button', { name: zh('staff-team.capacity-save') }).click()
    await sees(agency, zh('staff-team.calendar-saved'))
    await expectSoundAtEveryWidth(agency)
    await agency.context().close()

    const leader = await here.staff('leader')
    await leader
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff-team.families') })
      .click()
    const mark = String(Math.floor(Math.random() * 1e6))
    await field(leader, zh('staff-team.name')).fill(`山乡医护${mark}`)
    await field(leader, zh('staff-team.family-slug')).fill(`hill-care-${mark}`)
    await field(leader, zh('staff-activity.theme-from')).fill('2026-01-01')
    await leader.getByRole('button', { name: zh('staff-team.family-save') }).click()
    await sees(leader.getByRole('table'), `山乡医护${mark}`)
    await expectSoundAtEveryWidth(leader)
    await leader.context().close()

    const dispatcher = await here.staff('dispatcher')
    await dispatcher.goto('/staff/plans')
    await dispatcher.getByText(zh('staff-plan.weights-edit'), { exact: true }).click()
    await field(dispatcher, zh('staff-plan.weight.pairedMinutes')).fill('23')
    await expectSoundAtEveryWidth(dispatcher)
    await dispatcher.getByRole('button', { name: zh('staff-plan.weights-save') }).click()
    await sees(dispatcher, zh('staff-plan.weights-saved'))
    await dispatcher.context().close()
  },
)
