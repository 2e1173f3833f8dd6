import {
  daysBetween,
  daysFrom,
  lateDays,
  minuteOn,
  type PlannableOrder,
  type PlannableProvider,
  roadsBetween,
  worthOf,
} from '#modules/orders/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { DispatchProblem } from '../../dispatch/index.ts'
import { debts } from './fairness.ts'
import { type Place, type PlanFacts, servicesOfAskers } from './plan-facts.ts'
import { teamDayId, type Weights } from './plan.ts'
import { seatPromises, type SeatedPromise } from './seat-promises.ts'

type Order = DispatchProblem['orders'][number]
type TeamDay = DispatchProblem['teamDays'][number]

const MINUTES_A_DAY = 1440
/** Today's part of a plan begins at the next full quarter of an hour, so that the same wish a little later is the same problem. */
const STEP_MINUTES = 15

/** Turns facts into the optimiser's problem. Pure: the same facts give the same problem. */
export function buildProblem(facts: PlanFacts): DispatchProblem {
  const used = placesUsed(facts)
  const placeOf = new Map(used.map((place, i) => [place.id, i]))
  const travel = roadsBetween(used, facts.weights, facts.overrides)
  const days = daysFrom(facts.fromOn, facts.untilOn)
  const seated = seatPromises(facts, (from, to) => travel.minutes[placeOf.get(from)! * used.length + placeOf.get(to)!]!)
  const context = { facts, placeOf, days, seated }
  const teamDays = teamDaysOf(context)
  const owed = debts(servicesOfAskers(facts))
  const orders = facts.orders.flatMap((order) => orderOf(context, order, teamDays, owed) ?? [])
  return {
    loadNames: [],
    travel: [travel],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [{ fromMinutes: facts.weights.fairFromMinutes, costPerMinute: facts.weights.fairPerMinute }],
    teamLoadMinutes: Object.fromEntries(
      facts.providers.map((provider) => [`${provider.kind}/${provider.id}`, provider.recentMinutes]),
    ),
    coverage: [...new Set(orders.map((order) => order.village!))].map((village) => ({
      village,
      visitsMin: 1,
      missingCost: facts.weights.coverageMinutes * (1 + facts.weights.debtFactor * (owed.get(village) ?? 0)),
    })),
  }
}

interface Context {
  readonly facts: PlanFacts
  readonly placeOf: ReadonlyMap<string, number>
  readonly days: readonly string[]
  readonly seated: ReadonlyMap<string, SeatedPromise>
}

function placesUsed({ orders, providers, places }: PlanFacts): Place[] {
  const wanted = new Set([...orders.map((order) => order.unitId), ...providers.map((provider) => provider.unitId)])
  return places.filter((place) => wanted.has(place.id))
}

/** Agencies go out on working days with several crews; a team goes once a day, on any day. */
function teamDaysOf({ facts, placeOf, days, seated }: Context): TeamDay[] {
  const { weights, absences, now } = facts
  const absent = new Set(absences.map(({ kind, id, on }) => `${kind}/${id}/${on}`))
  const free = facts.providers.flatMap((provider) =>
    days.flatMap((day) => {
      const works = provider.kind === 'team' || facts.calendar.isWorkingDay(day)
      if (!works || !placeOf.has(provider.unitId) || absent.has(`${provider.kind}/${provider.id}/${day}`)) return []
      const starts = Math.max(weights.dayStartsMinute, Math.ceil(minuteOn(now, day) / STEP_MINUTES) * STEP_MINUTES)
      if (starts >= weights.dayEndsMinute) return []
      const crews = provider.kind === 'agency' ? weights.agencyCrews : 1
      const visitsMax = provider.kind === 'agency' ? weights.agencyVisitsPerDay : weights.teamVisitsPerDay
      return Array.from({ length: crews }, (_, i) =>
        teamDay(provider, day, i + 1, placeOf, { starts, ends: weights.dayEndsMinute, visitsMax }),
      )
    }),
  )
  const known = new Map(free.map((one) => [one.id, one]))
  for (const promise of seated.values()) {
    const before = known.get(promise.teamDayId)
    const starts = Math.min(before?.shiftStartsMinute ?? MINUTES_A_DAY, promise.leavesMinute)
    const ends = Math.max(before?.shiftEndsMinute ?? 0, promise.returnsMinute)
    const visitsMax = Math.max(before?.visitsMax ?? 0, promise.visits)
    const { provider, day, crew } = promise
    known.set(promise.teamDayId, teamDay(provider, day, crew, placeOf, { starts, ends, visitsMax }))
  }
  return [...known.values()]
}

function teamDay(
  provider: PlannableProvider,
  day: string,
  crew: number,
  placeOf: ReadonlyMap<string, number>,
  shift: { starts: number; ends: number; visitsMax: number },
): TeamDay {
  const place = placeOf.get(provider.unitId)!
  return {
    id: teamDayId({ kind: provider.kind, id: provider.id, day, crew }),
    team: `${provider.kind}/${provider.id}`,
    day,
    startPlace: place,
    endPlace: place,
    shiftStartsMinute: shift.starts,
    shiftEndsMinute: shift.ends,
    visitsMax: shift.visitsMax,
    workMinutesMax: shift.ends - shift.starts,
    loadsMax: [],
    skills: [],
    travel: 0,
    fixedCost: 0,
  }
}

function orderOf(
  context: Context,
  order: PlannableOrder,
  teamDays: readonly TeamDay[],
  owed: ReadonlyMap<string, number>,
): Order | null {
  const { facts, placeOf, seated, days } = context
  const { weights } = facts
  const place = placeOf.get(order.unitId)
  if (place === undefined) return null
  const serviceMinutes = order.durationMinutes ?? weights.serviceMinutes
  const base = { id: order.id, place, village: order.unitId, skills: [], loads: [] }
  const promise = seated.get(order.id)
  if (promise !== undefined) {
    const { teamDayId: id, startsMinute, endsMinute, day } = promise
    return {
      ...base,
      serviceMinutes: endsMinute - startsMinute,
      windows: [{ day, opensMinute: startsMinute, closesMinute: startsMinute }],
      unservedCost: null,
      teamDays: [id],
      assignmentCosts: [],
      pin: { teamDay: id, startsMinute },
    }
  }
  const reachable = windowsOf(context, order, serviceMinutes)
  const windows = reachable.length > 0 ? reachable : [asWished(order)]
  const eligible = facts.providers.filter((provider) => mayServe(facts, provider, order))
  const teams = new Map(eligible.map((provider) => [`${provider.kind}/${provider.id}`, provider]))
  const open = new Set(reachable.map((window) => window.day))
  const waiting = Math.max(0, daysBetween(dateIn(order.placedAt), dateIn(facts.now)))
  const owedShare = 1 + weights.debtFactor * (owed.get(order.unitId) ?? 0)
  const price = weights.unservedMinutes * (order.urgency === 'urgent' ? weights.urgentFactor : 1)
  const current = facts.current.get(order.id)
  return {
    ...base,
    serviceMinutes,
    windows,
    unservedCost: (price + weights.waitingDayMinutes * Math.min(60, waiting)) * owedShare,
    teamDays: teamDays
      .filter((one) => teams.has(one.team) && (open.size === 0 || open.has(one.day)))
      .map((one) => one.id),
    assignmentCosts: [
      ...eligible.flatMap((provider) => worthOfTeam(weights, provider, order)),
      ...lateDays(weights, days, order.resolveBy).map(({ day, minutes }) => ({
        part: 'lateness' as const,
        day,
        minutes,
      })),
    ],
    ...(current !== undefined && {
      current: {
        teamDay: current.teamDay,
        changeMinutes: current.wasTold ? weights.changeToldMinutes : weights.changeMinutes,
      },
    }),
  }
}

/** On each day of the plan the part of the wish, or of the working day, in which the service can begin. */
function windowsOf({ facts, days }: Context, order: PlannableOrder, serviceMinutes: number): Order['windows'] {
  const { dayStartsMinute, dayEndsMinute } = facts.weights
  const { windowFrom, windowUntil } = order
  if (windowFrom === null || windowUntil === null) {
    const closesMinute = Math.max(dayStartsMinute, dayEndsMinute - serviceMinutes)
    return days.map((day) => ({ day, opensMinute: dayStartsMinute, closesMinute }))
  }
  return days.flatMap((day) => {
    const opensMinute = Math.max(dayStartsMinute, minuteOn(windowFrom, day))
    const ends = Math.min(dayEndsMinute, minuteOn(windowUntil, day))
    if (ends <= opensMinute) return []
    return [{ day, opensMinute, closesMinute: Math.max(opensMinute, ends - serviceMinutes) }]
  })
}

/** A wish for the night or for another week stays what it is: the plan leaves the order out and says why. */
function asWished({ windowFrom }: PlannableOrder): Order['windows'][number] {
  const day = dateIn(windowFrom!)
  const minute = minuteOn(windowFrom!, day)
  return { day, opensMinute: minute, closesMinute: minute }
}

/** The rules of the ranking (rank-candidates.ts): category or ordered offering, area, licences, and nobody who declined. */
function mayServe({ places }: PlanFacts, provider: PlannableProvider, order: PlannableOrder): boolean {
  const isWanted = order.wantedProvider?.kind === provider.kind && order.wantedProvider.id === provider.id
  if (!isWanted && !provider.categorySlugs.includes(order.categorySlug)) return false
  if (provider.kind === 'team' && order.declinedBy.includes(provider.id)) return false
  if (provider.licences !== null && !order.licenceNeeds.every((need) => provider.licences!.includes(need))) return false
  if (isWanted || provider.kind === 'agency') return true
  const path = places.find((place) => place.id === order.unitId)?.pathIds ?? []
  return path.includes(provider.unitId) || provider.areaIds.some((id) => path.includes(id))
}

function worthOfTeam(weights: Weights, provider: PlannableProvider, order: PlannableOrder): Order['assignmentCosts'] {
  const fit = {
    isWanted: order.wantedProvider?.id === provider.id,
    isOwnVillage: provider.unitId === order.unitId,
    isPaired: false,
    servedLast: null,
    stars: provider.stars,
    evaluations: provider.evaluations,
    loadShare: 0,
    quotaLeft: null,
  }
  return worthOf(weights, fit).map((worth) => ({ ...worth, team: `${provider.kind}/${provider.id}` }))
}
