import { enterAssistedOrder, enterOrderBatch, type Placed, placeOrder, type Wanted } from '#modules/orders/index.ts'
import type { PlannedOrder } from './planned.ts'
import { placerOf, type World, write } from './world.ts'

/** Key of the write that places an order; orders of one batch share it. */
export function placingKey(p: PlannedOrder): string {
  return `place ${p.batch?.[0] ?? p.no}`
}

/** Places an order, or its whole batch, by whoever would; the plan's numbers then have orders of the database. */
export async function place(world: World, p: PlannedOrder): Promise<readonly number[]> {
  const nos = p.batch ?? [p.no]
  const actor = await placerOf(world, p)
  const ids = await write(world, actor, placingKey(p), async (work) => {
    if (p.channel === 'web') return [await placeOrder(work, wantedOf(world, p))].map(idOf)
    const contact = { contactName: p.contact.name, contactPhone: p.contact.phone }
    if (p.channel === 'batch') {
      const rows = nos.map((no) => world.plan.orders[no - 1]!)
      const wanted = rows.map((row) => ({ ...wantedOf(world, row), contactPhone: row.contact.phone }))
      return (await enterOrderBatch(work, wanted, true)).map(idOf)
    }
    const assisted = {
      ...wantedOf(world, p),
      ...contact,
      channel: p.channel,
      callBackPhone: p.channel === 'proxy' ? p.contact.phone : null,
      proxyRelation: p.relation,
      consentGiven: true,
      readBack: p.channel !== 'paper',
    }
    return [await enterAssistedOrder(work, assisted)].map(idOf)
  })
  for (const [at, no] of nos.entries()) world.placed.set(no, ids[at]!)
  return nos
}

function idOf(placed: Placed): string {
  return placed.id
}

function wantedOf(world: World, p: PlannedOrder): Wanted {
  const offeringId = p.offering === null ? null : world.offerings.get(p.offering)
  if (offeringId === undefined) throw new Error(`Order ${p.no} wants an offering that is not published.`)
  return {
    categoryId: world.units.categories.get(p.category)!,
    offeringId,
    title: p.title,
    details: p.details,
    unitId: world.units.idOf(p.station),
    address: p.address,
    venue: p.venue,
    targetGroup: p.targetGroup,
    headcount: p.headcount,
    windowFrom: p.window === null ? null : new Date(p.window.from),
    windowUntil: p.window === null ? null : new Date(p.window.until),
    urgency: p.urgency,
    risks: p.risks,
    agreementTriggers: [],
    contactName: p.contact.name,
    placeAnyway: true,
  }
}
