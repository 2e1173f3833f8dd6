// Hours that are booked, made through the API while a journey looks at what becomes of them.
import type { Account } from '../../scripts/smoke/client.ts'
import { passTime, type Play } from './journey.ts'

const DAY_MINUTES = 24 * 60
const HOUR_MINUTES = 60

/** An activity of the keeper's station, a volunteer who checks in and out by the organiser's screen, and the notice over. */
export async function serve(here: Play, keeper: Account, volunteer: Account): Promise<string> {
  const { client } = here
  const me = (await client.call(keeper, 'readMe')).roles[0]!
  const { now } = await client.call(keeper, 'readClock')
  const startsAt = new Date(Date.parse(now) + HOUR_MINUTES * 60_000).toISOString()
  const plan = {
    title: '清和读书小组',
    place: '站里二楼',
    placeUnitId: me.unitId,
    personInCharge: '沈越',
    minutes: 90,
    roles: [{ name: '组员', needed: 5, skills: [], licences: [], ageMin: null }],
  }
  const body = { unitId: me.unitId, startsAt, publish: true, plan }
  const { sessionIds } = await client.call(keeper, 'createActivity', { body })
  const params = { id: sessionIds[0]! }
  await client.call(volunteer, 'signUp', { params, body: {} })
  await passTime(here, HOUR_MINUTES)
  const checkIn = async (direction: 'in' | 'out') => {
    const { code } = await client.call(keeper, 'readSessionCode', { params })
    await client.call(volunteer, 'checkInSelf', { params, body: { direction, code } })
  }
  await checkIn('in')
  await passTime(here, 90)
  await checkIn('out')
  await passTime(here, DAY_MINUTES)
  await passTime(here, 9 * DAY_MINUTES)
  return me.unitId
}
