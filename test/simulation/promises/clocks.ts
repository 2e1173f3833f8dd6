/** Clocks count working time only, pauses aside, and fall due when they say. Told anew from the raw rows. */
import type { Broken, Ground } from './ground.ts'
import type { WorkingTime } from './working-time.ts'

export const CLOCKS_IN_WORKING_TIME = 'clocks run in working time alone'

interface ClockRow {
  readonly orderId: string
  readonly number: string
  readonly kind: string
  readonly round: number
  readonly limit: number
  readonly startedAt: Date
  readonly dueAt: Date
  readonly stoppedAt: Date | null
  readonly used: number | null
  readonly pauses: readonly { readonly from: string; readonly until: string | null }[]
}

const CLOCKS = {
  name: 'promise-clocks',
  text: `
    select k.order_id as "orderId", o.number, k.kind, k.round, k.limit_working_minutes as "limit", k.started_at as "startedAt",
           k.due_at as "dueAt", k.stopped_at as "stoppedAt", k.used_working_minutes as used,
           coalesce((select jsonb_agg(jsonb_build_object('from', p.paused_at, 'until', p.resumed_at) order by p.paused_at, p.id)
              from order_pause p where p.district_id = k.district_id and p.order_id = k.order_id), '[]') as pauses
      from order_clock k join service_order o on o.district_id = k.district_id and o.id = k.order_id
     where k.district_id = $1 and ($2::uuid[] is null or k.order_id = any($2))`,
}

/** @param orderIds the orders to look at; null for all */
export async function brokenClocks(
  ground: Ground,
  time: WorkingTime,
  orderIds: readonly string[] | null,
): Promise<Broken[]> {
  const clocks = await ground.rows<ClockRow>(CLOCKS, [ground.districtId, orderIds])
  return clocks.flatMap((clock) => {
    const what = faultOf(clock, time)
    return what === null
      ? []
      : [
          {
            promise: CLOCKS_IN_WORKING_TIME,
            what: `${clock.number}, ${clock.kind} of round ${clock.round}: ${what}`,
            orderId: clock.orderId,
          },
        ]
  })
}

function faultOf(clock: ClockRow, time: WorkingTime): string | null {
  const due = dueOf(clock, time)
  if (due !== clock.dueAt.getTime())
    return `is due ${clock.dueAt.toISOString()}, working time gives ${new Date(due).toISOString()}`
  if (clock.stoppedAt === null) return clock.used === null ? null : 'counts although it runs'
  const used = usedOf(clock, clock.stoppedAt.getTime(), time)
  return used === clock.used ? null : `used ${clock.used} working minutes, working time gives ${used}`
}

/** The limit from the start, moved by the working time of each pause that ended while it ran and was not late yet. */
function dueOf(clock: ClockRow, time: WorkingTime): number {
  let due = time.after(clock.startedAt.getTime(), clock.limit)
  for (const pause of clock.pauses) {
    if (pause.until === null) continue
    const [from, until] = [Date.parse(pause.from), Date.parse(pause.until)]
    const isOver = clock.stoppedAt !== null && clock.stoppedAt.getTime() < until
    if (isOver || from >= due || until < clock.startedAt.getTime()) continue
    due = time.after(due, Math.floor(time.between(from, until) / 60_000))
  }
  return due
}

function usedOf(clock: ClockRow, at: number, time: WorkingTime): number {
  let worked = 0
  let reached = clock.startedAt.getTime()
  for (const pause of clock.pauses) {
    const [from, until] = [Date.parse(pause.from), pause.until === null ? Infinity : Date.parse(pause.until)]
    if (from >= at) break
    if (from > reached) worked += time.between(reached, from)
    reached = Math.max(reached, until)
  }
  if (reached < at) worked += time.between(reached, at)
  return Math.floor(worked / 60_000)
}
