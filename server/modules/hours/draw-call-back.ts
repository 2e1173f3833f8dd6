import { createHash, randomBytes } from 'node:crypto'
import { listUnits } from '#modules/orgs/index.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import { dateIn, monthIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { hoursRuleOn } from './hours-rule.ts'

const SEED_BYTES = 32
const DRAW_RANGE = 2 ** 32
const PERCENT = 100

/**
 * Draws whether those for whom an order was served are called: by the month's seed, which is made when the month's first hours
 * come, is stored, and lets anybody repeat the draw later. Nobody chooses.
 */
export async function drawCallBack(
  work: Work,
  given: { readonly orderId: string; readonly unitId: string },
): Promise<void> {
  const { tx, now } = work
  const today = dateIn(now)
  const rule = await hoursRuleOn(tx, today)
  const sample = await sampleOf(work, monthIn(now), rule.callBackPercent)
  if (!isDrawn(sample.seed, given.orderId, sample.percent)) return
  const [centre] = await listUnits(tx, { kind: 'centre', on: today, limit: 1 })
  const dueAt = addWorkingMinutes(now, rule.callWorkingMinutes, await districtCalendar(tx))
  await tx.run(sql`
    insert into hours_call_back (district_id, id, month, order_id, unit_id, day, state, next_step, due_at, responsible_unit_id, created_at)
    values (${tx.districtId}, ${newUuid7(now)}, ${monthIn(now)}, ${given.orderId}, ${given.unitId}, ${today}, 'open', 'call', ${dueAt},
            ${centre!.id}, ${now})
    on conflict (district_id, order_id) do nothing`)
}

async function sampleOf(work: Work, month: string, percent: number): Promise<{ seed: Buffer; percent: number }> {
  const { tx, now } = work
  await tx.run(sql`
    insert into hours_sample (district_id, month, percent, seed, drawn_at)
    values (${tx.districtId}, ${month}, ${percent}, ${randomBytes(SEED_BYTES)}, ${now})
    on conflict (district_id, month) do nothing`)
  return tx.one(sql`select seed, percent from hours_sample where district_id = ${tx.districtId} and month = ${month}`)
}

/** The same seed and order always give the same draw. */
export function isDrawn(seed: Buffer, orderId: string, percent: number): boolean {
  const digest = createHash('sha256').update(seed).update(orderId).digest()
  return digest.readUInt32BE(0) < (percent / PERCENT) * DRAW_RANGE
}
