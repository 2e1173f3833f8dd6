import QRCode from 'qrcode'
import { checkIn, checkOut, closeForgotten } from '#modules/attendance/index.ts'
import { isLeader, membersOf } from '#modules/teams/index.ts'
import { Refusal } from '#platform/refusal.ts'
import { rotatingCode, verifyRotatingCode } from '#platform/rotating-code.ts'
import type { Tx } from '#platform/db.ts'
import type { Read, Work } from '#platform/work.ts'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { inState, isParty } from './acts.ts'
import { endOpenPause, stopClocks } from './clock-rows.ts'
import { deadlines } from './deadlines.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { type Order, roundOf } from './order.ts'
import { findOrder } from './order-rows.ts'
import { partiesOf } from './parties.ts'
import { recordOrderHours } from './record-order-hours.ts'
import { writeAnswer } from './reach-requester.ts'
import { refuse } from './refusals.ts'

const CODE_WINDOW_SECONDS = 30
const PIN_DIGITS = 4

/** The rotating code that the person in charge shows on site. */
export async function checkInCode(
  read: Read,
  orderId: string,
  realNow: Date,
): Promise<{ code: string; qrSvg: string; secondsLeft: number }> {
  const order = await mayShow(read, orderId, 'show-code')
  const code = rotatingCode({
    shape: 'digits',
    key: codeKey(read.tx),
    subject: subjectOf(order),
    at: realNow,
    windowSeconds: CODE_WINDOW_SECONDS,
  })
  const secondsLeft = CODE_WINDOW_SECONDS - (Math.floor(realNow.getTime() / 1000) % CODE_WINDOW_SECONDS)
  return { code, qrSvg: await QRCode.toString(code, { type: 'svg', margin: 1 }), secondsLeft }
}

/** The PIN that the beneficiary tells the volunteer; it is derived, so no table holds it. */
export async function pinOf(read: Read, orderId: string): Promise<string> {
  return derivedPin(read.tx, await mayShow(read, orderId, 'show-pin'))
}

export interface CheckInRequest {
  readonly direction: 'in' | 'out'
  readonly method: 'rotating-code' | 'beneficiary-pin' | 'leader-co-sign'
  readonly code: string | null
  readonly personId: string | null
}

/** Checks a member of the serving team in or out: by the code on site, the beneficiary's PIN, or the leader's signature. */
export async function checkInAtOrder(work: Work, orderId: string, given: CheckInRequest, realNow: Date): Promise<void> {
  const order = await lockFor(work, orderId, 'check-in')
  const personId = given.method === 'leader-co-sign' ? (given.personId ?? work.actor.personId!) : work.actor.personId!
  if (
    order.providerTeamId === null ||
    !(await membersOf(work.tx, order.providerTeamId)).some((member) => member.personId === personId)
  ) {
    throw refuse('not-a-member', {}, { field: 'personId' })
  }
  const coSignedBy = given.method === 'leader-co-sign' ? await coSigner(work, order, personId) : null
  if (coSignedBy === null) verifyCode(work.tx, order, given, realNow)
  const record = { kind: 'order', subjectId: order.id, personId, method: given.method } as const
  if (given.direction === 'out') await checkOut(work, record)
  else {
    await checkIn(work, { ...record, coSignedBy })
    if (order.state === 'scheduled') await begin(work, order)
  }
}

/** The service begins, for a provider that does not check volunteers in. */
export async function startService(work: Work, orderId: string): Promise<Order> {
  return begin(work, await lockFor(work, orderId, 'start'))
}

/**
 * The service is done: what came of it and for how many people. The requester gets the result with a link; forgotten
 * check-outs end at the planned time.
 */
export async function deliverOrder(
  work: Work,
  orderId: string,
  given: { result: string; actualHeadcount: number },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'deliver')
  const limits = await deadlines(work.tx, work.now)
  await closeForgotten(work, 'order', order.id, order.scheduledUntil ?? work.now)
  await recordOrderHours(work, order)
  await stopClocks(work.tx, order.id, ['first-contact', 'resolution'], work.now, limits.calendar)
  const delivered = moveOrder(work, order, {
    move: 'deliver',
    to: 'delivered',
    change: {
      deliveredAt: work.now,
      deliveryResult: given.result,
      actualHeadcount: given.actualHeadcount,
      nextStep: 'confirm',
      dueAt: limits.dueAfter('confirm', order.urgency, work.now),
    },
  })
  await writeAnswer(work, delivered, { kind: 'result', text: given.result })
  return delivered
}

async function begin(work: Work, order: Order): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  // A service that began does not wait any more. Without a pause the due time of the agreed hour stays.
  const pause = await endOpenPause(work, order, limits.calendar)
  const dueAt = pause === undefined ? order.dueAt : limits.dueAfter('finish-service', order.urgency, work.now)
  const change = { serviceStartedAt: work.now, nextStep: 'finish-service', dueAt } as const
  return moveOrder(work, order, { move: 'start', to: 'in_service', change })
}

async function mayShow(read: Read, orderId: string, act: 'show-code' | 'show-pin'): Promise<Order> {
  const order = await findOrder(read.tx, orderId)
  const parties = order === undefined ? new Set<never>() : await partiesOf(read, order)
  if (order === undefined || parties.size === 0) throw new Refusal('platform.not-found', 404, {})
  if (!isParty(act, parties)) throw new Refusal('platform.forbidden', 403, {})
  if (!inState(act, order.state)) throw refuse('wrong-state', {}, { details: { state: order.state } })
  return order
}

async function coSigner(work: Work, order: Order, personId: string): Promise<string> {
  const leaderId = work.actor.personId!
  if (!(await isLeader(work.tx, order.providerTeamId!, leaderId))) throw refuse('not-a-leader')
  if (leaderId === personId) throw refuse('own-co-sign')
  return leaderId
}

function verifyCode(tx: Tx, order: Order, given: CheckInRequest, realNow: Date): void {
  if (given.code === null || given.code === '') throw refuse('code-needed', {}, { field: 'code' })
  const right =
    given.method === 'beneficiary-pin'
      ? sameText(given.code, derivedPin(tx, order))
      : verifyRotatingCode(
          {
            shape: 'digits',
            key: codeKey(tx),
            subject: subjectOf(order),
            at: realNow,
            windowSeconds: CODE_WINDOW_SECONDS,
          },
          given.code,
        ).ok
  if (!right) throw refuse('code-wrong', {}, { field: 'code' })
}

function codeKey(tx: Tx): Buffer {
  return tx.personal.secret('check-in-code')
}

function subjectOf(order: Order): string {
  return `order:${order.id}:${roundOf(order)}`
}

function derivedPin(tx: Tx, order: Order): string {
  const digest = createHmac('sha256', tx.personal.secret('order-pin')).update(subjectOf(order)).digest()
  return String(digest.readUInt32BE(0) % 10 ** PIN_DIGITS).padStart(PIN_DIGITS, '0')
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a.trim()), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
