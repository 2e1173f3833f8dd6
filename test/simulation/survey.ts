/** What stands in the district's orders now, read past every view of ours: for choosing the next step and for telling a change. */
import type { Ground } from './promises/ground.ts'

export interface OrderNow {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly version: number
  readonly nextStep: string
  readonly outcome: string | null
  readonly returns: number
  readonly reopenings: number
  readonly channel: string
  readonly urgency: string
  readonly title: string
  readonly headcount: number
  readonly dueAt: Date
  readonly isWithLeader: boolean
  readonly scheduledFrom: Date | null
  readonly scheduledUntil: Date | null
  /** Slug of the category. */
  readonly category: string
  /** Name of the resident who placed it, login of staff who did. */
  readonly placedBy: string | null
  readonly unit: string
  readonly responsibleUnit: string
  /** Name of the team or slug of the agency that has it. */
  readonly provider: string | null
  readonly asked: readonly string[]
  readonly poolIsOpen: boolean
  readonly isPaused: boolean
  readonly needsAgreement: boolean
  readonly needsInsurance: boolean
  readonly openFollowUp: string | null
  readonly present: readonly string[]
  readonly unreached: number
}

const SURVEY = {
  name: 'simulation-survey',
  text: `
    select o.id, o.number, o.state, o.version, o.next_step as "nextStep", o.outcome, o.returns, o.reopenings, o.channel,
           o.urgency, o.title, o.headcount, o.due_at as "dueAt", o.is_with_leader as "isWithLeader",
           o.scheduled_from as "scheduledFrom", o.scheduled_until as "scheduledUntil", c.slug as category,
           coalesce(a.login, p.name) as "placedBy", (select code from unit_period u where u.district_id = o.district_id and u.unit_id = o.unit_id limit 1) as unit,
           (select code from unit_period u where u.district_id = o.district_id and u.unit_id = o.responsible_unit_id limit 1) as "responsibleUnit",
           coalesce(t.name, v.slug) as provider,
           coalesce(asks.asked, '{}') as asked,
           exists (select from order_pool l where l.district_id = o.district_id and l.order_id = o.id and l.closed_at is null) as "poolIsOpen",
           exists (select from order_pause l where l.district_id = o.district_id and l.order_id = o.id and l.resumed_at is null) as "isPaused",
           o.agreement_triggers <> '{}' and o.agreement_at is null as "needsAgreement",
           (o.risks <> '{}' or 'high-risk' = any(o.agreement_triggers)) and o.insurance_confirmed_at is null as "needsInsurance",
           (select f.kind from follow_up f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open') as "openFollowUp",
           array(select q.name from attendance w join person q on q.district_id = w.district_id and q.id = w.person_id
                  where w.district_id = o.district_id and w.subject_id = o.id and w.checked_out_at is null order by q.name) as present,
           (select count(*)::int from order_answer n where n.district_id = o.district_id and n.order_id = o.id and not n.reached) as unreached
      from service_order o
      join category c on c.district_id = o.district_id and c.id = o.category_id
      left join unit v on v.district_id = o.district_id and v.id = o.provider_unit_id
      left join team t on t.district_id = o.district_id and t.id = o.provider_team_id
      left join person p on p.district_id = o.district_id and p.id = o.placed_by
      left join staff_account a on a.district_id = o.district_id and a.person_id = o.placed_by
      left join lateral (
        select array_agg(coalesce(x.name, y.slug) order by f.made_at, f.id) as asked from order_offer f
          left join team x on x.district_id = f.district_id and x.id = f.provider_team_id
          left join unit y on y.district_id = f.district_id and y.id = f.provider_unit_id
         where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open') asks on true
     where o.district_id = $1 and ($2::uuid is null or o.id = $2) order by o.number`,
}

/** All orders by number, or the one. */
export function surveyOrders(ground: Ground, id: string | null = null): Promise<OrderNow[]> {
  return ground.rows(SURVEY, [ground.districtId, id])
}

const NEXT_DUE = {
  name: 'simulation-next-due',
  text: `
    select min(at) as at from (
      select min(next_reminder_at) as at from order_offer
       where district_id = $1 and state = 'open' and next_reminder_at > $2 and next_reminder_at < deadline_at
      union all select min(deadline_at) from order_offer where district_id = $1 and state = 'open' and deadline_at > $2
      union all select min(deadline_at) from order_pool where district_id = $1 and closed_at is null and deadline_at > $2
      union all select min(until_at) from order_pause where district_id = $1 and resumed_at is null and until_at > $2
      union all select min(due_at) from service_order where district_id = $1 and state <> 'closed' and due_at > $2
      union all select min(offer_until) from sign_up where district_id = $1 and state = 'offered' and offer_until > $2
      union all select min(ends_at) + interval '1 hour' from activity_session
       where district_id = $1 and state = 'planned' and ends_at + interval '1 hour' > $2
      union all select min(expires_at) from ledger_transfer where district_id = $1 and kind = 'pending' and expires_at > $2
    ) due`,
}

/** The next instant at which something falls due after another, or null. */
export async function nextDueAfter(ground: Ground, at: number): Promise<number | null> {
  const [row] = await ground.rows<{ at: Date | null }>(NEXT_DUE, [ground.districtId, new Date(at)])
  return row?.at == null ? null : row.at.getTime()
}
