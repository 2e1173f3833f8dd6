import { yanqingPlan } from '../district-plan.ts'
import { officialCalendar } from './days.ts'
import { diceOf } from './dice.ts'
import { planOfferings } from './plan-offerings.ts'
import { planOrders } from './plan-orders.ts'
import { peopleFrom, planTeams } from './plan-teams.ts'
import { planActivities } from './plan-activities.ts'
import { planVolunteers } from './plan-volunteers.ts'
import {
  ACTIVITIES_OF_YEAR,
  ORDERS_OF_YEAR,
  PEOPLE_OF_YEAR,
  PLAN_SEED,
  type PlannedStation,
  type Span,
  TURNS_OF_EXPO,
  VOLUNTEERS_FIRST,
  VOLUNTEERS_OF_YEAR,
  YEAR_FROM,
  YEAR_UNTIL,
  type YearPlan,
} from './planned.ts'
import { readSeedWords } from './seed-words.ts'

/**
 * Numbers of the block of invented telephones: teams, residents who sign in, contacts who never do, volunteers, and people on
 * lists who never come.
 */
const TEAM_PHONES = [200, 2_299] as const
const RESIDENT_PHONES = [2_300, 3_299] as const
const CONTACT_PHONES = [3_300, 9_999] as const
const VOLUNTEER_PHONES = [10_000, 39_999] as const
const STRANGER_PHONES = [40_000, 49_999] as const
const STATIONS_MIN = 6
const SMALL_TURNS_SHARE = 0.4

/** The whole first year, or a share of it that keeps its rhythm. */
export function spanOfShare(share: number): Span {
  return {
    seed: PLAN_SEED,
    from: YEAR_FROM,
    until: YEAR_UNTIL,
    orders: Math.round(ORDERS_OF_YEAR * share),
    people: Math.round(PEOPLE_OF_YEAR * share),
    volunteers: Math.round(VOLUNTEERS_OF_YEAR * share),
    volunteersFirst: Math.round(VOLUNTEERS_FIRST * share),
    activities: Math.round(ACTIVITIES_OF_YEAR * share),
    // A township of one village cannot fill what a township of twenty does.
    turns: Math.round(TURNS_OF_EXPO * share * (share === 1 ? 1 : SMALL_TURNS_SHARE)),
    share,
  }
}

/** The orders of a span and the teams that serve them, without activities and the volunteers who only come to these. */
export const ordersOnly = (span: Span): Span => ({
  ...span,
  volunteers: 0,
  volunteersFirst: 0,
  activities: 0,
  turns: 0,
})

/** Makes the plan of a span; the same span always gives the same plan. */
export async function planYear(span: Span): Promise<YearPlan> {
  const words = await readSeedWords()
  const dice = diceOf(span.seed)
  const calendar = officialCalendar(span.from, span.until)
  const stations = await stationsOn(span)
  const offerings = planOfferings(span, dice, words)
  const teams = planTeams(span, dice, stations, words, peopleFrom(...TEAM_PHONES, dice, words.life))
  const orders = planOrders({
    span,
    dice,
    words: words.life,
    stations,
    teams,
    offerings,
    calendar,
    residents: peopleFrom(...RESIDENT_PHONES, dice, words.life),
    contacts: peopleFrom(...CONTACT_PHONES, dice, words.life),
  })
  const { volunteers, lists } = planVolunteers({
    span,
    dice,
    words,
    stations,
    teams,
    people: peopleFrom(...VOLUNTEER_PHONES, dice, words.life),
    strangers: peopleFrom(...STRANGER_PHONES, dice, words.life),
  })
  const served = planActivities({ span, dice, words: words.volunteering, stations, teams, volunteers })
  const [fromMs, untilMs] = [span.from, span.until].map((date) => Date.parse(`${date}T00:00:00+08:00`)) as [
    number,
    number,
  ]
  return { span, fromMs, untilMs, stations, offerings, teams, orders, volunteers, lists, ...served }
}

/** The stations of the first day; of a share as many, spread over all townships. */
async function stationsOn({ from, share }: Span): Promise<PlannedStation[]> {
  const plan = await yanqingPlan()
  const all = plan.townships.flatMap((township) =>
    (township.stations ?? [])
      .filter((one) => one.validFrom <= from && (one.validUntil === undefined || one.validUntil > from))
      .map(({ code, name }): PlannedStation => ({
        code,
        name,
        township: township.code,
        townshipName: township.name,
        // Digits 10 to 12 of the statistical code: below 200 a community, from 200 on a village.
        isVillage: Number(code.slice(9)) >= 200,
      })),
  )
  const wanted = Math.min(all.length, Math.max(STATIONS_MIN, Math.ceil(all.length * share)))
  return Array.from({ length: wanted }, (_, at) => all[Math.floor((at * all.length) / wanted)]!)
}
