/** A visit that somebody has promised, or was asked for by a published plan, on one day. */
export interface BookedVisit {
  readonly orderId: string
  readonly unitId: string
  readonly startsMinute: number
  readonly endsMinute: number
}

export interface Crew<Visit extends BookedVisit = BookedVisit> {
  /** Counts from 1. */
  readonly number: number
  readonly visits: Visit[]
}

/**
 * Gives one provider's visits of a day to crews. People promise what a plan would not: two visits at once get two crews, so that
 * nothing that stands already makes a problem unsolvable.
 */
export function crewsOf<Visit extends BookedVisit>(
  visits: readonly Visit[],
  legs: (fromUnitId: string, toUnitId: string) => number,
): Crew<Visit>[] {
  const sorted = [...visits].sort((a, b) => a.startsMinute - b.startsMinute || (a.orderId < b.orderId ? -1 : 1))
  const crews: Crew<Visit>[] = []
  for (const visit of sorted) {
    const fits = crews.find((crew) => {
      const last = crew.visits.at(-1)!
      return last.endsMinute + legs(last.unitId, visit.unitId) <= visit.startsMinute
    })
    if (fits === undefined) crews.push({ number: crews.length + 1, visits: [visit] })
    else fits.visits.push(visit)
  }
  return crews
}
