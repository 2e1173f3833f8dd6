import { findPerson, phoneIndex } from '#modules/people/index.ts'
import { type Actor, holdsAny, unitsHeld } from '#platform/actor.ts'
import { empty, sql, type Tx } from '#platform/db.ts'
import { searchKeys } from '#platform/pinyin.ts'
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

const DAYS_BACK = 60
const ROWS_MAX = 5
/** Share of the shorter title's character pairs that must recur. */
const LIKENESS_MIN = 0.5

/**
 * Open orders that look like the one being entered: the same contact and category with a like title or the same offering;
 * for staff also those of the same village. A resident sees only the own ones, because the others are somebody's privacy.
 */
export async function findSimilarOrders(
  { tx, actor, now }: Work | Read,
  wanted: { unitId: string; categoryId: string; offeringId?: string | null; title: string; phoneIndex: Buffer | null },
): Promise<SimilarOrder[]> {
  const [own, phone] =
    actor.kind === 'staff' ? [null, wanted.phoneIndex] : [actor.personId, await ownPhoneIndex(tx, actor)]
  const units =
    actor.kind === 'staff' && !holdsAny(actor, ['phone-agent'])
      ? [...unitsHeld(actor, ['dispatcher', 'station-keeper'])]
      : null
  const rows = await tx.rows<SimilarOrder & { offeringId: string | null }>(sql`
    select id, number, title, state, placed_at, next_step, offering_id,
           coalesce(contact_phone_index = ${phone}::bytea or requester_id = ${own}::uuid, false) as mine
      from service_order
     where district_id = ${tx.districtId} and state <> 'closed' and outcome is distinct from 'cancelled'
       and placed_at > ${now}::timestamptz - make_interval(days => ${DAYS_BACK}) and category_id = ${wanted.categoryId}
       and (contact_phone_index = ${phone}::bytea or requester_id = ${own}::uuid or (${actor.kind === 'staff'}::boolean and unit_id = ${wanted.unitId}))
       ${units === null ? empty : sql`and unit_id = any(${units}::uuid[])`}
     order by placed_at desc limit 50`)
  return rows
    .filter(
      (row) => (row.offeringId !== null && row.offeringId === wanted.offeringId) || alike(row.title, wanted.title),
    )
    .slice(0, ROWS_MAX)
    .map(({ id, number, title, state, placedAt, nextStep, mine }) => ({
      id,
      number,
      title,
      state,
      placedAt,
      nextStep,
      mine,
    }))
}

/** The phone a resident proved to hold, not the one he or she types: anybody's could be typed. */
async function ownPhoneIndex(tx: Tx, actor: Actor): Promise<Buffer | null> {
  const person = actor.personId === null ? undefined : await findPerson(tx, actor.personId)
  return person?.phone == null ? null : phoneIndex(tx, person.phone)
}

function alike(a: string, b: string): boolean {
  const pairs = (text: string) => new Set(searchKeys(text).bigrams.filter((key) => Array.from(key).length > 1))
  const [x, y] = [pairs(a), pairs(b)]
  if (x.size === 0 || y.size === 0) return a.trim() === b.trim()
  return [...x].filter((pair) => y.has(pair)).length / Math.min(x.size, y.size) >= LIKENESS_MIN
}
