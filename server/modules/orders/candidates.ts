import { translator } from '#i18n/translate.ts'
import { agencyCalendars, teamCalendars } from '#modules/teams/index.ts'
import { unitsHeld } from '#platform/actor.ts'
import { addDays, startOfDate } from '#platform/dates.ts'
import type { Read, Work } from '#platform/work.ts'
import { type Asked, askEngine, type Calendars, daysOf } from './candidate-desk.ts'
import { candidateRows, type CandidateRow } from './candidate-views.ts'
import { dayBookOf } from './day-book-views.ts'
import type { Order, Provider } from './order.ts'
import { firstDayOf } from './licences.ts'
import { type Candidate, rankCandidates, type Ranking } from './rank-candidates.ts'
import { sortProviders, type Sorted } from './sort-providers.ts'

export type { Candidate, Ranking }

/** Of those that one rule keeps out, so many of the nearest are asked what they would do without it. */
const NEAR_MAX = 8

/**
 * Who could serve an order and when, best first. A unit dispatches its own teams; agencies and the whole district are the centre's.
 * The engine puts the order into what everybody has promised already; it proposes, people decide.
 */
export async function candidatesFor(seen: Work | Read, order: Order): Promise<Ranking> {
  const { tx, actor, now } = seen
  const sorted = await sortedFor(seen, order)
  const near = [...sorted.near].sort((a, b) => (a.row.km ?? 0) - (b.row.km ?? 0)).slice(0, NEAR_MAX)
  const asked = [
    ...sorted.eligible.map((row) => ({ row, isFree: false })),
    ...near.map(({ row, rule }) => ({ row, isFree: rule === 'load' })),
  ]
  const days = daysOf(order, now)
  const book = await dayBookOf(tx, order, {
    providerIds: asked.map(({ row }) => row.id),
    from: startOfDate(days[0]!),
    until: startOfDate(addDays(days.at(-1)!, 1)),
    now,
  })
  const calendars = await calendarsOf(seen, asked, days)
  return rankCandidates(
    { ...sorted, near },
    askEngine(order, asked, book, { now, calendars }),
    translator(actor.locale),
  )
}

async function calendarsOf({ tx }: Read | Work, asked: readonly Asked[], days: readonly string[]): Promise<Calendars> {
  const idsOf = (kind: 'agency' | 'team') => asked.flatMap(({ row }) => (row.kind === kind ? [row.id] : []))
  const span = [days[0]!, addDays(days.at(-1)!, 1)] as const
  return new Map([
    ...(await teamCalendars(tx, idsOf('team'), ...span)),
    ...(await agencyCalendars(tx, idsOf('agency'), ...span)),
  ])
}

/** Whether the rules let a provider claim an order; one who was asked before, and perhaps declined, may still claim. */
export async function mayClaim(seen: Work | Read, order: Order, provider: Provider): Promise<boolean> {
  const { eligible } = await sortedFor(seen, order, true)
  return eligible.some(({ kind, id }) => kind === provider.kind && id === provider.id)
}

async function sortedFor({ tx, actor, now }: Work | Read, order: Order, whoeverWasAsked = false): Promise<Sorted> {
  const rows = await candidateRows(tx, order, { now, on: firstDayOf(order, now) })
  const mine = actor.kind === 'staff' ? unitsHeld(actor, ['dispatcher', 'station-keeper']) : null
  const inScope = (row: CandidateRow) => mine === null || mine.size === 0 || mine.has(row.unitId)
  return sortProviders(rows, { inScope, whoeverWasAsked })
}
