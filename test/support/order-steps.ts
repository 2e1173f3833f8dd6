// The steps of an order's life, each by whoever takes it, so that a test can begin where it has something to say.
import { acceptOffer, claimOrder } from '../../server/modules/orders/accept-offer.ts'
import { confirmOrder, evaluateOrder } from '../../server/modules/orders/judge-order.ts'
import { offerOrder, openPool } from '../../server/modules/orders/offer-order.ts'
import { offersOf } from '../../server/modules/orders/offer-rows.ts'
import type { Order, OrderState, Provider } from '../../server/modules/orders/order.ts'
import { findOrder } from '../../server/modules/orders/order-rows.ts'
import { scheduleOrder } from '../../server/modules/orders/schedule-order.ts'
import { checkInAtOrder, deliverOrder, startService } from '../../server/modules/orders/serve-order.ts'
import { takeInOrder } from '../../server/modules/orders/take-in-order.ts'
import type { Actor } from '../../server/platform/actor.ts'
import { addMinutes } from '../../server/platform/dates.ts'
import { Refusal } from '../../server/platform/refusal.ts'
import type { Wanted } from '../../server/modules/orders/index.ts'
import type { OrderWorld, TeamFixture } from './orders.ts'

export const CONTACT = { contactName: '林三', contactPhone: '13900000599' }
export const TAKE_IN = { note: '', risks: [], agreementTriggers: [], urgency: 'normal' } as const

export const teamProvider = (team: TeamFixture): Provider => ({ kind: 'team', id: team.id })
export const agencyProvider = (id: string): Provider => ({ kind: 'agency', id })

/** The code of the refusal that an act meets, or 'done'. Anything else is a fault and thrown. */
export async function outcomeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

export async function orderOf(world: OrderWorld, id: string): Promise<Order> {
  return (await world.read(world.dispatcher, ({ tx }) => findOrder(tx, id)))!
}

export async function takeIn(world: OrderWorld, id: string, changes: Partial<Parameters<typeof takeInOrder>[2]> = {}) {
  return world.act(world.dispatcher, (work) => takeInOrder(work, id, { ...TAKE_IN, ...changes }))
}

/** Asks providers; @returns the ids of the open offers, newest last */
export async function ask(world: OrderWorld, id: string, ...providers: Provider[]): Promise<string[]> {
  await world.act(world.dispatcher, (work) => offerOrder(work, id, { providers, note: '' }))
  const offers = await world.read(world.dispatcher, ({ tx }) => offersOf(tx, id))
  return offers.filter((offer) => offer.state === 'open').map((offer) => offer.id)
}

export const accept = (world: OrderWorld, offerId: string, actor: Actor) =>
  world.act(actor, (work) => acceptOffer(work, offerId, CONTACT))

export const pool = (world: OrderWorld, id: string) => world.act(world.dispatcher, (work) => openPool(work, id))

export const claim = (world: OrderWorld, id: string, team: TeamFixture) =>
  world.act(team.leader, (work) => claimOrder(work, id, teamProvider(team), CONTACT))

/** Agrees the hour from one to three hours from now. */
export const schedule = (world: OrderWorld, id: string, actor: Actor) =>
  world.act(actor, (work) =>
    scheduleOrder(work, id, {
      from: addMinutes(work.now, 60),
      until: addMinutes(work.now, 180),
      agreedWith: '陈一',
      note: '',
    }),
  )

export const sign = (world: OrderWorld, id: string, direction: 'in' | 'out', leader: Actor, personId: string) =>
  world.act(leader, (work) =>
    checkInAtOrder(work, id, { direction, method: 'leader-co-sign', code: null, personId }, work.now),
  )

export const deliver = (world: OrderWorld, id: string, actor: Actor, actualHeadcount = 3) =>
  world.act(actor, (work) => deliverOrder(work, id, { result: '教会了三位老人视频通话', actualHeadcount }))

export const confirm = (world: OrderWorld, id: string, actor: Actor) =>
  world.act(actor, (work) => confirmOrder(work, id, { actualHeadcount: null }))

export const evaluate = (world: OrderWorld, id: string, actor: Actor, stars = 5, solved = true) =>
  world.act(actor, (work) => evaluateOrder(work, id, { stars, solved, tags: [], note: '' }))

const STOPS = [
  'submitted',
  'dispatching',
  'offered',
  'accepted',
  'scheduled',
  'in_service',
  'delivered',
  'confirmed',
  'evaluated',
] as const satisfies readonly OrderState[]

/** Places an order and takes it to a state of the straight way, served by a team. @returns its id */
export async function orderAt(
  world: OrderWorld,
  stop: (typeof STOPS)[number],
  how: { wanted?: Partial<Wanted>; team?: TeamFixture; requester?: Actor } = {},
): Promise<string> {
  const team = how.team ?? world.teams.greens
  const requester = how.requester ?? world.requester
  const id = await world.place(how.wanted ?? {}, requester)
  const steps: (() => Promise<unknown>)[] = [
    () => takeIn(world, id),
    () => ask(world, id, teamProvider(team)),
    async () => {
      const offers = await world.read(world.dispatcher, ({ tx }) => offersOf(tx, id))
      await accept(world, offers.find((offer) => offer.state === 'open')!.id, team.leader)
    },
    () => schedule(world, id, team.leader),
    () => world.act(team.leader, (work) => startService(work, id)),
    () => deliver(world, id, team.leader),
    () => confirm(world, id, requester),
    () => evaluate(world, id, requester),
  ]
  for (const step of steps.slice(0, STOPS.indexOf(stop))) await step()
  return id
}

/** The working time of a limit of db/seed/defaults/orders.json, passed on the clock: `days` working days from now, and a minute. */
export async function passWorkingDays(world: OrderWorld, days: number): Promise<void> {
  let at = await world.now()
  for (let left = days; left > 0;) {
    at = addMinutes(at, 24 * 60)
    // The weeks around the world's Monday have no holiday.
    const weekday = new Date(at.getTime() + 8 * 3_600_000).getUTCDay()
    if (weekday !== 0 && weekday !== 6) left -= 1
  }
  await world.setTime(addMinutes(at, 1))
}
