// What we write is read by two parsers that know nothing of each other and nothing of the library that wrote it.
import ICAL from 'ical.js'
import { sync } from 'node-ical'
import { expect, test } from 'vitest'
import type { ProgrammeRow } from '../../../contract/activity-shapes.ts'
import { calendarText } from './calendar-text.ts'

const row: ProgrammeRow = {
  id: '01980000-0000-7000-8000-000000000001',
  activityId: '01980000-0000-7000-8000-000000000002',
  startsAt: '2026-03-10T02:00:00.000Z',
  endsAt: '2026-03-10T03:30:00.000Z',
  place: '文化室; 二楼, 左手\\门',
  placeUnitId: '01980000-0000-7000-8000-000000000003',
  signUpFrom: null,
  signUpUntil: '2026-03-10T02:00:00.000Z',
  state: 'planned',
  cancelReason: null,
  version: 3,
  roles: [],
  title: '读书小组：一本很长很长的书，长到这一行必须折起来才能写得下，𠮷和🌸都要完整',
  origin: 'station-choice',
  themeName: '书香延庆',
  campaignName: null,
  unitId: '01980000-0000-7000-8000-000000000003',
  unitName: '石河营村',
  teamName: null,
  membersOnly: false,
  needed: 2,
  taken: 0,
  waiting: 0,
}
const cancelled = {
  ...row,
  id: '01980000-0000-7000-8000-000000000004',
  state: 'cancelled' as const,
  cancelReason: '下雪\n改天再办',
  title: '义诊',
}
const text = calendarText({ name: '文明实践日历', origin: 'https://huiyin.example', rows: [row, cancelled] })

test('ical.js reads every event as it was', () => {
  const calendar = new ICAL.Component(ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0])
  const events = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one))
  expect(
    events.map((event) => ({
      uid: event.uid,
      title: event.summary,
      place: event.location,
      sequence: event.sequence,
      from: event.startDate.toJSDate().toISOString(),
      until: event.endDate.toJSDate().toISOString(),
      status: String(event.component.getFirstPropertyValue('status')),
    })),
  ).toEqual(wanted())
  expect(events[1]!.description).toBe('石河营村\n书香延庆\n下雪\n改天再办')
})

test('node-ical reads every event as it was', () => {
  const events = Object.values(sync.parseICS(text)).filter((one) => one?.type === 'VEVENT')
  expect(
    events.map((event) => ({
      uid: event.uid,
      title: event.summary,
      place: event.location,
      sequence: Number(event.sequence),
      from: event.start.toISOString(),
      until: event.end?.toISOString(),
      status: String(event.status),
    })),
  ).toEqual(wanted())
})

test('lines are folded by bytes and end as the standard wants', () => {
  const lines = text.split('\r\n')
  expect(lines.length).toBeGreaterThan(20)
  expect(lines.filter((line) => Buffer.byteLength(line) > 75)).toEqual([])
  expect(text).not.toContain('�')
})

function wanted() {
  return [row, cancelled].map((one) => ({
    uid: `${one.id}@huiyin.example`,
    title: one.title,
    place: one.place,
    sequence: 3,
    from: one.startsAt,
    until: one.endsAt,
    status: one.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED',
  }))
}
