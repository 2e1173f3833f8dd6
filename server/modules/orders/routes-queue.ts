import { PAGE_ROWS } from '#contract/kit.ts'
import type { ordersRoutes } from '#contract/orders.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { findPerson, phoneIndex } from '#modules/people/index.ts'
import { teamsLedBy, teamsOf } from '#modules/teams/index.ts'
import { translateByName } from '#i18n/translate.ts'
import { holdsAny, unitsHeld } from '#platform/actor.ts'
import type { Handlers } from '#platform/handlers.ts'
import { dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import { normalisePhone } from '#platform/national-codes.ts'
import { parseOrderNumber } from '#platform/order-number.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read } from '#platform/work.ts'
import { listFollowUps } from './follow-up-views.ts'
import { inboxOf, offerViews } from './offer-views.ts'
import { ORDER_STATES } from './order.ts'
import { listOrders, listOrdersOf } from './list-orders.ts'
import { countStates, orderListRows } from './order-views.ts'
import { ordersPermissions } from './permissions.ts'

type Queues = Pick<
  Handlers<typeof ordersRoutes>,
  'listOrders' | 'countOrders' | 'listMyOrders' | 'listOffers' | 'listFollowUps'
>

// Roles at the centre cover the whole district, so that their queues need no list of units.
const DISTRICT_WIDE = ['phone-agent', 'centre-leader', 'auditor'] as const

/** Lists: queues of the units one works for, one's own orders, a provider's inbox, calls to make. */
export const queueHandlers: Queues = {
  async listOrders(read, { query }) {
    const { tx, now } = read
    const limit = query.limit ?? PAGE_ROWS
    const sort = query.sort ?? 'due'
    const states = query.state?.split(',')
    if (states?.some((state) => !(ORDER_STATES as readonly string[]).includes(state))) {
      throw new Refusal('platform.invalid', 400, { count: 1 }, { field: 'state' })
    }
    const contactPhoneIndex = contactIndexOf(tx, query.q)
    const number = contactPhoneIndex === null && query.q !== undefined ? parseOrderNumber(query.q) : null
    const filter = {
      ...query,
      q: contactPhoneIndex === null && number === null ? query.q : undefined,
      contactPhoneIndex,
      number,
      states,
      unitIds: await scopeOf(read),
      overdue: query.overdue === 'only',
      sort,
      after: timeCursor(query.cursor),
      limit: limit + 1,
    }
    const rows = await listOrders(tx, filter, now)
    const keyOf = (row: { dueAt: Date; placedAt: Date; id: string }) => [
      (sort === 'due' ? row.dueAt : row.placedAt).toISOString(),
      row.id,
    ]
    return { answer: pageOf(rows, limit, keyOf) }
  },
  async countOrders(read) {
    return { answer: await countStates(read.tx, await scopeOf(read), read.now) }
  },
  async listMyOrders({ tx, actor, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const person = await findPerson(tx, actor.personId!)
    const index = person?.phone == null ? null : phoneIndex(tx, person.phone)
    const paging = { after: timeCursor(query.cursor), limit: limit + 1 }
    const rows = await listOrdersOf(tx, { personId: actor.personId!, phoneIndex: index }, paging, now)
    return { answer: pageOf(rows, limit, (row) => [row.placedAt.toISOString(), row.id]) }
  },
  async listOffers({ tx, actor, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const unitIds = [...unitsHeld(actor, ['provider'])]
    const teamIds =
      actor.kind === 'staff'
        ? []
        : query.box === 'mine'
          ? (await teamsOf(tx, actor.personId!)).map((team) => team.id)
          : await teamsLedBy(tx, actor.personId!)
    if (unitIds.length === 0 && teamIds.length === 0) throw new Refusal('platform.forbidden', 403, {})
    const paging = { before: timeCursor(query.cursor), limit: limit + 1 }
    const entries = await inboxOf(tx, { unitIds, teamIds }, query.box, paging)
    const orders = await orderListRows(
      tx,
      entries.map((entry) => entry.orderId),
      now,
    )
    const page = pageOf(entries, limit, (entry) => [entry.at.toISOString(), entry.offerId ?? entry.orderId])
    const offerIds = page.rows.flatMap((entry) => entry.offerId ?? [])
    const offers = offerIds.length === 0 ? [] : await offerViews(tx, { ids: offerIds }, now)
    const rows = page.rows.map((entry) => {
      const order = orders.get(entry.orderId)!
      return {
        offer: offers.find((offer) => offer.id === entry.offerId) ?? null,
        order,
        summary: translateByName(actor.locale, `orders.next.${order.nextStep}`) ?? '',
      }
    })
    return { answer: { rows, nextCursor: page.nextCursor } }
  },
  async listFollowUps({ tx, actor, now }, { query }) {
    if (!holdsAny(actor, ['caller'])) throw new Refusal('platform.forbidden', 403, {})
    const limit = query.limit ?? PAGE_ROWS
    const rows = await listFollowUps(tx, actor.personId!, { after: timeCursor(query.cursor), limit: limit + 1 }, now)
    return { answer: pageOf(rows, limit, (row) => [row.dueAt.toISOString(), row.id]) }
  },
}

/** A telephone number typed into the search finds the orders of that contact, which the phone desk asks first. */
function contactIndexOf(tx: Tx, q: string | undefined): Buffer | null {
  const phone = q === undefined ? null : normalisePhone(q)
  return phone === null ? null : phoneIndex(tx, phone)
}

/** Units whose orders the actor may list; null for the whole district. */
async function scopeOf({ tx, actor, now }: Read): Promise<string[] | null> {
  if (holdsAny(actor, DISTRICT_WIDE)) return null
  const roles: readonly string[] = ordersPermissions['orders.read']
  const on = dateIn(now)
  for (const { role, unitId } of actor.grants) {
    // Who works at the centre works for every unit there is.
    const unit = roles.includes(role) ? await findUnit(tx, unitId, on) : undefined
    if (unit !== undefined && unit.parentId === null) return null
  }
  return [...unitsHeld(actor, roles)]
}

function timeCursor(cursor: string | undefined): { at: Date; id: string } | undefined {
  const [at, id] = cursorOf(cursor, ['instant', 'id'])
  return at === undefined || id === undefined ? undefined : { at: new globalThis.Date(at), id }
}
