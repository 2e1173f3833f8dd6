// Limits that several outings share, for as many providers as a district has.
import { expect, test } from 'vitest'
import { addDays } from '#platform/dates.ts'
import type { DispatchProblem } from '../../dispatch/index.ts'
import { teamDayId } from './plan.ts'
import { sharedLimits } from './shared-limits.ts'

type TeamDay = DispatchProblem['teamDays'][number]
const MONDAY = '2026-11-30'
const PROVIDERS = 700
const DAYS = 14

test('a week of each provider has its limit', () => {
  const ids = Array.from({ length: PROVIDERS }, (_, index) => `provider-${index}`)
  const days = Array.from({ length: DAYS }, (_, index) => addDays(MONDAY, index))
  const teamDays = ids.flatMap((id) => days.map((day) => teamDay(id, day)))
  const facts = {
    agreed: [],
    orders: [],
    vehicles: [],
    providers: ids.map((id) => ({ kind: 'team' as const, id, visitsPerWeekMax: 3 })),
    calendars: new Map(ids.map((id) => [id, { capacity: { minutesPerWeekMax: null } }])),
  } as unknown as Parameters<typeof sharedLimits>[0]
  const limits = sharedLimits(facts, teamDays, new Map())
  expect(limits).toHaveLength(2 * PROVIDERS)
  expect(limits[1]).toEqual({
    id: `visits/team/provider-0/${addDays(MONDAY, 7)}`,
    teamDays: days.slice(7).map((day) => teamDay('provider-0', day).id),
    measure: 'visits',
    most: 3,
  })
})

function teamDay(id: string, day: string): TeamDay {
  return {
    id: teamDayId({ kind: 'team', id, day, crew: 1, vehicleId: null }),
    team: `team/${id}`,
    day,
    visitsMax: 3,
    workMinutesMax: 480,
  } as TeamDay
}
