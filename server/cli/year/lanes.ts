/** The lanes of the year: each order from its placing on, each offering from its publishing on, each other event by itself. */
import { confirmOffering, createOffering, type TargetGroup } from '#modules/catalogue/index.ts'
import { systemActor } from '#platform/actor.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import { sql } from '#platform/db.ts'
import { runRead, type WorkHost } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'
import type { Lane } from './agenda.ts'
import { providerLogin } from './cast.ts'
import { DAY, slotFrom } from './days.ts'
import { type Act, nextAct, type Stage } from './next-act.ts'
import { answerOffer, claim, offer, triageAct } from './perform-desk.ts'
import { call, providerAct, reach, requesterAct } from './perform-service.ts'
import { place } from './place.ts'
import type { EventLane } from './events.ts'
import type { PlannedOffering, PlannedOrder } from './planned.ts'
import { nextDue, type SeenOrder } from './see-orders.ts'
import { staffAt, type World, write } from './world.ts'

export interface OrderLane extends Lane {
  readonly kind: 'order'
  readonly p: PlannedOrder
  /** Refused acts since the order last moved. */
  stuck: number
}

export interface OfferingLane extends Lane {
  readonly kind: 'offering'
  readonly planned: PlannedOffering
  /** When it was last confirmed; null before it is published. */
  confirmedAt: Date | null
}

export type YearLane = OrderLane | OfferingLane | EventLane

/** How long after a matter fell due the sweep finds it. */
const SWEEP_MILLISECONDS = 5_000
/** A quarter less a few days: providers confirm before the offering would be hidden. */
const CONFIRM_DAYS = [70, 84] as const
const STUCK_WORKING_MINUTES = 45
const STUCK_MAX = 12

/** What an order that is placed has before it: an act of people, and what time does. */
export function orderEntries(world: World, stage: Stage, lane: OrderLane, seen: SeenOrder) {
  const { p } = lane
  if (lane.stuck > STUCK_MAX)
    throw new Error(`Order ${p.no} does not get on from ${seen.state}: ${JSON.stringify(seen)}`)
  const next = nextAct(stage, p, seen)
  const due = nextDue(seen)
  const entries: { at: number; act: (() => Promise<void>) | null }[] = []
  if (next !== null) {
    const wait = lane.stuck * STUCK_WORKING_MINUTES
    const at =
      wait === 0
        ? next.at
        : Math.max(next.at, slotFrom(addWorkingMinutes(seen.at, wait, world.calendar).getTime(), world.dice))
    entries.push({ at, act: () => perform(world, p, seen, next.act) })
  }
  if (due !== null) {
    const at = Math.ceil(due.getTime() / SWEEP_MILLISECONDS) * SWEEP_MILLISECONDS
    entries.push({ at, act: null })
  }
  return entries
}

export function placingEntry(world: World, { p }: OrderLane) {
  const isFirst = p.batch === null || p.batch[0] === p.no
  return isFirst ? [{ at: p.at, act: async () => void (await place(world, p)) }] : []
}

function perform(world: World, p: PlannedOrder, s: SeenOrder, act: Act): Promise<void> {
  switch (act.kind) {
    case 'take-in':
    case 'answer-out':
    case 'defer':
    case 'merge':
    case 'pass-up':
    case 'record-gates':
      return triageAct(world, p, s, act.kind)
    case 'offer':
      return offer(world, p, s)
    case 'claim':
      return claim(world, p, s)
    case 'accept':
    case 'decline':
      return answerOffer(world, p, s, act)
    case 'schedule':
    case 'return':
    case 'pause':
    case 'start':
    case 'deliver':
      return providerAct(world, p, s, act.kind)
    case 'cancel':
    case 'open-page':
    case 'confirm':
    case 'dispute':
    case 'evaluate':
    case 'reopen':
      return requesterAct(world, p, s, act.kind)
    case 'reach':
      return reach(world, p, s, 'call')
    case 'visit':
      return reach(world, p, s, 'visit')
    case 'call':
      return call(world, p, s)
    default:
      return neverHappens(act)
  }
}

function neverHappens(act: never): never {
  throw new Error(`Nobody can do ${JSON.stringify(act)}.`)
}

/** An offering is published once, then confirmed every quarter by its provider. */
export function offeringEntries(world: World, lane: OfferingLane) {
  const { planned, confirmedAt } = lane
  const actor = staffAt(world, providerLogin(planned.agency))
  if (confirmedAt === null) return [{ at: planned.publishedAt!, act: () => publish(world, lane) }]
  const days = world.dice.whole(...CONFIRM_DAYS, 'confirm', planned.index, confirmedAt.getTime() >> 16)
  const at = slotFrom(
    addWorkingMinutes(new Date(confirmedAt.getTime() + days * DAY), 30, world.calendar).getTime(),
    world.dice,
  )
  const id = world.offerings.get(planned.index)!
  const confirm = async () => {
    await write(world, actor, `confirm ${planned.index} ${confirmedAt.getTime()}`, async (work) => {
      await confirmOffering(work, id)
    })
    lane.confirmedAt = new Date(at)
  }
  return [{ at, act: confirm }]
}

async function publish(world: World, lane: OfferingLane): Promise<void> {
  const { planned } = lane
  const { units } = world
  const actor = staffAt(world, providerLogin(planned.agency))
  const id = await write(world, actor, `publish ${planned.index}`, (work) =>
    createOffering(work, {
      categoryId: units.categories.get(planned.category)!,
      provider: { kind: 'agency', id: units.agencies.get(planned.agency)! },
      title: planned.title.zh,
      titleEn: planned.title.en,
      summary: planned.summary.zh,
      summaryEn: planned.summary.en,
      targetGroups: planned.targetGroups as readonly TargetGroup[],
      areaUnitIds: planned.townships.map((code) => units.idOf(code)),
      durationMinutes: planned.durationMinutes,
      headcountMin: planned.headcountMin,
      headcountMax: planned.headcountMax,
      leadWorkingDays: planned.leadWorkingDays,
      monthlyQuota: planned.monthlyQuota,
      venueNeeds: [planned.venue],
      licenceNeeds: [],
      openHours: [],
      blackoutDays: [],
      isRisky: false,
    }),
  )
  world.offerings.set(planned.index, id)
  lane.confirmedAt = new Date(planned.publishedAt!)
}

/** Offerings that stand in the catalogue, by their provider and title: what an interrupted play had published. */
export async function publishedOfferings(host: WorkHost): Promise<Map<string, { id: string; confirmedAt: Date }>> {
  const rows = await runRead(host.db, systemActor(YANQING), ({ tx }) =>
    tx.rows<{ id: string; key: string; confirmedAt: Date }>(sql`
      select id, provider_unit_id || ' ' || title as key, confirmed_at from offering
       where district_id = ${tx.districtId} and provider_unit_id is not null`),
  )
  return new Map(rows.map(({ key, ...row }) => [key, row]))
}
