import { findUnit, unitsBelow } from '#modules/orgs/index.ts'
import { findPersonByPhone, normalisedPhone } from '#modules/people/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireImpartial } from './impartial.ts'
import { HANDLING_ROLES } from './permissions.ts'
import { insertEntry, type RecordEntry, type RecordFacts } from './record-rows.ts'
import { refuse } from './refusals.ts'

export interface RecordsEntered {
  readonly entered: number
  /** Places in the list of phones at which there is no volunteer of the organisation, registered or not. */
  readonly unknown: readonly number[]
}

/**
 * An organisation enters a training or a commendation of its own volunteers, who see it at once: nobody gets a record by somebody
 * else's list (promise 4). A phone of somebody else and a phone of nobody get one answer, so that no list tells who is registered
 * (decision 0019).
 */
export async function enterRecords(
  work: Work,
  given: { unitId: string; kind: RecordEntry['kind']; phones: readonly string[]; facts: RecordFacts },
): Promise<RecordsEntered> {
  const { tx, now, actor } = work
  if ((await findUnit(tx, given.unitId, dateIn(now))) === undefined)
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  if (!holdsAt(actor, HANDLING_ROLES, given.unitId)) throw refuse('not-your-organisation')
  checkFacts(work, given.kind, given.facts)
  const found: (string | undefined)[] = []
  for (const phone of given.phones) found.push(await findPersonByPhone(tx, normalisedPhone(phone, 'phones')))
  const registered = found.filter((id) => id !== undefined)
  await requireImpartial(work, { personIds: registered, what: 'entry' })
  const ours = await ownVolunteers(work, given.unitId, registered)
  const isKnown = (id: string | undefined): id is string => id !== undefined && ours.has(id)
  const people = new Set(found.filter(isKnown))
  if (people.size === 0) throw refuse('person-unknown', {}, { field: 'phones' })
  for (const personId of people) {
    const id = newUuid7(now)
    await insertEntry(tx, now, {
      ...given.facts,
      id,
      personId,
      kind: given.kind,
      unitId: given.unitId,
      enteredBy: actor.personId!,
      correctsId: null,
      isStruck: false,
    })
    work.audit({
      action: 'records.enter',
      subject: { kind: 'record-entry', id },
      personId,
      details: { kind: given.kind },
    })
  }
  return { entered: people.size, unknown: found.flatMap((id, index) => (isKnown(id) ? [] : [index])) }
}

/** Who of these people is or was in a team of the unit or of one below, or has hours recorded there. */
async function ownVolunteers({ tx }: Work, unitId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const unitIds = [unitId, ...(await unitsBelow(tx, [unitId])).map((unit) => unit.id)]
  const rows = await tx.rows<{ id: string }>(sql`
    select v.person_id as id from volunteer v
     where v.district_id = ${tx.districtId} and v.person_id = any(${ids}::uuid[])
       and exists (
         select from person i
          where i.district_id = v.district_id and v.person_id in (i.id, i.merged_into)
            and (exists (select from team_member m join team t on t.district_id = m.district_id and t.id = m.team_id
                          where m.district_id = i.district_id and m.person_id = i.id and t.unit_id = any(${unitIds}::uuid[]))
              or exists (select from hours_record h
                          where h.district_id = i.district_id and h.person_id = i.id and h.unit_id = any(${unitIds}::uuid[]))))`)
  return new Set(rows.map((row) => row.id))
}

/** @throws Refusal day-future, hours-of-a-commendation */
export function checkFacts({ now }: Work, kind: RecordEntry['kind'], facts: RecordFacts): void {
  if (facts.day > dateIn(now)) throw refuse('day-future', {}, { field: 'day' })
  if (kind === 'commendation' && facts.minutes !== null)
    throw refuse('hours-of-a-commendation', {}, { field: 'minutes' })
}
