import type { ProviderDays } from '#modules/teams/index.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { deskOf, type DispatchProblem, recommendTeams, type TeamAnswer } from '../../dispatch/index.ts'
import type { CandidateRow } from './candidate-views.ts'
import type { DayBook, DayBookVisit } from './day-book-views.ts'
import type { Order } from './order.ts'
import { roadsBetween, type RoadPlace, type Roads } from './roads.ts'
import { outingsOf, seatDay } from './seat-visits.ts'
import { teamDayId } from './team-days.ts'
import { daysBetween, daysFrom, type Fit, lateDays, minuteOn, worthOf } from './weigh-order.ts'

type EngineOrder = DispatchProblem['orders'][number]
type TeamDay = DispatchProblem['teamDays'][number]

const MINUTES_A_DAY = 1440
/** So many days ahead a place is looked for, from the first on which the order may be served. */
const DAYS_AHEAD = 14
/** A day that has begun starts at the next full quarter of an hour. */
const STEP_MINUTES = 15
const DAYS_A_WEEK = 7
/** A Monday: weeks are counted from it. */
const FIRST_MONDAY = '2024-01-01'

/** By provider, the days that are asked for, in their order. */
export type Calendars = ReadonlyMap<string, ProviderDays>

/** A provider that is asked of the engine; `isFree` when its weekly limit is let go on trial. */
export interface Asked {
  readonly row: CandidateRow
  readonly isFree: boolean
}

export interface CandidateDesk {
  readonly answers: ReadonlyMap<string, TeamAnswer>
  /** Visits that each team-day has already. */
  readonly booked: ReadonlyMap<string, number>
  readonly serviceMinutes: number
}

/** The days on which an order may be served, from today on: the wish of the requester, or the next two weeks. */
export function daysOf(order: Pick<Order, 'windowFrom' | 'windowUntil'>, now: Date): string[] {
  const today = dateIn(now)
  const isOpen = order.windowUntil !== null && order.windowUntil > now
  const wanted = order.windowFrom === null || !isOpen ? today : dateIn(order.windowFrom)
  const first = wanted > today ? wanted : today
  const last = addDays(first, DAYS_AHEAD - 1)
  const until = isOpen ? dateIn(order.windowUntil) : last
  return daysFrom(first, until < last ? until : last)
}

/** Asks the engine where the order fits best with each provider, beside what it has promised and was asked for already. Pure. */
export function askEngine(
  order: Order,
  asked: readonly Asked[],
  book: DayBook,
  { now, calendars }: { now: Date; calendars: Calendars },
): CandidateDesk {
  const places = placesOf(order, asked, book)
  const speeds = asked.map(({ row }) => calendars.get(row.id)!.capacity.speedClass)
  const roads = roadsBetween(places, book.weights, book.overrides, speeds)
  const days = daysOf(order, now)
  const context: Context = {
    book,
    days,
    earliest: days.map((day) => Math.ceil(minuteOn(now, day) / STEP_MINUTES) * STEP_MINUTES),
    now,
    calendars,
    indexOf: new Map(places.map((place, i) => [place.id, i])),
    roads,
    visitsOf: Map.groupBy(book.visits, (visit) => visit.providerId),
  }
  const seats = asked.flatMap((one) => days.flatMap((day, at) => seatsOf(context, one, day, at)))
  const desk = { teamDays: seats.map((seat) => seat.teamDay), orders: seats.flatMap((seat) => seat.orders) }
  const serviceMinutes = book.serviceMinutes
  const booked = new Map(seats.map((seat) => [seat.teamDay.id, seat.orders.length]))
  if (desk.teamDays.length === 0) return { answers: new Map(), booked, serviceMinutes }
  const problem: DispatchProblem = {
    loadNames: [],
    travel: roads.tables,
    ...desk,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [{ fromMinutes: book.weights.fairFromMinutes, costPerMinute: book.weights.fairPerMinute }],
    teamLoadMinutes: Object.fromEntries(asked.map(({ row }) => [teamOf(row), row.recentMinutes])),
    coverage: [],
  }
  const tours = seats.filter((seat) => seat.orders.length > 0).map((seat) => seat.tour)
  const answers = recommendTeams(deskOf(problem, { tours }), guestOf(order, asked, context))
  return { answers: new Map(answers.map((answer) => [answer.team, answer])), booked, serviceMinutes }
}

export function teamOf({ kind, id }: Pick<CandidateRow, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}

export function fitOf(row: CandidateRow): Fit {
  return {
    isWanted: row.hasOffering,
    isOwnVillage: row.isOwnVillage,
    isPaired: row.isPaired,
    servedLast: row.servedLast,
    stars: row.stars,
    evaluations: row.evaluations,
    loadShare: row.load / row.loadMax,
    quotaLeft: row.quotaLeft,
  }
}

interface Context {
  readonly book: DayBook
  readonly days: readonly string[]
  /** By day: before which minute nobody leaves any more. */
  readonly earliest: readonly number[]
  readonly now: Date
  readonly calendars: Calendars
  readonly indexOf: ReadonlyMap<string, number>
  readonly roads: Roads
  readonly visitsOf: ReadonlyMap<string, readonly DayBookVisit[]>
}

/** Who has no coordinates lies where the order does: the ranking then weighs everything but the way. */
function placesOf(order: Order, asked: readonly Asked[], book: DayBook): RoadPlace[] {
  const here = book.here ?? { longitude: 0, latitude: 0 }
  const places = new Map<string, RoadPlace>([[order.unitId, { ...here, id: order.unitId }]])
  const add = (id: string, { longitude, latitude }: Pick<DayBookVisit, 'longitude' | 'latitude'>) => {
    if (places.has(id)) return
    const isKnown = book.here !== null && longitude !== null && latitude !== null
    places.set(id, isKnown ? { id, longitude, latitude } : { ...here, id })
  }
  for (const { row } of asked) add(row.unitId, row)
  for (const visit of book.visits) add(visit.unitId, visit)
  return [...places.values()]
}

interface Seat {
  readonly teamDay: TeamDay
  readonly orders: readonly EngineOrder[]
  readonly tour: {
    readonly teamDay: string
    readonly departsMinute: number
    readonly returnsMinute: number
    readonly stops: readonly {
      readonly order: string
      readonly arrivesMinute: number
      readonly startsMinute: number
      readonly endsMinute: number
    }[]
  }
}

/** A provider's outings on one day: those that are promised, and those that could be. */
function seatsOf(context: Context, { row, isFree }: Asked, day: string, at: number): Seat[] {
  const { book, indexOf, roads, earliest, calendars, visitsOf } = context
  const { capacity, days } = calendars.get(row.id)!
  const mine = visitsOf.get(row.id) ?? []
  const isFull = row.kind === 'team' && !isFree && isWeekFull(row, mine, day)
  const outings = outingsOf(row.kind, { capacity, open: days[at]!.open }, book.weights, earliest[at]!)
  const today = mine.filter((visit) => visit.day === day)
  const place = indexOf.get(row.unitId)!
  return seatDay(outings, today, row.unitId, roads.legs(capacity.speedClass)).map((outing) => {
    const { visits, startsMinute, endsMinute } = outing
    const id = teamDayId({ kind: row.kind, id: row.id, day, crew: outing.number })
    return {
      teamDay: {
        id,
        team: teamOf(row),
        day,
        startPlace: place,
        endPlace: place,
        shiftStartsMinute: startsMinute,
        shiftEndsMinute: endsMinute,
        visitsMax: isFull ? visits.length : outing.visitsMax,
        workMinutesMax: outing.workMinutesMax,
        loadsMax: [],
        skills: [],
        travel: roads.tableOf(capacity.speedClass),
        fixedCost: 0,
      },
      orders: visits.map((visit) => bookedOrder(visit, id, indexOf)),
      tour: { teamDay: id, departsMinute: startsMinute, returnsMinute: endsMinute, stops: stopsOf(visits) },
    }
  })
}

/** Whether a team has as many visits in the week of a day as it takes on in one. */
function isWeekFull(row: CandidateRow, visits: readonly DayBookVisit[], day: string): boolean {
  if (visits.length < row.loadMax) return false
  const week = weekOf(day)
  return visits.filter((visit) => weekOf(visit.day) === week).length >= row.loadMax
}

const weekOf = (day: string): number => Math.floor(daysBetween(FIRST_MONDAY, day) / DAYS_A_WEEK)

const stopsOf = (visits: readonly DayBookVisit[]): Seat['tour']['stops'] =>
  visits.map(({ orderId, startsMinute, endsMinute }) => ({
    order: orderId,
    arrivesMinute: startsMinute,
    startsMinute,
    endsMinute,
  }))

function bookedOrder(visit: DayBookVisit, teamDay: string, indexOf: ReadonlyMap<string, number>): EngineOrder {
  const { orderId: id, day, startsMinute, endsMinute } = visit
  return {
    id,
    place: indexOf.get(visit.unitId)!,
    serviceMinutes: Math.max(0, endsMinute - startsMinute),
    windows: [{ day, opensMinute: startsMinute, closesMinute: startsMinute }],
    skills: [],
    loads: [],
    unservedCost: null,
    teamDays: [teamDay],
    assignmentCosts: [],
    pin: { teamDay, startsMinute },
  }
}

function guestOf(order: Order, asked: readonly Asked[], { book, days, indexOf, now }: Context): EngineOrder {
  const { weights, serviceMinutes } = book
  return {
    id: order.id,
    place: indexOf.get(order.unitId)!,
    serviceMinutes,
    windows: windowsOf(order, days, book, now),
    skills: [],
    loads: [],
    unservedCost: 0,
    assignmentCosts: [
      ...asked.flatMap(({ row }) => worthOf(weights, fitOf(row)).map((worth) => ({ ...worth, team: teamOf(row) }))),
      ...days.map((day, i) => ({ part: 'waiting' as const, day, minutes: i * weights.waitingDayMinutes })),
      ...lateDays(weights, days, book.resolveBy).map(({ day, minutes }) => ({
        part: 'lateness' as const,
        day,
        minutes,
      })),
    ],
  }
}

/** On each day when the service may begin: the wish as it stands, even where it goes beyond the working day. */
function windowsOf(
  { windowFrom, windowUntil }: Order,
  days: readonly string[],
  { weights, serviceMinutes }: DayBook,
  now: Date,
): EngineOrder['windows'] {
  return days.map((day) => {
    const isWish = windowFrom !== null && windowUntil !== null && windowUntil > now
    const opensMinute = isWish ? Math.max(0, minuteOn(windowFrom, day)) : weights.dayStartsMinute
    const ends = isWish ? Math.min(MINUTES_A_DAY, minuteOn(windowUntil, day)) : weights.dayEndsMinute
    return { day, opensMinute, closesMinute: Math.max(opensMinute, ends - serviceMinutes) }
  })
}
