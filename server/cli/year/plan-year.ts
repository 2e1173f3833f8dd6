import { yanqingPlan } from '../district-plan.ts'
import { officialCalendar } from './days.ts'
import { diceOf } from './dice.ts'
import { planOfferings } from './plan-offerings.ts'
import { planOrders } from './plan-orders.ts'
import { peopleFrom, planTeams } from './plan-teams.ts'
import {
  ORDERS_OF_YEAR,
  PEOPLE_OF_YEAR,
  PLAN_SEED,
  type PlannedStation,
  type Span,
  YEAR_FROM,
  YEAR_UNTIL,
  type YearPlan,
} from './planned.ts'
import { readSeedWords } from './seed-words.ts'

/** Numbers of the block of invented telephones: teams, then residents who sign in, then contacts who never do. */
const TEAM_PHONES = [200, 2_299] as const
const RESIDENT_PHONES = [2_300, 3_299] as const
const CONTACT_PHONES = [3_300, 9_999] as const
const STATIONS_MIN = 6

/** The whole first year, or a share of it that keeps its rhythm. */
export function spanOfShare(share: number): Span {
  return {
    seed: PLAN_SEED,
    from: YEAR_FROM,
    until: YEAR_UNTIL,
    orders: Math.round(ORDERS_OF_YEAR * share),
    people: Math.round(PEOPLE_OF_YEAR * share),
    share,
  }
}

/** Makes the plan of a span; the same span always gives the same plan. */
export async function planYear(span: Span): Promise<YearPlan> {
  const words = await readSeedWords()
  const dice = diceOf(span.seed)
  const calendar = officialCalendar(span.from, span.until)
  const stations = await stationsOn(span)
  const offerings = planOfferings(span, dice, words)
  const teams = planTeams(span, dice, stations, words.life, peopleFrom(...TEAM_PHONES, dice, words.life))
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
  const [fromMs, untilMs] = [span.from, span.until].map((date) => Date.parse(`${date}T00:00:00+08:00`)) as [
    number,
    number,
  ]
  return { span, fromMs, untilMs, stations, offerings, teams, orders }
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
