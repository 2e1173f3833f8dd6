import { addWorkingDays } from '#platform/calendar.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { violatedConstraint } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { ruleOn } from './certificate-rows.ts'
import { checkFacts } from './enter-record.ts'
import { requireImpartial } from './impartial.ts'
import { isOwn } from './own.ts'
import { HANDLING_ROLES } from './permissions.ts'
import { endDemand, insertDemand, insertEntry, lockDemand, findEntry, type RecordFacts } from './record-rows.ts'
import { refuse } from './refusals.ts'

/** What an entry should say; null when it should not be there at all. */
export type Correction = RecordFacts | null

/** The person asks that an entry be corrected, and gets an answer (2020 No. 67: the organisation must check and mend). */
export async function demandCorrection(work: Work, entryId: string, reason: string): Promise<string> {
  const { tx, now } = work
  const entry = await findEntry(tx, entryId)
  if (entry === undefined || !(await isOwn(work, entry))) throw new Refusal('platform.not-found', 404, {})
  const rule = await ruleOn(tx, dateIn(now))
  const dueAt = addWorkingDays(now, rule.answerWorkingDays, await districtCalendar(tx))
  const id = newUuid7(now)
  try {
    await insertDemand(tx, now, { id, entryId, personId: entry.personId, reason, unitId: entry.unitId, dueAt })
  } catch (error) {
    if (violatedConstraint(error) === 'one_open_demand_per_record_entry') throw refuse('demanded-already')
    throw error
  }
  work.audit({ action: 'records.demand', subject: { kind: 'record-entry', id: entryId }, personId: entry.personId })
  return id
}

/** The organisation mends an entry: the old row stays, a new one says what holds. @returns the new row's id */
export async function correctRecord(work: Work, entryId: string, correction: Correction): Promise<string> {
  const { tx, now, actor } = work
  const entry = await findEntry(tx, entryId)
  if (entry === undefined) throw new Refusal('platform.not-found', 404, {})
  if (!holdsAt(actor, HANDLING_ROLES, entry.unitId)) throw refuse('not-your-organisation')
  await requireImpartial(work, { personIds: [entry.personId], what: 'entry' })
  if (entry.isStruck) throw refuse('corrected-already')
  if (correction !== null) checkFacts(work, entry.kind, correction)
  const id = newUuid7(now)
  const mended = {
    ...entry,
    ...correction,
    id,
    enteredBy: actor.personId!,
    correctsId: entryId,
    isStruck: correction === null,
  }
  try {
    await insertEntry(tx, now, mended)
  } catch (error) {
    if (violatedConstraint(error) === 'one_correction_per_record_entry') throw refuse('corrected-already')
    throw error
  }
  work.audit({ action: 'records.correct', subject: { kind: 'record-entry', id: entryId }, personId: entry.personId })
  return id
}

/** The organisation answers a demand: with a correction, or with the reason why there is none. */
export async function answerDemand(
  work: Work,
  demandId: string,
  { answer, outcome, correction }: { answer: string; outcome: 'corrected' | 'declined'; correction: Correction },
): Promise<void> {
  const { tx, now, actor } = work
  const demand = await lockDemand(tx, demandId)
  if (demand === undefined) throw new Refusal('platform.not-found', 404, {})
  const entry = (await findEntry(tx, demand.entryId))!
  if (!holdsAt(actor, HANDLING_ROLES, entry.unitId)) throw refuse('not-your-organisation')
  await requireImpartial(work, { personIds: [demand.personId], what: 'entry', begunAt: demand.madeAt })
  if (demand.state !== 'open') throw refuse('answered-already')
  if (outcome === 'corrected') await correctRecord(work, demand.entryId, correction)
  await endDemand(tx, demandId, { state: outcome, answer, by: actor.personId!, at: now })
  work.audit({
    action: 'records.answer-demand',
    subject: { kind: 'record-demand', id: demandId },
    personId: demand.personId,
  })
}
