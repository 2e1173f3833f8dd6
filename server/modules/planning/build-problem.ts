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
import { addMinutes, dateIn } from '#platform/dates.ts'
import type { DispatchProblem } from '../../dispatch/index.ts'
import { debts } from './fairness.ts'
import { type Place, type PlanFacts, servicesOfAskers } from './plan-facts.ts'
import { mayServe } from './may-serve.ts'
import { type SeatedPromise, seatProviders } from './seat-providers.ts'
import { sharedLimits } from './shared-limits.ts'
import { vehicleOf, vehicleSkill } from './vehicles.ts'

type Order = DispatchProblem['orders'][number]
type TeamDay = DispatchProblem['teamDays'][number]

/** Turns facts into the optimiser's problem. Pure: the same facts give the same problem. */
export function buildProblem(facts: PlanFacts): DispatchProblem {
  const used = placesUsed(facts)
  const placeOf = new Map(used.map((place, i) => [place.id, i]))
  const speeds = facts.providers.map((provider) => facts.calendars.get(provider.id)!.capacity.speedClass)
  const roads = roadsBetween(used, facts.weights, facts.overrides, speeds)
  const days = daysFrom(facts.fromOn, facts.untilOn)
  const { teamDays, seated } = seatProviders(facts, days, roads, placeOf)
  const context = { facts, placeOf, days, seated }
  const owed = debts(servicesOfAskers(facts))
  const orders = facts.orders.flatMap((order) => orderOf(context, order, teamDays, owed) ?? [])
  return {
    loadNames: [],
    travel: roads.tables,
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [{ fromMinutes: facts.weights.fairFromMinutes, costPerMinute: facts.weights.fairPerMinute }],
    teamLoadMinutes: Object.fromEntries(
      facts.providers.map((provider) => [`${provider.kind}/${provider.id}`, loadBefore(facts, provider)]),
    ),
    limits: sharedLimits(facts, teamDays, seated),
    coverage: [...new Set(orders.map((order) => order.village!))].map((village) => ({
      village,
      visitsMin: 1,
      missingCost: facts.weights.coverageMinutes * (1 + facts.weights.debtFactor * (owed.get(village) ?? 0)),
    })),
  }
}

/** What a provider did lately, without the promises that the plan counts itself. */
function loadBefore({ orders, now }: PlanFacts, { kind, id, recentMinutes }: PlannableProvider): number {
  const counted = orders.flatMap(({ promise }) => {
    if (promise?.provider.kind !== kind || promise.provider.id !== id || promise.from < since(now)) return []
    return [(promise.until.getTime() - promise.from.getTime()) / 60_000]
  })
  return Math.max(0, recentMinutes - counted.reduce((sum, minutes) => sum + minutes, 0))
}

/** From when on work counts as recent, as `plannableProviders` says. */
const since = (now: Date): Date => addMinutes(now, -30 * 1440)

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
  const vehicle = vehicleOf(facts, order)
  return {
    ...base,
    ...(vehicle !== undefined && { skills: [vehicleSkill(vehicle.id)] }),
    serviceMinutes,
    windows,
    unservedCost: (price + weights.waitingDayMinutes * Math.min(60, waiting)) * owedShare,
    teamDays: teamDays
      .filter((one) => teams.has(one.team) && (open.size === 0 || open.has(one.day)))
      .map((one) => one.id),
    assignmentCosts: [
      ...eligible.flatMap((provider) => worthOfTeam(facts, provider, order)),
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

function worthOfTeam(facts: PlanFacts, provider: PlannableProvider, order: PlannableOrder): Order['assignmentCosts'] {
  const path = facts.places.find((place) => place.id === order.unitId)?.pathIds ?? []
  const fit = {
    isWanted: order.wantedProvider?.id === provider.id,
    isOwnVillage: provider.unitId === order.unitId,
    isPaired: path.some((id) => facts.pairings.has(`${id}/${provider.id}`)),
    servedLast: servedLast(order, provider.id),
    stars: provider.stars,
    evaluations: provider.evaluations,
    loadShare: 0,
    quotaLeft: null,
  }
  return worthOf(facts.weights, fit).map((worth) => ({ ...worth, team: `${provider.kind}/${provider.id}` }))
}

function servedLast(
  { lastOfRequester, lastOfPlace }: PlannableOrder,
  providerId: string,
): 'requester' | 'place' | null {
  if (lastOfRequester === providerId) return 'requester'
  return lastOfPlace === providerId ? 'place' : null
}
