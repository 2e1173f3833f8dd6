/** Where orders stand, read from the database alone: what each does next follows from it, also after an interruption. */
import { systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import type { OrderState } from '#modules/orders/index.ts'
import { runRead, type WorkHost } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'

export interface SeenOrder {
  readonly id: string
  readonly state: OrderState
  readonly version: number
  readonly nextStep: string
  readonly dueAt: Date
  readonly isWithLeader: boolean
  readonly responsibleUnitId: string
  readonly providerUnitId: string | null
  readonly providerTeamId: string | null
  readonly gatesClosed: boolean
  readonly returns: number
  readonly reopenings: number
  readonly scheduledFrom: Date | null
  readonly scheduledUntil: Date | null
  readonly closedAs: string | null
  /** The last transition. */
  readonly at: Date
  readonly disputes: number
  readonly escalations: number
  readonly deferrals: number
  readonly pauses: number
  readonly pausedUntil: Date | null
  readonly offers: readonly SeenOffer[]
  readonly poolAt: Date | null
  readonly poolUntil: Date | null
  readonly followUp: SeenFollowUp | null
  readonly presentIds: readonly string[]
  readonly hasUnreached: boolean
}

export interface SeenOffer {
  readonly id: string
  readonly isOpen: boolean
  readonly unitId: string | null
  readonly teamId: string | null
  readonly madeAt: Date
  readonly deadlineAt: Date
  readonly reminderAt: Date | null
}

export interface SeenFollowUp {
  readonly id: string
  readonly attempts: number
  /** When it came up. */
  readonly at: Date
}

type Row = Omit<SeenOrder, 'offers' | 'followUp'> & {
  readonly offers: readonly Wire<SeenOffer>[]
  readonly followUp: Wire<SeenFollowUp> | null
}
/** As JSON spells it. */
type Wire<T> = {
  readonly [Key in keyof T]: T[Key] extends Date ? string : T[Key] extends Date | null ? string | null : T[Key]
}

/** Reads the given orders in one statement, by id. */
export async function seeOrders(host: WorkHost, ids: readonly string[]): Promise<Map<string, SeenOrder>> {
  // Most often it is one, and for one the database keeps its plan; for a list it would make a new one each time.
  const which = ids.length === 1 ? sql`o.id = ${ids[0]}` : sql`o.id = any(${ids}::uuid[])`
  const rows = await runRead(host.db, systemActor(YANQING), ({ tx }) =>
    tx.rows<Row>(sql`
      select o.id, o.state, o.version, o.next_step, o.due_at, o.is_with_leader, o.responsible_unit_id, o.provider_unit_id,
             o.provider_team_id, o.returns, o.reopenings, o.scheduled_from, o.scheduled_until, o.closed_as,
             cardinality(o.risks) > 0 and o.insurance_confirmed_at is null as gates_closed,
             t.at, t.disputes::int, t.escalations::int, t.deferrals::int, p.pauses::int, p.paused_until,
             coalesce(f.offers, '[]'::json) as offers, pool.opened_at as pool_at, pool.deadline_at as pool_until, u.follow_up,
             array(select a.person_id::text from attendance a where a.district_id = o.district_id and a.subject_kind = 'order'
                     and a.subject_id = o.id and a.checked_out_at is null) as present_ids,
             coalesce(unreached.is_there, false) as has_unreached
        from service_order o
        cross join lateral (
          select max(t.at) as at, count(*) filter (where t.move = 'dispute') as disputes,
                 count(*) filter (where t.move = 'escalate') as escalations, count(*) filter (where t.move = 'defer') as deferrals
            from order_transition t where t.district_id = o.district_id and t.order_id = o.id) t
        cross join lateral (
          select count(*) as pauses, max(p.until_at) filter (where p.resumed_at is null) as paused_until
            from order_pause p where p.district_id = o.district_id and p.order_id = o.id) p
        left join lateral (
          select json_agg(json_build_object('id', f.id, 'isOpen', f.state = 'open', 'unitId', f.provider_unit_id, 'teamId', f.provider_team_id,
                   'madeAt', f.made_at, 'deadlineAt', f.deadline_at, 'reminderAt', f.next_reminder_at) order by f.made_at, f.id) as offers
            from order_offer f where f.district_id = o.district_id and f.order_id = o.id) f on true
        left join lateral (
          select l.opened_at, l.deadline_at from order_pool l
           where l.district_id = o.district_id and l.order_id = o.id and l.closed_at is null limit 1) pool on true
        left join lateral (
          select json_build_object('id', u.id, 'attempts', u.attempts, 'at', u.created_at) as follow_up from follow_up u
           where u.district_id = o.district_id and u.order_id = o.id and u.state = 'open' limit 1) u on true
        left join lateral (
          select true as is_there from order_answer w
           where w.district_id = o.district_id and w.order_id = o.id and not w.reached limit 1) unreached on true
       where o.district_id = ${tx.districtId} and ${which}`),
  )
  return new Map(
    rows.map(({ offers, followUp, ...row }) => [
      row.id,
      {
        ...row,
        offers: offers.map((offer) => ({
          ...offer,
          madeAt: new Date(offer.madeAt),
          deadlineAt: new Date(offer.deadlineAt),
          reminderAt: offer.reminderAt === null ? null : new Date(offer.reminderAt),
        })),
        followUp: followUp === null ? null : { ...followUp, at: new Date(followUp.at) },
      },
    ]),
  )
}

/** When time itself next does something to the order; null when it waits for people alone. */
export function nextDue(seen: SeenOrder): Date | null {
  if (seen.state === 'closed') return null
  const open = seen.offers.filter((offer) => offer.isOpen)
  const dues = open.flatMap((offer) => [offer.deadlineAt, ...(offer.reminderAt === null ? [] : [offer.reminderAt])])
  if (seen.poolUntil !== null) dues.push(seen.poolUntil)
  if (seen.pausedUntil !== null) dues.push(seen.pausedUntil)
  const waits = seen.state === 'offered' && (open.length > 0 || seen.poolUntil !== null)
  if (!waits && !seen.isWithLeader && seen.pausedUntil === null) dues.push(seen.dueAt)
  return dues.length === 0 ? null : new Date(Math.min(...dues.map((due) => due.getTime())))
}
