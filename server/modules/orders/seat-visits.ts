import type { ProviderDays } from '#modules/teams/index.ts'
import type { Weights } from './weights.ts'

/** A visit that somebody has promised, or was asked for by a published plan, on one day. */
export interface BookedVisit {
  readonly orderId: string
  readonly unitId: string
  readonly startsMinute: number
  readonly endsMinute: number
}

/** One way out on one day: a crew of an agency, or a team's morning or afternoon. */
export interface Outing {
  /** Counts from 1 within the provider's day. */
  readonly number: number
  readonly startsMinute: number
  readonly endsMinute: number
  readonly visitsMax: number
  /** From departure to return. */
  readonly workMinutesMax: number
}

export interface SeatedOuting<Visit extends BookedVisit = BookedVisit> extends Outing {
  readonly visits: readonly Visit[]
}

const MINUTES_A_DAY = 1440
/** Nobody leaves home for less. */
const OUTING_MINUTES_MIN = 15

/**
 * The outings of a provider on a day, as its calendar and capacity say, and where they say nothing as the weights do. Each open part
 * of the day is an outing of each crew, so that nobody is planned through a break.
 * @param earliestMinute before which nobody leaves any more
 */
export function outingsOf(
  kind: 'agency' | 'team',
  { capacity, open }: Pick<ProviderDays, 'capacity'> & { readonly open: ProviderDays['days'][number]['open'] },
  weights: Weights,
  earliestMinute: number,
): Outing[] {
  const isAgency = kind === 'agency'
  const crews = capacity.crews ?? (isAgency ? weights.agencyCrews : 1)
  const perDay = capacity.visitsPerDayMax ?? (isAgency ? weights.agencyVisitsPerDay : weights.teamVisitsPerDay)
  const parts = open
    .map(({ fromMinute, untilMinute }) => ({
      // A day that is open from midnight or until midnight is an ordinary day at that end.
      startsMinute: Math.max(fromMinute === 0 ? weights.dayStartsMinute : fromMinute, earliestMinute),
      endsMinute: untilMinute === MINUTES_A_DAY ? weights.dayEndsMinute : untilMinute,
    }))
    .filter((part) => part.endsMinute - part.startsMinute >= OUTING_MINUTES_MIN)
  const total = parts.reduce((sum, part) => sum + part.endsMinute - part.startsMinute, 0)
  return parts.flatMap((part, at) =>
    Array.from({ length: crews }, (_, crew) => {
      const minutes = part.endsMinute - part.startsMinute
      return {
        ...part,
        number: at * crews + crew + 1,
        visitsMax: Math.ceil((perDay * minutes) / total),
        workMinutesMax: Math.min(minutes, capacity.minutesPerDayMax ?? minutes),
      }
    }),
  )
}

/**
 * Gives one provider's visits of a day to its outings. People promise what a plan would not: what overlaps or lies outside every
 * outing gets one of its own, so that nothing that stands already makes a problem unsolvable.
 */
export function seatDay<Visit extends BookedVisit>(
  outings: readonly Outing[],
  visits: readonly Visit[],
  homeUnitId: string,
  legs: (fromUnitId: string, toUnitId: string) => number,
): SeatedOuting<Visit>[] {
  const sorted = visits
    .map((visit) => withinDay(visit, legs(homeUnitId, visit.unitId)))
    .sort((a, b) => a.startsMinute - b.startsMinute || (a.orderId < b.orderId ? -1 : 1))
  const seats = outings.map((outing) => ({ outing, visits: [] as Visit[] }))
  for (const visit of sorted) {
    const isFree = (seat: (typeof seats)[number]) => {
      const last = seat.visits.at(-1)
      return last === undefined || last.endsMinute + legs(last.unitId, visit.unitId) <= visit.startsMinute
    }
    const holds = ({ outing }: (typeof seats)[number]) =>
      outing.startsMinute <= visit.startsMinute && visit.startsMinute < outing.endsMinute
    const seat = seats.find((one) => holds(one) && isFree(one)) ?? seats.find(isFree)
    if (seat !== undefined) seat.visits.push(visit)
    else seats.push({ outing: ownOuting(seats.length + 1, visit), visits: [visit] })
  }
  return seats.map((seat) => stretched(seat.outing, seat.visits, homeUnitId, legs))
}

/** What lasts over midnight keeps its outing until then, and who promised to come right after midnight comes as soon as the way allows. */
function withinDay<Visit extends BookedVisit>(visit: Visit, wayMinutes: number): Visit {
  const startsMinute = Math.max(visit.startsMinute, Math.ceil(wayMinutes))
  return { ...visit, startsMinute, endsMinute: Math.max(startsMinute, Math.min(visit.endsMinute, MINUTES_A_DAY)) }
}

const ownOuting = (number: number, { startsMinute, endsMinute }: BookedVisit): Outing => ({
  number,
  startsMinute,
  endsMinute,
  visitsMax: 0,
  workMinutesMax: 0,
})

/** An outing leaves early enough and returns late enough for what is promised, whatever the calendar says. */
function stretched<Visit extends BookedVisit>(
  outing: Outing,
  visits: readonly Visit[],
  homeUnitId: string,
  legs: (fromUnitId: string, toUnitId: string) => number,
): SeatedOuting<Visit> {
  if (visits.length === 0) return { ...outing, visits }
  const leaves = visits.map((one) => Math.max(0, Math.floor(one.startsMinute - legs(homeUnitId, one.unitId))))
  const returns = visits.map((one) => Math.ceil(one.endsMinute + legs(one.unitId, homeUnitId)))
  const startsMinute = Math.min(outing.startsMinute, ...leaves)
  const endsMinute = Math.max(outing.endsMinute, ...returns)
  const promised = Math.max(...returns) - Math.min(...leaves)
  return {
    number: outing.number,
    startsMinute,
    endsMinute,
    visitsMax: Math.max(outing.visitsMax, visits.length),
    workMinutesMax: Math.max(outing.workMinutesMax, promised),
    visits,
  }
}
