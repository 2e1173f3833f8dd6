import type { Tx } from '#platform/db.ts'
import { consentsOf } from './consent-rows.ts'
import type { PersonHolder, Section } from './holder.ts'
import { maskIdNumber } from '#platform/masking.ts'
import { linksOf } from './link-rows.ts'
import { findPerson } from './person-rows.ts'
import { looksAt } from './person-views.ts'

const LOOKS_MAX = 10_000

/** Everything that is held about a person (PIPL art. 45), by section; the document's number only as the person always sees it. */
export async function collectPerson(
  tx: Tx,
  personId: string,
  holders: readonly PersonHolder[],
): Promise<{ name: string; rows: Section }[]> {
  const person = (await findPerson(tx, personId))!
  const sections: Record<string, Section> = {
    person: [
      {
        name: person.name,
        phone: person.phone,
        birthDate: person.birthDate,
        sexCode: person.sexCode,
        documentKind: person.document?.kind ?? null,
        documentNumberMasked: person.document === null ? null : maskIdNumber(person.document.number),
        locale: person.locale,
      },
    ],
    consents: (await consentsOf(tx, personId)).map((row) => ({
      purpose: row.purpose,
      wordingVersion: row.wordingVersion,
      givenAt: row.givenAt.toISOString(),
      withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
      byGuardian: row.byGuardian,
    })),
    links: (await linksOf(tx, personId, person.phone)).map(({ kind, state, relation, otherName, askedAt }) => ({
      kind,
      state,
      relation,
      otherName,
      askedAt: askedAt.toISOString(),
    })),
    looks: (await looksAt(tx, personId, { beforeId: undefined, limit: LOOKS_MAX })).map((look) => ({
      at: look.at.toISOString(),
      by: look.by,
      purpose: look.purpose,
      fields: look.fields.join(', '),
    })),
  }
  for (const holder of holders) Object.assign(sections, await holder.collect?.(tx, personId))
  return Object.entries(sections).map(([name, rows]) => ({ name, rows }))
}
