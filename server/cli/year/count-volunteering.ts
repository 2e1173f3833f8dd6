/** What the volunteers of the year came to, counted from the database; what each number means stands in docs/figures.md. */
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { registeringTimes } from './plan-teams.ts'
import { firstDays } from './plan-volunteers.ts'
import { EXPO_FROM, EXPO_UNTIL, type YearPlan } from './planned.ts'

export interface VolunteeringTotals {
  /** People who registered themselves: by the end, and within the first fortnight. */
  readonly volunteers: number
  readonly volunteersFirst: number
  readonly invited: number
  readonly unclaimed: number
  readonly teams: number
  readonly tiers: readonly { readonly tier: string; readonly count: number }[]
  readonly families: readonly { readonly slot: string; readonly count: number }[]
  readonly members: number
  /** Sessions that institutes and stations, or teams of theirs, held. */
  readonly activities: number
  readonly planned: number
  readonly cancelled: number
  readonly signUps: number
  /** Persons at sessions, each time counted, that began within the Expo's hundred days. */
  readonly turns: number
  readonly turnsOfYear: number
  readonly turnsAtOrders: number
  readonly methods: readonly { readonly method: string; readonly count: number }[]
  readonly bookedHours: number
  readonly waiting: number
  readonly corrected: number
  readonly cases: number
}

export async function countVolunteering(tx: Tx, { span }: Pick<YearPlan, 'span'>): Promise<VolunteeringTotals> {
  const d = tx.districtId
  const firstEnd = startOfDate(addDays(span.from, firstDays(span)))
  const [expoFrom, expoUntil] = [startOfDate(EXPO_FROM), startOfDate(EXPO_UNTIL)]
  const people = await tx.one<
    Pick<VolunteeringTotals, 'volunteers' | 'volunteersFirst' | 'invited' | 'unclaimed' | 'teams' | 'members'>
  >(sql`
    select (select count(*) from volunteer where district_id = ${d}) as volunteers,
           (select count(*) from volunteer where district_id = ${d} and registered_at < ${firstEnd}) as volunteers_first,
           (select count(*) from volunteer_invitation where district_id = ${d}) as invited,
           (select count(*) from volunteer_invitation where district_id = ${d} and state <> 'claimed') as unclaimed,
           (select count(*) from team where district_id = ${d} and ended_on is null) as teams,
           (select count(*) from team_member where district_id = ${d} and left_at is null) as members`)
  const served = await tx.one<
    Pick<
      VolunteeringTotals,
      'activities' | 'planned' | 'cancelled' | 'signUps' | 'turns' | 'turnsOfYear' | 'turnsAtOrders'
    >
  >(sql`
    select count(*) filter (where s.state = 'held' and u.kind in ('institute', 'station')) as activities,
           count(distinct s.activity_id) as planned, count(*) filter (where s.state = 'cancelled') as cancelled,
           (select count(*) from sign_up where district_id = ${d}) as sign_ups,
           (select count(*) from attendance where district_id = ${d} and subject_kind = 'session'
              and checked_in_at >= ${expoFrom} and checked_in_at < ${expoUntil}) as turns,
           (select count(*) from attendance where district_id = ${d} and subject_kind = 'session') as turns_of_year,
           (select count(*) from attendance where district_id = ${d} and subject_kind = 'order') as turns_at_orders
      from activity_session s
      join activity a on a.district_id = s.district_id and a.id = s.activity_id
      join unit u on u.district_id = a.district_id and u.id = a.unit_id
     where s.district_id = ${d}`)
  const hours = await tx.one<Pick<VolunteeringTotals, 'bookedHours' | 'waiting' | 'corrected' | 'cases'>>(sql`
    select coalesce(round(sum(booked_minutes) / 60.0), 0)::int as booked_hours, count(*) filter (where next_step is not null) as waiting,
           count(*) filter (where entries > 1) as corrected,
           (select count(*) from hours_case where district_id = ${d}) as cases
      from hours_record where district_id = ${d}`)
  const tiers = await tx.rows<VolunteeringTotals['tiers'][number]>(sql`
    select tier, count(*) as count from team where district_id = ${d} and ended_on is null group by tier order by tier`)
  const families = await tx.rows<VolunteeringTotals['families'][number]>(sql`
    select f.slot, count(t.id) as count from team_family f
      left join team t on t.district_id = f.district_id and t.family_id = f.id and t.ended_on is null
     where f.district_id = ${d} group by f.slot order by f.slot`)
  const methods = await tx.rows<VolunteeringTotals['methods'][number]>(sql`
    select check_in_method as method, count(*) as count from attendance
     where district_id = ${d} and subject_kind = 'session' group by 1 order by 2 desc, 1`)
  return { ...people, ...served, ...hours, tiers, families, methods }
}

/**
 * How many the plan lets register, by the end and within the first fortnight. For the whole year they are the seed's; a small
 * share has more, because its teams alone have nearly as many members as its share of all volunteers.
 */
export function plannedVolunteers({ span, teams, volunteers }: YearPlan): {
  readonly volunteers: number
  readonly volunteersFirst: number
} {
  const registered = [...volunteers.map(({ at }) => at), ...registeringTimes(teams)]
  const firstEnd = startOfDate(addDays(span.from, firstDays(span))).getTime()
  return { volunteers: registered.length, volunteersFirst: registered.filter((at) => at < firstEnd).length }
}

/** What differs from the plan; nothing when all is as promised. */
export function differencesOfVolunteering(plan: YearPlan, totals: VolunteeringTotals): string[] {
  const { span, teams, sessions } = plan
  const held = sessions.filter((session) => !session.isCancelled)
  const date = (at: number) => dateIn(new Date(at))
  const ofExpo = held.filter(({ from }) => date(from) >= EXPO_FROM && date(from) < EXPO_UNTIL)
  const sum = (list: typeof held) => list.reduce((all, { people }) => all + people.length, 0)
  const wanted = {
    ...plannedVolunteers(plan),
    teams: teams.length,
    activities: span.activities,
    turns: sum(ofExpo),
    turnsOfYear: sum(held),
  }
  return Object.entries(wanted).flatMap(([key, count]) => {
    const found = totals[key as keyof typeof wanted]
    return found === count ? [] : [`${key} ${found}, not ${count}`]
  })
}
