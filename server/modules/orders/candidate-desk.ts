import type { WorkingCalendar } from '#platform/calendar.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { deskOf, type DispatchProblem, recommendTeams, type TeamAnswer } from '../../dispatch/index.ts'
import type { CandidateRow } from './candidate-views.ts'
import type { DayBook, DayBookVisit } from './day-book-views.ts'
import type { Order } from './order.ts'
import { roadsBetween, type RoadPlace } from './roads.ts'
import { crewsOf } from './seat-visits.ts'
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
  { now, calendar }: { now: Date; calendar: WorkingCalendar },
): CandidateDesk {
  const places = placesOf(order, asked, book)
  const indexOf = new Map(places.map((place, i) => [place.id, i]))
  const travel = roadsBetween(places, book.weights, book.overrides)
  const legs = (from: string, to: string) => travel.minutes[indexOf.get(from)! * places.length + indexOf.get(to)!]!
  const days = daysOf(order, now)
  const context: Context = { book, days, now, calendar, indexOf, legs }
  const seats = asked.flatMap((one) => days.flatMap((day) => seatsOf(context, one, day)))
  const desk = { teamDays: seats.map((seat) => seat.teamDay), orders: seats.flatMap((seat) => seat.orders) }
  const serviceMinutes = book.serviceMinutes
  const booked = new Map(seats.map((seat) => [seat.teamDay.id, seat.orders.length]))
  if (desk.teamDays.length === 0) return { answers: new Map(), booked, serviceMinutes }
  const problem: DispatchProblem = {
    loadNames: [],
    travel: [travel],
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
    isPaired: false,
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
  readonly now: Date
  readonly calendar: WorkingCalendar
  readonly indexOf: ReadonlyMap<string, number>
  readonly legs: (fromUnitId: string, toUnitId: string) => number
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

/** A provider's crews on one day: those that go out already, and those that could. */
function seatsOf({ book, calendar, indexOf, legs, now }: Context, { row, isFree }: Asked, day: string): Seat[] {
  const { weights } = book
  const mine = book.visits.filter((visit) => visit.providerId === row.id)
  const crews = crewsOf(
    mine.filter((visit) => visit.day === day),
    legs,
  )
  const works = row.kind === 'team' || calendar.isWorkingDay(day)
  const most = row.kind === 'agency' ? weights.agencyCrews : 1
  const week = weekOf(day)
  const inWeek = mine.filter((visit) => weekOf(visit.day) === week).length
  const isFull = row.kind === 'team' && !isFree && inWeek >= row.loadMax
  const starts = Math.max(weights.dayStartsMinute, Math.ceil(minuteOn(now, day) / STEP_MINUTES) * STEP_MINUTES)
  const place = indexOf.get(row.unitId)!
  return Array.from({ length: Math.max(crews.length, works ? most : 0) }, (_, i) => {
    const visits = crews[i]?.visits ?? []
    const id = teamDayId({ kind: row.kind, id: row.id, day, crew: i + 1 })
    const leaves = visits.map((visit) => Math.max(0, Math.floor(visit.startsMinute - legs(row.unitId, visit.unitId))))
    const returns = visits.map((visit) => Math.ceil(visit.endsMinute + legs(visit.unitId, row.unitId)))
    const shiftStartsMinute = Math.min(starts, MINUTES_A_DAY, ...leaves)
    const shiftEndsMinute = Math.max(weights.dayEndsMinute, shiftStartsMinute, ...returns)
    const perDay = row.kind === 'agency' ? weights.agencyVisitsPerDay : weights.teamVisitsPerDay
    const mayTake = works && !isFull
    return {
      teamDay: {
        id,
        team: teamOf(row),
        day,
        startPlace: place,
        endPlace: place,
        shiftStartsMinute,
        shiftEndsMinute,
        visitsMax: mayTake ? Math.max(perDay, visits.length) : visits.length,
        workMinutesMax: shiftEndsMinute - shiftStartsMinute,
        loadsMax: [],
        skills: [],
        travel: 0,
        fixedCost: 0,
      },
      orders: visits.map((visit) => bookedOrder(visit, id, indexOf)),
      tour: { teamDay: id, departsMinute: shiftStartsMinute, returnsMinute: shiftEndsMinute, stops: stopsOf(visits) },
    }
  })
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
