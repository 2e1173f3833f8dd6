import { type Db, sql } from './db.ts'
import { Refusal } from './refusal.ts'
import type { Work } from './work.ts'

/**
 * Moves business time forward. Only a server started with `--demo-clock` does so, and the audit log keeps it; every other
 * server refuses, and `huiyin doctor` names a shift that somebody left behind.
 * @returns business time after the shift
 */
export async function shiftClock(work: Work, minutes: number, canShift: boolean): Promise<Date> {
  if (!canShift) throw new Refusal('platform.clock-is-fixed', 403, {})
  await work.tx.run(sql`update clock_shift set shift = shift + make_interval(mins => ${minutes})`)
  work.audit({ action: 'platform.shift-clock', details: { minutes } })
  const { now } = await work.tx.one<{ now: Date }>(sql`select huiyin_now() as now`)
  return now
}

/** Sets how far business time stands from real time, in minutes; only the demonstration, before it serves, may go back. */
export async function setClockShift(db: Db, minutes: number): Promise<void> {
  await db.pool.query('update clock_shift set shift = make_interval(mins => $1)', [minutes])
}

/** Sets business time to an instant, from where it goes on; like `setClockShift` for the demonstration before it serves. */
export async function setClock(db: Db, instant: Date): Promise<void> {
  await db.pool.query('update clock_shift set shift = $1::timestamptz - now()', [instant])
}
