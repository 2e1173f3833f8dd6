import type { DispatchProblem } from '../../dispatch/index.ts'
import { dateIn } from '#platform/dates.ts'
import { mondayOf } from './gather.ts'
import type { PlanFacts } from './plan-facts.ts'
import { teamDayId, teamDayOf } from './plan.ts'
import type { SeatedPromise } from './seat-providers.ts'

type Limit = NonNullable<DispatchProblem['limits']>[number]
type TeamDay = DispatchProblem['teamDays'][number]
type Facts = Pick<PlanFacts, 'agreed' | 'orders' | 'providers' | 'calendars' | 'vehicles'>

export const vehicleLimit = (vehicleId: string, day: string): string => `vehicle/${vehicleId}/${day}`

/**
 * What several outings may do together at most: a crew goes out with a vehicle or without, no more vehicles go out on a day than there
 * are, and nobody works more in a week than its capacity says. People promise what a plan would not: what stands already is never refused.
 */
export function sharedLimits(
  facts: Facts,
  teamDays: readonly TeamDay[],
  seated: ReadonlyMap<string, SeatedPromise>,
): Limit[] {
  const promised = new Map([...seated].map(([orderId, promise]) => [orderId, promise.teamDayId]))
  return [...eitherWay(teamDays), ...vehicles(facts, teamDays, promised), ...weeks(facts, teamDays, promised)]
}

/** A crew that may take a vehicle goes out once, with it or without. */
function eitherWay(teamDays: readonly TeamDay[]): Limit[] {
  const ways = Map.groupBy(teamDays, ({ id }) => teamDayId({ ...teamDayOf(id), vehicleId: null }))
  return [...ways].flatMap(([id, list]) =>
    list.length > 1
      ? [{ id: `outing/${id}`, teamDays: list.map((one) => one.id), measure: 'tours' as const, most: 1 }]
      : [],
  )
}

function vehicles(facts: Facts, teamDays: readonly TeamDay[], promised: ReadonlyMap<string, string>): Limit[] {
  const kept = new Set(promised.values())
  const outings = Map.groupBy(
    teamDays.filter(({ id }) => teamDayOf(id).vehicleId != null),
    ({ id, day }) => vehicleLimit(teamDayOf(id).vehicleId!, day),
  )
  return [...outings].map(([id, list]) => {
    const { vehicleId } = teamDayOf(list[0]!.id)
    const { count } = facts.vehicles.find((one) => one.id === vehicleId)!
    const standing = list.filter((one) => kept.has(one.id)).length
    return { id, teamDays: list.map((one) => one.id), measure: 'tours', most: Math.max(count, standing) }
  })
}

/** Visits and minutes of service in a week, less what is agreed for it outside this plan; only where they could be too many. */
function weeks(facts: Facts, teamDays: readonly TeamDay[], promised: ReadonlyMap<string, string>): Limit[] {
  const agreed = Map.groupBy(
    facts.agreed.filter(({ orderId }) => !promised.has(orderId)),
    ({ providerId, from }) => `${providerId}/${mondayOf(dateIn(from))}`,
  )
  const standing = Map.groupBy(facts.orders, ({ id }) => promised.get(id))
  // Reckoned once for each day: a district has thousands of team-days, and a date is dear.
  const mondays = new Map([...new Set(teamDays.map(({ day }) => day))].map((day) => [day, mondayOf(day)]))
  const weekStarts = [...new Set(mondays.values())]
  const byWeek = Map.groupBy(teamDays, ({ team, day }) => `${team}/${mondays.get(day)!}`)
  return facts.providers.flatMap(({ kind, id, visitsPerWeekMax }) => {
    const { minutesPerWeekMax } = facts.calendars.get(id)!.capacity
    return weekStarts.flatMap((monday) => {
      const list = byWeek.get(`${kind}/${id}/${monday}`) ?? []
      if (list.length === 0) return []
      const others = agreed.get(`${id}/${monday}`) ?? []
      const kept = list.flatMap((one) => standing.get(one.id) ?? [])
      const keptMinutes = kept.reduce(
        (sum, { promise }) => sum + (promise!.until.getTime() - promise!.from.getTime()) / 60_000,
        0,
      )
      const otherMinutes = others.reduce((sum, { minutes }) => sum + minutes, 0)
      const ids = list.map((one) => one.id)
      const most = (max: number, other: number, here: number) => Math.max(0, max - other, here)
      const couldVisit = list.reduce((sum, { visitsMax }) => sum + visitsMax, 0)
      const couldWork = list.reduce((sum, { workMinutesMax }) => sum + workMinutesMax, 0)
      const limits: Limit[] = []
      if (visitsPerWeekMax !== null && couldVisit + others.length > visitsPerWeekMax)
        limits.push({
          id: `visits/${kind}/${id}/${monday}`,
          teamDays: ids,
          measure: 'visits',
          most: most(visitsPerWeekMax, others.length, kept.length),
        })
      if (minutesPerWeekMax !== null && couldWork + otherMinutes > minutesPerWeekMax)
        limits.push({
          id: `minutes/${kind}/${id}/${monday}`,
          teamDays: ids,
          measure: 'minutes',
          most: most(minutesPerWeekMax, otherMinutes, keptMinutes),
        })
      return limits
    })
  })
}
