import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import type { ScorePart } from '../../dispatch/index.ts'
import type { Weights } from './weights.ts'

/** What makes a provider suit an order, apart from day and way. The single order's ranking and a plan of days weigh it alike. */
export interface Fit {
  /** Its offering is what was ordered. */
  readonly isWanted: boolean
  readonly isOwnVillage: boolean
  readonly isPaired: boolean
  /** Whom of the order it served last: the requester, else the place with the same kind of service. */
  readonly servedLast: 'requester' | 'place' | null
  readonly stars: number | null
  readonly evaluations: number
  /** Share of what it takes on that it has in hand. */
  readonly loadShare: number
  /** Places left this month; null without a quota. */
  readonly quotaLeft: number | null
}

export interface Worth {
  readonly part: ScorePart
  /** Equivalent minutes; a bonus is negative. */
  readonly minutes: number
}

// Few evaluations say little: the mean is drawn towards this prior as if it had been given so often.
const PRIOR_STARS = 4
const PRIOR_WEIGHT = 3
const MILLISECONDS_A_DAY = 86_400_000

export function worthOf(weights: Weights, fit: Fit): Worth[] {
  const worth: Worth[] = []
  const add = (part: ScorePart, minutes: number) => minutes !== 0 && worth.push({ part, minutes })
  if (fit.isWanted) add('skill', -weights.orderedOfferingMinutes)
  if (fit.isOwnVillage) add('pairing', -weights.ownVillageMinutes)
  else if (fit.isPaired) add('pairing', -weights.pairedMinutes)
  if (fit.servedLast !== null) add('continuity', -weights.continuityMinutes)
  if (fit.stars !== null) {
    const mean = (fit.stars * fit.evaluations + PRIOR_STARS * PRIOR_WEIGHT) / (fit.evaluations + PRIOR_WEIGHT)
    add('evaluation', (PRIOR_STARS - mean) * weights.starMinutes)
  }
  add('load', fit.loadShare * weights.loadShareMinutes)
  if (fit.quotaLeft === 1) add('quota', weights.lastQuotaMinutes)
  return worth
}

/** What each day after the last one costs by which the order should be solved. */
export function lateDays(
  weights: Weights,
  days: readonly string[],
  resolveBy: Date | null,
): { readonly day: string; readonly days: number; readonly minutes: number }[] {
  if (resolveBy === null) return []
  const last = dateIn(resolveBy)
  return days
    .filter((day) => day > last)
    .map((day) => ({ day, days: daysBetween(last, day), minutes: weights.lateDayMinutes * daysBetween(last, day) }))
}

export function daysBetween(from: string, until: string): number {
  return Math.round((startOfDate(until).getTime() - startOfDate(from).getTime()) / MILLISECONDS_A_DAY)
}

/** All dates from one to another, both included. */
export function daysFrom(from: string, until: string): string[] {
  const days: string[] = []
  for (let day = from; day <= until; day = addDays(day, 1)) days.push(day)
  return days
}

/** Minutes from a day's beginning to an instant; below zero or beyond 1,440 on other days. */
export function minuteOn(instant: Date, day: string): number {
  return Math.round((instant.getTime() - startOfDate(day).getTime()) / 60_000)
}
