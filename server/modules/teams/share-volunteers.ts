import { openBirthDate } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { listShared, type SharedRow } from './volunteer-views.ts'
import { holdsOn } from './volunteer.ts'

/** Systems to which records can be handed: the city's own, and the national one. */
export type ReceivingSystem = 'beijing' | 'national'

export interface DataElements {
  /** The person's number in the receiving system; never the number of a document (MZ/T 061). */
  readonly volunteerNumber: string | null
  readonly name: string | null
  /** GB/T 2261.1: 0 unknown, 1 male, 2 female. */
  readonly sexCode: number
  readonly birthDate: string | null
  /** GB/T 2260. */
  readonly areaCode: string
  readonly registeredOn: string
  readonly skills: readonly string[]
  readonly serviceKinds: readonly string[]
  readonly languages: readonly string[]
  readonly licences: readonly { kind: string; issuer: string; validUntil: string | null }[]
  readonly politicalCode: string | null
  readonly occupation: string | null
  readonly insuredUntil: string | null
}

/**
 * Data elements of the volunteers who agreed to be shared, a page at a time. Each of them finds in the list of looks that it
 * happened, to which system and when.
 */
export async function shareVolunteers(
  work: Work,
  system: ReceivingSystem,
  page: { afterId: string | null; limit: number },
): Promise<{ rows: DataElements[]; nextAfterId: string | null }> {
  const rows = await listShared(work.tx, page.afterId, page.limit + 1)
  // The surplus row only tells that there is more: nobody gets it yet.
  const shared = rows.slice(0, page.limit)
  for (const { personId } of shared)
    work.audit({
      action: 'teams.share-volunteer',
      subject: { kind: 'person', id: personId },
      personId,
      purpose: `sharing-${system}`,
      details: { fields: ['name', 'birth-date', 'profile'] },
    })
  return {
    rows: shared.map((row) => elementsOf(work, row, system)),
    nextAfterId: rows.length > page.limit ? shared.at(-1)!.personId : null,
  }
}

function elementsOf({ tx, now }: Work, row: SharedRow, system: ReceivingSystem): DataElements {
  const { personId, birthDateCipher } = row
  return {
    volunteerNumber: system === 'beijing' ? row.beijingNumber : row.nationalNumber,
    name: row.name,
    sexCode: row.sexCode ?? 0,
    birthDate: birthDateCipher === null ? null : openBirthDate(tx, personId, birthDateCipher),
    areaCode: String(tx.districtId),
    registeredOn: dateIn(row.registeredAt),
    skills: row.skills,
    serviceKinds: row.serviceKinds,
    languages: row.languages,
    licences: row.licences.filter((licence) => holdsOn(licence.validUntil, dateIn(now))),
    politicalCode: row.politicalCode,
    occupation: row.occupation,
    insuredUntil: row.insuredUntil,
  }
}
