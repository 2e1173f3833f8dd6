import { findUnit } from '#modules/orgs/index.ts'
import { findPersonByPhone, normalisedPhone } from '#modules/people/index.ts'
import { volunteersAmong } from '#modules/teams/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { HANDLING_ROLES } from './permissions.ts'
import { insertEntry, type RecordEntry, type RecordFacts } from './record-rows.ts'
import { refuse } from './refusals.ts'

export interface RecordsEntered {
  readonly entered: number
  /** Places in the list of phones at which nobody has registered as a volunteer. */
  readonly unknown: readonly number[]
}

/**
 * An organisation enters a training or a commendation of volunteers, who see it at once. Only whoever registered can be
 * entered: nobody gets a record by somebody else's list (promise 4).
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
  const volunteers = await volunteersAmong(
    tx,
    found.filter((id) => id !== undefined),
  )
  const isKnown = (id: string | undefined): id is string => id !== undefined && volunteers.has(id)
  if (found.some((id) => id === actor.personId)) throw refuse('own-entry')
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

/** @throws Refusal day-future, hours-of-a-commendation */
export function checkFacts({ now }: Work, kind: RecordEntry['kind'], facts: RecordFacts): void {
  if (facts.day > dateIn(now)) throw refuse('day-future', {}, { field: 'day' })
  if (kind === 'commendation' && facts.minutes !== null)
    throw refuse('hours-of-a-commendation', {}, { field: 'minutes' })
}
