import { unitsBelow } from '#modules/orgs/index.ts'
import { identitiesOf, personNames } from '#modules/people/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { type Certificate, noticeEnd } from './certificate.ts'
import { changeCertificate, linesOf, lockCertificate, ruleOn, takeLines } from './certificate-rows.ts'
import { identityCheckOf } from './holder-identity.ts'
import { requireImpartial } from './impartial.ts'
import { HANDLING_ROLES } from './permissions.ts'
import { refuse } from './refusals.ts'
import { standingUnit } from './standing-unit.ts'

export interface Preparation {
  readonly contact: string
  readonly remarks: string
  /** A successor that issues in the place of a unit that is gone; else the nearest unit above it does. */
  readonly issuerUnitId: string | null
}

/**
 * A handler of the organisation checks a request and puts it on notice, with the hours that are booked at this moment. Once
 * more when hours changed meanwhile: the notice then begins anew.
 */
export async function prepareCertificate(work: Work, id: string, given: Preparation): Promise<void> {
  const { tx, now, actor } = work
  const { found } = await lockForStaff(work, id, HANDLING_ROLES)
  if (found.state !== 'requested' && found.state !== 'on-notice' && found.state !== 'ready')
    throw refuse('not-in-this-state')
  if ((await identityCheckOf(tx, found)) === 'differs') throw refuse('identity-changed')
  const issuerUnitId = await issuerOf(work, found, given.issuerUnitId)
  await takeLines(tx, found, await identitiesOf(tx, found.personId))
  const lines = await linesOf(tx, id)
  if (lines.length === 0) throw refuse('no-booked-hours')
  const minutesOf = (name: 'verified' | 'claimed') =>
    lines.filter((line) => line.class === name).reduce((sum, line) => sum + line.minutes, 0)
  const noticeUntil = noticeEnd(now, await ruleOn(tx, dateIn(now)), await districtCalendar(tx))
  await changeCertificate(
    tx,
    id,
    sql`state = 'on-notice', next_step = 'wait-notice', due_at = ${noticeUntil}, notice_until = ${noticeUntil}, prepared_at = ${now},
      issuer_unit_id = ${issuerUnitId}, responsible_unit_id = ${issuerUnitId}, handler_id = ${actor.personId},
      handler_name = ${await ownName(work)}, contact = ${given.contact}, remarks = ${given.remarks},
      verified_minutes = ${minutesOf('verified')}, claimed_minutes = ${minutesOf('claimed')}`,
  )
  work.audit({
    action: 'records.prepare-certificate',
    subject: { kind: 'certificate', id },
    details: { lines: lines.length },
  })
}

/**
 * Locks a certificate for somebody of the organisation that issues it, whom it is not about.
 * @returns it, and for whom else the actor decides nothing
 * @throws Refusal platform.not-found, not-your-organisation, hours.own-phone-first, own-certificate, household-certificate
 */
export async function lockForStaff(
  work: Work,
  id: string,
  roles: readonly string[],
): Promise<{ found: Certificate; barred: ReadonlySet<string> }> {
  const found = await lockCertificate(work.tx, id)
  if (found === undefined) throw new Refusal('platform.not-found', 404, {})
  if (!holdsAt(work.actor, roles, found.issuerUnitId) && !holdsAt(work.actor, roles, found.unitId))
    throw refuse('not-your-organisation')
  const about = { personIds: [found.personId], what: 'certificate', begunAt: found.requestedAt } as const
  return { found, barred: await requireImpartial(work, about) }
}

/** The name that a certificate bears of whoever works on it now. */
export async function ownName({ tx, actor }: Pick<Work, 'tx' | 'actor'>): Promise<string> {
  const name = (await personNames(tx, [actor.personId!])).get(actor.personId!)
  if (name == null || name === '') throw refuse('no-name')
  return name
}

async function issuerOf({ tx, now }: Work, { unitId }: Certificate, chosen: string | null): Promise<string> {
  const today = dateIn(now)
  const standing = await standingUnit(tx, unitId, today)
  if (standing === undefined) throw new Refusal('platform.not-found', 404, {})
  if (chosen === null || chosen === standing.unit.id) return standing.unit.id
  if (!standing.isSubstitute) throw refuse('unit-still-there', {}, { field: 'issuerUnitId' })
  const below = await unitsBelow(tx, [standing.unit.id])
  const successor = await standingUnit(tx, chosen, today)
  if (successor === undefined || successor.isSubstitute || !below.some((unit) => unit.id === chosen))
    throw refuse('no-successor', {}, { field: 'issuerUnitId' })
  return chosen
}
