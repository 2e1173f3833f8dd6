import { identitiesOf } from '#modules/people/index.ts'
import { volunteersAmong } from '#modules/teams/index.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx, violatedConstraint } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireImpartial } from './approve-hours.ts'
import { enterHours } from './enter-hours.ts'
import { hoursRuleOn } from './hours-rule.ts'
import { lockHoursOf, lockRecord } from './hours-rows.ts'
import { levelAbove } from './levels.ts'
import { answersFor, recordingUnit, refuseWrongTimes } from './organisers.ts'
import { refuse } from './refusals.ts'
import { requireCounting } from './service-kinds.ts'

export interface NewDemand {
  /** The record to be corrected; null where time is missing altogether. */
  readonly recordId: string | null
  readonly teamId: string | null
  readonly unitId: string | null
  readonly kindSlug: string | null
  readonly title: string | null
  readonly startedAt: Date
  readonly endedAt: Date
  readonly reason: string
}

export interface Demand {
  readonly id: string
  readonly personId: string
  readonly recordId: string | null
  readonly kindSlug: string | null
  readonly title: string
  readonly day: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly unitId: string
  readonly teamId: string | null
  readonly state: 'open' | 'answered'
  readonly dueAt: Date | null
  readonly responsibleUnitId: string
  readonly isWithLeader: boolean
}

/** A volunteer demands that a record be corrected, or that missing time be recorded (民政部令第67号). */
export async function demandCorrection(work: Work, given: NewDemand): Promise<{ id: string; dueAt: Date }> {
  const { tx, now, actor } = work
  const personId = actor.personId!
  refuseWrongTimes(work, given)
  if (!(await volunteersAmong(tx, [personId])).has(personId)) throw refuse('not-a-volunteer')
  const about = await subjectOf(work, given)
  if (given.kindSlug !== null) await requireCounting(tx, given.kindSlug, dateIn(now))
  const id = newUuid7(now)
  const { answerWorkingMinutes } = await hoursRuleOn(tx, dateIn(now))
  const dueAt = addWorkingMinutes(now, answerWorkingMinutes, await districtCalendar(tx))
  try {
    await tx.run(sql`
      insert into hours_demand (district_id, id, person_id, record_id, kind_slug, title, day, started_at, ended_at, reason, unit_id, team_id,
                                state, next_step, due_at, responsible_unit_id, made_at)
      values (${tx.districtId}, ${id}, ${personId}, ${given.recordId}, ${given.kindSlug}, ${about.title}, ${dateIn(given.startedAt)},
              ${given.startedAt}, ${given.endedAt}, ${given.reason}, ${about.unitId}, ${about.teamId}, 'open', 'answer', ${dueAt},
              ${about.unitId}, ${now})`)
  } catch (error) {
    if (violatedConstraint(error) === 'one_open_demand_per_record') throw refuse('demanded-already')
    throw error
  }
  work.audit({ action: 'hours.demand', subject: { kind: 'hours-demand', id }, personId })
  return { id, dueAt }
}

async function subjectOf(
  work: Work,
  given: NewDemand,
): Promise<{ title: string; unitId: string; teamId: string | null }> {
  const { tx, now, actor } = work
  if (given.recordId !== null) {
    const record = await lockRecord(tx, given.recordId)
    if (record === undefined || !(await identitiesOf(tx, actor.personId!)).includes(record.personId))
      throw new Refusal('platform.not-found', 404, {}, { field: 'recordId' })
    if (record.day !== dateIn(given.startedAt)) throw refuse('other-day', {}, { field: 'startedAt' })
    return record
  }
  if (given.title === null || given.title === '') throw refuse('title-needed', {}, { field: 'title' })
  return { title: given.title, ...(await recordingUnit(tx, given, dateIn(now))) }
}

/**
 * The organisation answers: it corrects, which is another entry that a person above approves, or says why not. The volunteer
 * sees the answer either way.
 */
export async function answerDemand(
  work: Work,
  demandId: string,
  given: { readonly outcome: 'corrected' | 'declined'; readonly answer: string; readonly minutes: number | null },
): Promise<{ recordId: string | null }> {
  const { tx, now, actor } = work
  const seen = await findDemand(tx, demandId)
  if (seen === undefined) throw new Refusal('platform.not-found', 404, {})
  // A team's own people answer only until it has risen above them.
  const teamId = seen.responsibleUnitId === seen.unitId ? seen.teamId : null
  if (!(await answersFor(tx, actor, { unitId: seen.responsibleUnitId, teamId }))) throw refuse('not-yours-to-answer')
  await lockHoursOf(tx, [seen.personId])
  const demand = (await findDemand(tx, demandId))!
  if (demand.state !== 'open') throw refuse('answered-already')
  await requireImpartial(work, { ...demand, recordedBy: null })
  const entered =
    given.outcome === 'declined'
      ? null
      : await enterHours(work, {
          ...demand,
          minutes: given.minutes,
          cause: 'demand',
          statement: given.answer,
        })
  await tx.run(sql`
    update hours_demand set state = 'answered', next_step = null, due_at = null, outcome = ${given.outcome}, answer = ${given.answer},
           answered_by = ${actor.personId}, answered_at = ${now}, entry_id = ${entered?.entryId ?? null},
           record_id = coalesce(record_id, ${entered?.recordId ?? null}), version = version + 1
     where district_id = ${tx.districtId} and id = ${demandId}`)
  work.audit({
    action: 'hours.answer-demand',
    subject: { kind: 'hours-demand', id: demandId },
    personId: demand.personId,
    details: { outcome: given.outcome },
  })
  return { recordId: entered?.recordId ?? demand.recordId }
}

function findDemand(tx: Tx, id: string): Promise<Demand | undefined> {
  return tx.maybe(sql`
    select id, person_id, record_id, kind_slug, title, day, started_at, ended_at, unit_id, team_id, state, due_at, responsible_unit_id,
           is_with_leader
      from hours_demand where district_id = ${tx.districtId} and id = ${id}`)
}

/** Not answered in time, it rises to the level above; at the top it stays, for everybody to see. */
export async function raiseDemand(work: Work, demandId: string): Promise<void> {
  const { tx, now } = work
  const seen = await findDemand(tx, demandId)
  if (seen === undefined) return
  await lockHoursOf(tx, [seen.personId])
  const demand = (await findDemand(tx, demandId))!
  if (demand.state !== 'open' || demand.isWithLeader || demand.dueAt! > now) return
  const today = dateIn(now)
  const level = await levelAbove(tx, demand.responsibleUnitId, 1, today)
  const { answerWorkingMinutes } = await hoursRuleOn(tx, today)
  const dueAt = addWorkingMinutes(now, answerWorkingMinutes, await districtCalendar(tx))
  await tx.run(sql`
    update hours_demand set responsible_unit_id = ${level.unitId}, is_with_leader = ${level.needsLeader},
           levels_risen = levels_risen + 1, due_at = ${dueAt}, version = version + 1
     where district_id = ${tx.districtId} and id = ${demandId}`)
  work.audit({
    action: 'hours.raise-demand',
    subject: { kind: 'hours-demand', id: demandId },
    details: { unitId: level.unitId },
  })
}
