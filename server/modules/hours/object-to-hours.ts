import { identitiesOf } from '#modules/people/index.ts'
import { teamsOf } from '#modules/teams/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { openCase } from './cases.ts'
import type { HoursRecord } from './hours.ts'
import { lockRecord } from './hours-rows.ts'
import { ANSWERING_ROLES } from './organisers.ts'
import { refuse } from './refusals.ts'

/**
 * Somebody concerned objects to hours on notice: the person, who belongs to the team, who was at the same thing, or staff of
 * the unit. It becomes a case for the level above, which holds the hours; who objected is told to those who decide alone.
 */
export async function objectToHours(work: Work, recordId: string, statement: string): Promise<{ caseId: string }> {
  const record = await lockRecord(work.tx, recordId)
  if (record === undefined || !(await isConcerned(work, record))) throw new Refusal('platform.not-found', 404, {})
  if (record.state !== 'noticed') throw refuse('not-on-notice', {}, { details: { state: record.state } })
  const caseId = await openCase(work, {
    kind: 'objection',
    rule: null,
    fingerprint: null,
    unitId: record.unitId,
    recordIds: [record.id],
    evidence: { minutes: record.minutes },
    statement,
  })
  return { caseId: caseId! }
}

async function isConcerned(work: Work, record: HoursRecord): Promise<boolean> {
  const { tx, actor } = work
  const { personId } = actor
  if (personId === null) return false
  const mine = await identitiesOf(tx, personId)
  if (mine.includes(record.personId) || holdsAt(actor, ANSWERING_ROLES, record.unitId)) return true
  if ((await teamsOf(tx, personId)).some((team) => team.id === record.teamId)) return true
  if (record.subjectId === null) return false
  const { wasThere } = await tx.one<{ wasThere: boolean }>(sql`
    select exists (select from hours_record where district_id = ${tx.districtId} and subject_id = ${record.subjectId}
                      and person_id = any(${mine}::uuid[])) as was_there`)
  return wasThere
}
