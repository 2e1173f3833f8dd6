import { dateIn } from '#platform/dates.ts'
import { violatedConstraint } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { identitiesOf } from '#modules/people/index.ts'
import { volunteersAmong } from '#modules/teams/index.ts'
import { addWorkingDays } from '#platform/calendar.ts'
import { ID_NUMBER_COLUMN, idNumberOf, type IdType, LINES_MAX } from './certificate.ts'
import { requireSavedIdentity } from './holder-identity.ts'
import { insertCertificate, ruleOn } from './certificate-rows.ts'
import { refuse } from './refusals.ts'
import { bookedAt } from './service-views.ts'
import { standingUnit } from './standing-unit.ts'

export interface CertificateRequest {
  readonly unitId: string
  readonly fromDay: string
  readonly untilDay: string
  readonly purpose: string
  readonly holderName: string
  readonly idType: IdType
  readonly idNumber: string
}

/**
 * A volunteer asks the organisation that recorded the hours for a certificate, under the identity that is saved if there is one.
 * The number of the document is kept sealed with the request, and does not become the account's.
 * @returns its id
 */
export async function requestCertificate(work: Work, request: CertificateRequest): Promise<string> {
  const { tx, now } = work
  const personId = work.actor.personId!
  const today = dateIn(now)
  if (!(await volunteersAmong(tx, [personId])).has(personId)) throw refuse('not-a-volunteer')
  if (request.untilDay < request.fromDay) throw refuse('period-empty', {}, { field: 'untilDay' })
  if (request.untilDay > today) throw refuse('period-future', {}, { field: 'untilDay' })
  const idNumber = idNumberOf(request.idType, request.idNumber)
  if (idNumber === null) throw refuse('id-number-wrong', {}, { field: 'idNumber' })
  const issuer = await standingUnit(tx, request.unitId, today)
  if (issuer === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  await requireSavedIdentity(tx, personId, { ...request, idNumber })
  const booked = await bookedAt(tx, await identitiesOf(tx, personId), request)
  if (booked.records === 0) throw refuse('no-booked-hours', {}, { field: 'unitId' })
  if (booked.records > LINES_MAX) throw refuse('too-many-hours', { count: LINES_MAX }, { field: 'fromDay' })
  const rule = await ruleOn(tx, today)
  const id = newUuid7(now)
  try {
    await insertCertificate(tx, now, {
      ...request,
      id,
      personId,
      issuerUnitId: issuer.unit.id,
      idNumberCipher: tx.personal.encrypt(ID_NUMBER_COLUMN, id, idNumber),
      dueAt: addWorkingDays(now, rule.prepareWorkingDays, await districtCalendar(tx)),
    })
  } catch (error) {
    if (violatedConstraint(error) === 'one_open_request_per_organisation') throw refuse('already-requested')
    throw error
  }
  work.audit({ action: 'records.request-certificate', subject: { kind: 'certificate', id }, personId })
  return id
}
