/** Booked hours and certificates in each state of their life, made as the ledger and the operations make them. */
import { randomUUID } from 'node:crypto'
import { objectToCertificate } from '../../server/modules/records/object-to-certificate.ts'
import { prepareCertificate } from '../../server/modules/records/prepare-certificate.ts'
import { requestCertificate } from '../../server/modules/records/request-certificate.ts'
import { signOffCertificate } from '../../server/modules/records/sign-off-certificate.ts'
import { registerVolunteer } from '../../server/modules/teams/index.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import { sql } from '../../server/platform/db.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import type { TestServer } from './server.ts'

export const ID_NUMBER = '11010519491231002X'

export interface HoursGiven {
  readonly personId: string
  readonly unitId: string
  readonly daysAgo?: number
  readonly title?: string
  readonly minutes?: number
  readonly class?: 'verified' | 'claimed'
  readonly state?: 'booked' | 'noticed' | 'waiting'
}

/** A record of the ledger whose notice is over. @returns its id */
export function bookHours(server: TestServer, districtId: number, given: HoursGiven): Promise<string> {
  const { minutes = 90, class: known = 'verified', state = 'booked' } = given
  return server.work(async ({ tx, now }) => {
    const id = newUuid7(now)
    const start = addMinutes(now, -(given.daysAgo ?? 30) * 24 * 60)
    const isBooked = state === 'booked'
    await tx.run(sql`
      insert into hours_record (district_id, id, person_id, day, subject_kind, title, unit_id, entry_id, started_at, ended_at, minutes, class,
        state, tier, next_step, due_at, responsible_unit_id, booked_minutes, booked_class, booked_at, recorded_at)
      values (${tx.districtId}, ${id}, ${given.personId}, ${dateIn(start)}, 'other', ${given.title ?? '读书小组'}, ${given.unitId},
        ${newUuid7(now)}, ${start}, ${addMinutes(start, minutes)}, ${minutes}, ${known}, ${state}, 0, ${isBooked ? null : 'book'},
        ${isBooked ? null : now}, ${isBooked ? null : given.unitId}, ${isBooked ? minutes : 0}, ${isBooked ? known : null},
        ${isBooked ? now : null}, ${start})`)
    return id
  }, systemActor(districtId))
}

/** Somebody who registered as a volunteer and does nothing else. */
export async function freshVolunteer(server: TestServer, districtId: number, name = '丁一心'): Promise<Actor> {
  const personId = randomUUID()
  const actor: Actor = { ...systemActor(districtId), kind: 'resident', personId, key: personId }
  await server.owner(async (owner) => {
    await owner.query('insert into person (district_id, id, name, created_at) values ($1, $2, $3, now())', [
      districtId,
      personId,
      name,
    ])
  })
  await server.work((work) => registerVolunteer(work, []), actor)
  return actor
}

export type Stage = 'requested' | 'on-notice' | 'objected' | 'ready' | 'issued'

export interface CertificateGiven {
  readonly holder: Actor
  readonly unitId: string
  readonly handler: Actor
  readonly signer: Actor
  readonly objector: Actor
  readonly stage: Stage
  readonly withoutHours?: boolean
}

export const requestOf = (unitId: string, now = new Date()) => ({
  unitId,
  fromDay: addDays(dateIn(now), -100),
  untilDay: dateIn(now),
  purpose: '申请星级评定',
  holderName: '丁一心',
  idType: 'resident-id' as const,
  idNumber: ID_NUMBER,
})

export const PREPARATION = { contact: '010-69101234', remarks: '', issuerUnitId: null }

/** Ends a notice without waiting for it. */
export async function endNotice(server: TestServer, id: string): Promise<void> {
  await server.owner(async (owner) => {
    await owner.query(
      `update certificate set state = 'ready', next_step = 'sign-off', notice_until = huiyin_now() - interval '1 second' where id = $1`,
      [id],
    )
  })
}

/** A certificate that went through its life up to a stage. @returns its id, and that of the objection */
export async function makeCertificate(
  server: TestServer,
  given: CertificateGiven,
): Promise<{ id: string; objectionId: string }> {
  const { holder, unitId, stage } = given
  if (given.withoutHours !== true) await bookHours(server, holder.districtId, { personId: holder.personId!, unitId })
  const id = await server.work((work) => requestCertificate(work, requestOf(unitId, work.now)), holder)
  let objectionId = randomUUID() as string
  if (stage !== 'requested') await server.work((work) => prepareCertificate(work, id, PREPARATION), given.handler)
  if (stage === 'objected')
    objectionId = await server.work((work) => objectToCertificate(work, id, '这段时间他不在村里'), given.objector)
  if (stage === 'ready' || stage === 'issued') await endNotice(server, id)
  if (stage === 'issued') await server.work((work) => signOffCertificate(work, id), given.signer)
  return { id, objectionId }
}
