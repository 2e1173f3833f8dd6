import { addWorkingDays } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, violatedConstraint } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { Certificate } from './certificate.ts'
import { changeCertificate, endCertificate, lockCertificate, ruleOn } from './certificate-rows.ts'
import { isOwn } from './own.ts'
import { SIGNING_ROLES } from './permissions.ts'
import { lockForStaff } from './prepare-certificate.ts'
import { refuse } from './refusals.ts'
import { tellHolder } from './tell-holder.ts'
import { settleObjections, tellObjector } from './tell-objectors.ts'

/** Somebody has something against a certificate on notice: it stands still until that is answered. */
export async function objectToCertificate(work: Work, id: string, reason: string): Promise<string> {
  const { tx, now, actor } = work
  const found = await lockCertificate(tx, id)
  // Only what is on notice is public; of all others nobody learns that they exist.
  if (found === undefined || (found.state !== 'on-notice' && found.state !== 'objected'))
    throw new Refusal('platform.not-found', 404, {})
  if (await isOwn(work, found)) throw refuse('own-objection')
  const objectionId = newUuid7(now)
  try {
    await tx.run(sql`
      insert into certificate_objection (district_id, id, certificate_id, person_id, reason, made_at)
      values (${tx.districtId}, ${objectionId}, ${id}, ${actor.personId}, ${reason}, ${now})`)
  } catch (error) {
    if (violatedConstraint(error) === 'one_objection_per_person') throw refuse('objected-already')
    throw error
  }
  if (found.state === 'on-notice') {
    const rule = await ruleOn(tx, dateIn(now))
    const dueAt = addWorkingDays(now, rule.answerWorkingDays, await districtCalendar(tx))
    await changeCertificate(
      tx,
      id,
      sql`state = 'objected', next_step = 'answer-objection', due_at = ${dueAt}, stopped_at = ${now}`,
    )
    await tellHolder(work, found, 'certificate-objected')
  }
  work.audit({ action: 'records.object', subject: { kind: 'certificate', id }, details: { objectionId } })
  return objectionId
}

/**
 * Somebody in charge answers an objection: upheld, the certificate is not issued; dismissed, the notice goes on for the time
 * that was left when the last one is answered.
 */
export async function answerObjection(
  work: Work,
  objectionId: string,
  { isUpheld, answer }: { isUpheld: boolean; answer: string },
): Promise<void> {
  const { tx, now, actor } = work
  const objection = await tx.maybe<{ certificateId: string; personId: string }>(
    sql`select certificate_id, person_id from certificate_objection where district_id = ${tx.districtId} and id = ${objectionId}`,
  )
  if (objection === undefined) throw new Refusal('platform.not-found', 404, {})
  const id = objection.certificateId
  const { found, barred } = await lockForStaff(work, id, SIGNING_ROLES)
  if (found.handlerId !== null && barred.has(found.handlerId)) throw refuse('two-people')
  if (barred.has(objection.personId)) throw refuse('objection-of-yours')
  const answered = await tx.run(sql`
    update certificate_objection set is_upheld = ${isUpheld}, answer = ${answer}, answered_by = ${actor.personId}, answered_at = ${now}
     where district_id = ${tx.districtId} and id = ${objectionId} and is_upheld is null and moot_at is null`)
  if (answered === 0 || found.state !== 'objected') throw refuse('answered-already')
  if (isUpheld) {
    await endCertificate(tx, id, { state: 'refused', reason: answer, by: actor.personId, at: now })
    await tellHolder(work, found, 'certificate-refused')
    await settleObjections(work, id)
  } else if ((await openObjections(work, id)) === 0) await goOn(work, found)
  await tellObjector(work, id, objection.personId)
  work.audit({
    action: 'records.answer-objection',
    subject: { kind: 'certificate', id },
    details: { objectionId, isUpheld },
  })
}

async function openObjections({ tx }: Work, id: string): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`
    select count(*) as count from certificate_objection
     where district_id = ${tx.districtId} and certificate_id = ${id} and is_upheld is null`)
  return count
}

async function goOn({ tx, now }: Work, { id, noticeUntil, stoppedAt, issuerUnitId }: Certificate): Promise<void> {
  const until = new globalThis.Date(noticeUntil!.getTime() + now.getTime() - stoppedAt!.getTime())
  await changeCertificate(
    tx,
    id,
    sql`state = 'on-notice', next_step = 'wait-notice', due_at = ${until}, notice_until = ${until}, stopped_at = null,
      responsible_unit_id = ${issuerUnitId}`,
  )
}
