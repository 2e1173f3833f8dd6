import { dateIn } from '#platform/dates.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import type { Work } from '#platform/work.ts'
import { endOpenPause, insertPause, lockOpenPause, stopClocks } from './clock-rows.ts'
import { deadlines } from './deadlines.ts'
import { requireLicences } from './licences.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { withdrawOffers } from './offer-rows.ts'
import { tellLeaders } from './offer-order.ts'
import { type Order, providerOf, RETURNS_MAX } from './order.ts'
import { updateOrder } from './order-rows.ts'
import { tellRequester } from './reach-requester.ts'
import { centreAbove } from './pass-up-order.ts'
import { refuse } from './refusals.ts'

const NO_PROVIDER = {
  providerUnitId: null,
  providerTeamId: null,
  providerContactName: null,
  providerContactPhoneCipher: null,
  scheduledFrom: null,
  scheduledUntil: null,
} as const

/** Agrees the time with the requester, which is the first contact; it can be agreed anew until the service begins. */
export async function scheduleOrder(
  work: Work,
  orderId: string,
  given: { from: Date; until: Date; agreedWith: string; note: string },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'schedule')
  if (given.until <= given.from) throw refuse('time-empty', {}, { field: 'until' })
  if (given.until <= work.now) throw refuse('time-past', {}, { field: 'from' })
  await requireLicences(work, order, providerOf(order), dateIn(given.from))
  const limits = await deadlines(work.tx, work.now)
  // Whoever has agreed a time no longer waits; the pause's end would otherwise overwrite the due time of the service.
  await endOpenPause(work, order, limits.calendar)
  await stopClocks(work.tx, order.id, ['first-contact'], work.now, limits.calendar)
  const scheduled = moveOrder(work, order, {
    move: 'schedule',
    to: 'scheduled',
    reason: given.note === '' ? null : given.note,
    change: {
      scheduledFrom: given.from,
      scheduledUntil: given.until,
      nextStep: 'serve',
      dueAt: limits.dueAfter('finish-service', order.urgency, given.until),
    },
  })
  await tellRequester(work, scheduled, 'order-scheduled')
  return scheduled
}

/** The provider gives it back to the centre (退单); after two returns the centre decides, and no provider may return it again. */
export async function returnOrder(
  work: Work,
  orderId: string,
  given: { reason: string; note: string },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'return')
  if (order.returns >= RETURNS_MAX) throw refuse('returns-used-up')
  const returns = order.returns + 1
  // Who was asked twice in vain does not find a third: the centre decides.
  const centreId = returns < RETURNS_MAX ? null : await centreAbove(work, order.responsibleUnitId)
  return takeBack(work, order, {
    move: 'return',
    reasonCode: given.reason,
    reason: given.note,
    returns,
    responsibleUnitId: centreId ?? order.responsibleUnitId,
  })
}

/** The dispatcher takes it from its provider to dispatch it anew (转派). */
export async function reassignOrder(work: Work, orderId: string, reason: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'reassign')
  const { returns, responsibleUnitId, providerTeamId } = order
  if (providerTeamId !== null) await tellLeaders(work, order, providerTeamId, 'service-called-off')
  return takeBack(work, order, { move: 'reassign', reasonCode: null, reason, returns, responsibleUnitId })
}

async function takeBack(
  work: Work,
  order: Order,
  why: {
    move: 'return' | 'reassign'
    reasonCode: string | null
    reason: string
    returns: number
    responsibleUnitId: string
  },
): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  await withdrawOffers(work.tx, order.id, work.now, work.actor.personId, { accepted: true })
  await endOpenPause(work, order, limits.calendar)
  const back = moveOrder(work, order, {
    move: why.move,
    to: 'dispatching',
    reasonCode: why.reasonCode,
    reason: why.reason,
    change: {
      ...NO_PROVIDER,
      returns: why.returns,
      responsibleUnitId: why.responsibleUnitId,
      nextStep: 'dispatch',
      dueAt: limits.dueAfter('dispatch', order.urgency, work.now),
    },
  })
  await tellRequester(work, back, 'order-returned')
  return back
}

/** Stops the clocks while something outside has to happen; somebody looks again at `until` at the latest. */
export async function pauseOrder(
  work: Work,
  orderId: string,
  given: { reason: string; note: string; until: Date },
): Promise<void> {
  const order = await lockFor(work, orderId, 'pause')
  if (given.until <= work.now) throw refuse('pause-until-past', {}, { field: 'until' })
  if ((await lockOpenPause(work.tx, order.id)) !== undefined) throw refuse('pause-open')
  const { calendar } = await deadlines(work.tx, work.now)
  const pause = {
    id: newUuid7(work.now),
    orderId: order.id,
    reason: given.reason,
    note: given.note,
    at: work.now,
    untilAt: given.until,
    dueAt: order.dueAt,
    actorId: work.actor.personId,
  }
  await insertPause(work.tx, pause, calendar)
  await updateOrder(work.tx, order.id, { dueAt: given.until })
  work.audit({
    action: 'orders.pause',
    subject: { kind: 'order', id: order.id },
    details: { reason: given.reason, until: given.until.toISOString() },
  })
}

/** The clocks go on where they stood. */
export async function resumeOrder(work: Work, orderId: string): Promise<void> {
  const order = await lockFor(work, orderId, 'resume')
  if (!(await resume(work, order))) throw refuse('no-pause')
}

/** Ends an open pause, if there is one. */
export async function resume(work: Work, order: Order): Promise<boolean> {
  const { calendar } = await deadlines(work.tx, work.now)
  const pause = await endOpenPause(work, order, calendar)
  if (pause === undefined) return false
  await updateOrder(work.tx, order.id, { dueAt: addWorkingMinutes(work.now, pause.remainingWorkingMinutes, calendar) })
  work.audit({ action: 'orders.resume', subject: { kind: 'order', id: order.id } })
  return true
}

/** The requester asks for progress (催办): whoever serves or is responsible is told; it stands in the audit log. */
export async function remindOrder(work: Work, orderId: string, note: string): Promise<void> {
  const order = await lockFor(work, orderId, 'remind')
  if (order.providerTeamId !== null) await tellLeaders(work, order, order.providerTeamId, 'order-reminded')
  await updateOrder(work.tx, order.id, {})
  work.audit({
    action: 'orders.remind',
    subject: { kind: 'order', id: order.id },
    details: { responsibleUnitId: order.responsibleUnitId, hasNote: note !== '' },
  })
}
