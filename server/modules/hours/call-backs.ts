import { sql, type Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { openCase } from './cases.ts'
import { refuse } from './refusals.ts'

/** After so many attempts nobody was reached; the hours stand as they are. */
const ATTEMPTS_MAX = 3
// What was heard may differ by so much from what was recorded: people remember visits roughly.
const HEARD_SHARE_MIN = 0.5

/** A call to make: what was done and when, and nothing of who served. */
export interface CallBackRow {
  readonly id: string
  readonly orderId: string
  readonly title: string | null
  readonly day: string
  readonly attempts: number
  readonly dueAt: Date
}

const CALLS_MAX = 100

export function listCallBacks(tx: Tx): Promise<CallBackRow[]> {
  return tx.rows(sql`
    select c.id, c.order_id, c.day, c.attempts, c.due_at,
           (select r.title from hours_record r where r.district_id = c.district_id and r.subject_id = c.order_id limit 1) as title
      from hours_call_back c
     where c.district_id = ${tx.districtId} and c.state = 'open' order by c.due_at, c.id limit ${CALLS_MAX}`)
}

/** Whether an order is to be called back, so that the caller may see its contact. */
export async function isToBeCalled(tx: Tx, orderId: string): Promise<boolean> {
  const rows = await tx.rows(sql`
    select 1 as one from hours_call_back where district_id = ${tx.districtId} and order_id = ${orderId} and state = 'open'`)
  return rows.length > 0
}

export interface Heard {
  readonly result: 'spoke' | 'no-answer'
  readonly spokenTo: string | null
  readonly came: boolean | null
  readonly peopleHeard: number | null
  readonly minutesHeard: number | null
  readonly note: string
}

/**
 * What somebody heard who has nothing to do with the organising unit. Where it does not fit what was recorded, it becomes a
 * case for the level above; the caller decides nothing.
 */
export async function recordCallBack(
  work: Work,
  id: string,
  heard: Heard,
): Promise<{ state: 'open' | 'done' | 'exhausted' }> {
  const { tx, now, actor } = work
  const call = await tx.maybe<{ orderId: string; unitId: string; state: string; attempts: number }>(sql`
    select order_id, unit_id, state, attempts from hours_call_back where district_id = ${tx.districtId} and id = ${id} for update`)
  if (call === undefined) throw new Refusal('platform.not-found', 404, {})
  if (call.state !== 'open') throw refuse('call-done')
  const records = await recordsOf(tx, call.orderId)
  const isInside = actor.grants.some((grant) => grant.unitId === call.unitId)
  if (isInside || records.some((record) => record.personId === actor.personId)) throw refuse('caller-is-inside')
  const isSpoken = heard.result === 'spoke'
  if (isSpoken && heard.spokenTo === null) throw refuse('spoken-to-needed', {}, { field: 'spokenTo' })
  if (isSpoken && heard.came === null) throw refuse('came-needed', {}, { field: 'came' })
  const attempts = call.attempts + 1
  const state = isSpoken ? 'done' : attempts >= ATTEMPTS_MAX ? 'exhausted' : 'open'
  const evidence = isSpoken ? differenceOf(records, heard) : null
  const caseId =
    evidence === null || records.length === 0
      ? null
      : await openCase(work, {
          kind: 'call-back',
          rule: null,
          fingerprint: null,
          unitId: call.unitId,
          recordIds: records.map((record) => record.id),
          evidence,
          statement: heard.note,
        })
  await tx.run(sql`
    update hours_call_back set state = ${state}, attempts = ${attempts}, next_step = ${state === 'open' ? 'call' : null},
           due_at = case when ${state} = 'open' then due_at end, spoken_to = ${heard.spokenTo}, came = ${heard.came},
           people_heard = ${heard.peopleHeard}, minutes_heard = ${heard.minutesHeard}, note = ${heard.note},
           called_by = ${actor.personId}, called_at = ${now}, case_id = ${caseId ?? null}
     where district_id = ${tx.districtId} and id = ${id}`)
  work.audit({
    action: 'hours.call-back',
    subject: { kind: 'order', id: call.orderId },
    details: { result: heard.result, attempts, fits: evidence === null },
  })
  return { state }
}

interface Recorded {
  readonly id: string
  readonly personId: string
  readonly minutes: number
}

function recordsOf(tx: Tx, orderId: string): Promise<Recorded[]> {
  return tx.rows(sql`
    select id, person_id, minutes from hours_record
     where district_id = ${tx.districtId} and subject_kind = 'order' and subject_id = ${orderId} and state <> 'refused' and minutes > 0
     order by id`)
}

/** The numbers of both sides where they do not fit; null where they do. */
function differenceOf(records: readonly Recorded[], heard: Heard): Record<string, number> | null {
  const people = new Set(records.map((record) => record.personId)).size
  const longest = Math.max(0, ...records.map((record) => record.minutes))
  const isLess =
    heard.came === false ||
    (heard.peopleHeard !== null && heard.peopleHeard < people) ||
    (heard.minutesHeard !== null && heard.minutesHeard < longest * HEARD_SHARE_MIN)
  if (!isLess) return null
  return {
    people,
    peopleHeard: heard.came === false ? 0 : (heard.peopleHeard ?? people),
    minutes: longest,
    minutesHeard: heard.came === false ? 0 : (heard.minutesHeard ?? longest),
  }
}
