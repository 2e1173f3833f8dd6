import { translator } from '#i18n/translate.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { ageOn, carriesBirthDate, checkDocument, type DocumentKind, isMinor, type SexCode } from './identity.ts'
import type { Person } from './person.ts'
import { lockPerson, updateIdentity } from './person-rows.ts'
import { refuse } from './refusals.ts'

const AGE_YEARS_MAX = 130

export interface GivenIdentity {
  readonly name: string
  readonly documentKind: DocumentKind
  readonly documentNumber: string
  /** Needed where the document's number does not hold them. */
  readonly birthDate: string | null
  readonly sexCode: SexCode | null
}

/**
 * Gives the acting person a real name, a document and a birth date, which are asked only when something needs them. The number is
 * sealed and found again only through its keyed index; nobody, the person included, is ever shown it whole. Nobody is told either
 * whether another account has the same number: the staff who join accounts see it (decision 0019).
 * @throws Refusal document-invalid, birth-date-needed, birth-date-differs, birth-date-impossible, birth-date-known
 */
export async function saveIdentity(work: Work, personId: string, given: GivenIdentity): Promise<void> {
  const checked = checkDocument(given.documentKind, given.documentNumber)
  if (!checked.ok) {
    const why = translator(work.actor.locale)(`people.document-fault.${checked.fault}`)
    throw refuse('document-invalid', { why }, { field: 'documentNumber' })
  }
  const { document } = checked
  const birthDate = document.birthDate ?? given.birthDate
  if (birthDate === null) throw refuse('birth-date-needed', {}, { field: 'birthDate' })
  if (given.birthDate !== null && given.birthDate !== birthDate)
    throw refuse('birth-date-differs', {}, { field: 'birthDate' })
  const age = ageOn(birthDate, dateIn(work.now))
  if (age < 0 || age > AGE_YEARS_MAX) {
    const field = document.birthDate === null ? 'birthDate' : 'documentNumber'
    throw refuse('birth-date-impossible', {}, { field })
  }
  const sexCode = document.sexCode ?? given.sexCode
  const known = await lockPerson(work.tx, personId)
  if (!mayBecome(known, birthDate, work.now)) {
    throw refuse('birth-date-known', {}, { field: document.birthDate === null ? 'birthDate' : 'documentNumber' })
  }
  await updateIdentity(work.tx, personId, { name: given.name, document, birthDate, sexCode })
  // What was given, not what it says: the log holds no personal data.
  work.audit({
    action: 'people.save-identity',
    subject: { kind: 'person', id: personId },
    personId,
    details: { documentKind: given.documentKind },
  })
}

/**
 * Whether somebody's birth date may become another one. What the number of a document said is settled; and who is a minor does not
 * grow older by a new date, which would open what a guardian has to agree to.
 */
function mayBecome(known: Pick<Person, 'birthDate' | 'document'>, birthDate: string, now: Date): boolean {
  if (known.birthDate === null || known.birthDate === birthDate) return true
  if (known.document !== null && carriesBirthDate(known.document.kind)) return false
  return !isMinor(known.birthDate, now) || birthDate > known.birthDate
}
