import { type Actor, holdsAny, unitsHeld } from '#platform/actor.ts'
import { empty, sql, type Sql } from '#platform/db.ts'
import { pairsIn } from '#platform/pinyin.ts'
import type { Read, Work } from '#platform/work.ts'
import type { OrderState } from './order.ts'

export interface SimilarOrder {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly state: OrderState
  readonly placedAt: Date
  readonly nextStep: string
  readonly mine: boolean
}

/** An open order of the same contact or village and category; whether it looks the same is decided by `similarAmong`. */
export type LikelyOrder = SimilarOrder & { readonly offeringId: string | null }

/** What an order that is being entered is compared by. */
export interface Likeness {
  readonly unitId: string
  readonly categoryId: string
  readonly offeringId?: string | null
  readonly title: string
}

const DAYS_BACK = 60
const ROWS_MAX = 5
/** Share of the shorter title's character pairs that must recur. */
const LIKENESS_MIN = 0.5

/**
 * Open orders that look like the one being entered: the same contact and category with a like title or the same offering;
 * for staff also those of the same village. A resident sees only the own ones, because the others are somebody's privacy.
 */
export async function findSimilarOrders(
  { tx, actor }: Work | Read,
  wanted: Likeness & { phoneIndex: Buffer | null },
): Promise<SimilarOrder[]> {
  return similarAmong(await tx.rows<LikelyOrder>(likelyOrders(actor, wanted, wanted.phoneIndex)), wanted)
}

/** The statement behind it. @param phone index of the contact's phone, for staff; residents are found by the phone they proved */
export function likelyOrders(actor: Actor, wanted: Likeness, phone: Buffer | null): Sql {
  const isStaff = actor.kind === 'staff'
  const own = isStaff ? null : actor.personId
  // The phone a resident proved to hold, not the one he or she types: anybody's could be typed.
  const index = isStaff
    ? sql`${phone}::bytea`
    : sql`(select phone_index from person where district_id = ${actor.districtId} and id = ${own}::uuid)`
  const units =
    isStaff && !holdsAny(actor, ['phone-agent']) ? [...unitsHeld(actor, ['dispatcher', 'station-keeper'])] : null
  return sql`
    select id, number, title, state, placed_at, next_step, offering_id,
           coalesce(contact_phone_index = ${index} or requester_id = ${own}::uuid, false) as mine
      from service_order
     where district_id = ${actor.districtId} and state <> 'closed' and outcome is distinct from 'cancelled'
       and placed_at > (select huiyin_now()) - make_interval(days => ${DAYS_BACK}) and category_id = ${wanted.categoryId}
       and (contact_phone_index = ${index} or requester_id = ${own}::uuid
            ${isStaff ? sql`or unit_id = ${wanted.unitId}` : empty})
       ${units === null ? empty : sql`and unit_id = any(${units}::uuid[])`}
     order by placed_at desc limit 50`
}

/** Those of the likely orders that look the same. */
export function similarAmong(rows: readonly LikelyOrder[], wanted: Likeness): SimilarOrder[] {
  return rows
    .filter(
      (row) => (row.offeringId !== null && row.offeringId === wanted.offeringId) || alike(row.title, wanted.title),
    )
    .slice(0, ROWS_MAX)
    .map(({ id, number, title, state, placedAt, nextStep, mine }) => {
      return { id, number, title, state, placedAt, nextStep, mine }
    })
}

function alike(a: string, b: string): boolean {
  const [x, y] = [pairsIn(a), pairsIn(b)]
  if (x.size === 0 || y.size === 0) return a.trim() === b.trim()
  return [...x].filter((pair) => y.has(pair)).length / Math.min(x.size, y.size) >= LIKENESS_MIN
}
