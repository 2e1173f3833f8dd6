import {
  addWorkingMinutes,
  type WorkingCalendar,
  workingMinutesBetween,
  workingMinutesBetweenWithPauses,
} from '#platform/calendar.ts'
import { join, sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { ratesChange } from './rates-by-day.ts'

export type ClockKind = 'first-contact' | 'acceptance' | 'resolution'

export interface ClockRow {
  readonly kind: ClockKind
  readonly round: number
  readonly limitWorkingMinutes: number
  readonly startedAt: Date
  readonly dueAt: Date
  readonly stoppedAt: Date | null
  readonly usedWorkingMinutes: number | null
}

export interface PauseRow {
  readonly id: string
  readonly pausedAt: Date
  readonly untilAt: Date
  readonly resumedAt: Date | null
  readonly remainingWorkingMinutes: number
}

/** Starts clocks of an order; one that runs already in this round keeps running. */
export function startClocks(
  tx: Tx,
  orderId: string,
  clocks: readonly { kind: ClockKind; round: number; limitWorkingMinutes: number; at: Date }[],
  calendar: WorkingCalendar,
): void {
  const rows = clocks.map(
    ({ kind, round, limitWorkingMinutes: limit, at }) =>
      sql`(${tx.districtId}, ${orderId}, ${kind}, ${round}, ${limit}, ${at}, ${addWorkingMinutes(at, limit, calendar)})`,
  )
  tx.later(sql`
    insert into order_clock (district_id, order_id, kind, round, limit_working_minutes, started_at, due_at)
    values ${join(rows)} on conflict (district_id, order_id, kind, round) do nothing`)
}

/** Stops the running clocks of the given kinds, counting working time less pauses. */
export async function stopClocks(
  tx: Tx,
  orderId: string,
  kinds: readonly ClockKind[],
  at: Date,
  calendar: WorkingCalendar,
): Promise<void> {
  const running = (await clocksOf(tx, orderId)).filter(
    (clock) => clock.stoppedAt === null && kinds.includes(clock.kind),
  )
  if (running.length === 0) return
  const pauses = await pausesOf(tx, orderId)
  for (const clock of running) {
    // The first contact is what the response rate counts, and it may come without a move.
    if (clock.kind === 'first-contact') ratesChange(tx, newUuid7(at), orderId)
    await tx.run(sql`
      update order_clock set stopped_at = greatest(${at}, started_at), used_working_minutes = ${usedMinutes(clock, pauses, at, calendar)}
       where district_id = ${tx.districtId} and order_id = ${orderId} and kind = ${clock.kind} and round = ${clock.round}`)
  }
}

/** Lets a stopped clock run on as if it had never stopped. */
export async function restartClock(tx: Tx, orderId: string, kind: ClockKind, round: number): Promise<void> {
  await tx.run(sql`
    update order_clock set stopped_at = null, used_working_minutes = null
     where district_id = ${tx.districtId} and order_id = ${orderId} and kind = ${kind} and round = ${round}`)
}

export function clocksOf(tx: Tx, orderId: string): Promise<ClockRow[]> {
  return tx.rows(sql`
    select kind, round, limit_working_minutes, started_at, due_at, stopped_at, used_working_minutes from order_clock
     where district_id = ${tx.districtId} and order_id = ${orderId} order by round, kind`)
}

export function pausesOf(tx: Tx, orderId: string): Promise<PauseRow[]> {
  return tx.rows(sql`
    select id, paused_at, until_at, resumed_at, remaining_working_minutes from order_pause
     where district_id = ${tx.districtId} and order_id = ${orderId} order by paused_at`)
}

export function usedMinutes(clock: ClockRow, pauses: readonly PauseRow[], at: Date, calendar: WorkingCalendar): number {
  if (clock.usedWorkingMinutes !== null) return clock.usedWorkingMinutes
  if (at <= clock.startedAt) return 0
  const standing = pauses.map((pause) => ({ from: pause.pausedAt, until: pause.resumedAt }))
  return workingMinutesBetweenWithPauses(clock.startedAt, at, standing, calendar)
}

export async function insertPause(
  tx: Tx,
  pause: {
    id: string
    orderId: string
    reason: string
    note: string
    at: Date
    untilAt: Date
    dueAt: Date
    actorId: string | null
  },
  calendar: WorkingCalendar,
): Promise<void> {
  const remaining = pause.dueAt <= pause.at ? 0 : workingMinutesBetween(pause.at, pause.dueAt, calendar)
  await tx.run(sql`
    insert into order_pause (district_id, id, order_id, reason, note, paused_at, until_at, remaining_working_minutes, actor_id)
    values (${tx.districtId}, ${pause.id}, ${pause.orderId}, ${pause.reason}, ${pause.note}, ${pause.at}, ${pause.untilAt}, ${remaining}, ${pause.actorId})`)
}

export function lockOpenPause(tx: Tx, orderId: string): Promise<PauseRow | undefined> {
  return tx.maybe(sql`
    select id, paused_at, until_at, resumed_at, remaining_working_minutes from order_pause
     where district_id = ${tx.districtId} and order_id = ${orderId} and resumed_at is null for update`)
}

/**
 * Ends the open pause of an order, if there is one, and moves the due times of the running clocks by the working time that
 * stood still. Every move out of the states in which a pause may stand goes through here.
 */
export async function endOpenPause(
  { tx, now: at }: Pick<Work, 'tx' | 'now'>,
  { id: orderId }: { id: string },
  calendar: WorkingCalendar,
): Promise<PauseRow | undefined> {
  const pause = await lockOpenPause(tx, orderId)
  if (pause === undefined) return undefined
  await tx.run(
    sql`update order_pause set resumed_at = greatest(${at}, paused_at) where district_id = ${tx.districtId} and id = ${pause.id}`,
  )
  const stood = at <= pause.pausedAt ? 0 : workingMinutesBetween(pause.pausedAt, at, calendar)
  for (const clock of await clocksOf(tx, orderId)) {
    // What was late before the pause stays as late as it was.
    if (clock.stoppedAt !== null || clock.dueAt <= pause.pausedAt) continue
    await tx.run(sql`
      update order_clock set due_at = ${addWorkingMinutes(clock.dueAt, stood, calendar)}
       where district_id = ${tx.districtId} and order_id = ${orderId} and kind = ${clock.kind} and round = ${clock.round}`)
  }
  return pause
}
