import { type DocumentKind, findPerson, type Person } from '#modules/people/index.ts'
import type { Tx } from '#platform/db.ts'
import { type Certificate, ID_NUMBER_COLUMN, type IdType } from './certificate.ts'
import { refuse } from './refusals.ts'

/** What the holder gave for the certificate, beside the identity that the account has. */
export type IdentityCheck = 'same' | 'differs' | 'unchecked'

/** A document of a kind that certificates do not name cannot be compared. */
const ID_TYPES_OF: Readonly<Record<DocumentKind, readonly IdType[]>> = {
  'resident-id': ['resident-id'],
  'hmt-residence': [],
  'foreign-residence': ['permanent-residence'],
  'hmt-travel': ['hk-macau-permit', 'taiwan-permit'],
  passport: ['passport'],
}

interface Given {
  readonly holderName: string
  readonly idType: IdType
  readonly idNumber: string
}

type FaultyField = 'holderName' | 'idType' | 'idNumber'

const plain = (text: string) => text.normalize('NFKC').replaceAll(/\s/gu, '')

/** The first field that says something else than the saved identity; null when all agree; undefined when nothing can be compared. */
function differing(person: Pick<Person, 'name' | 'document'>, given: Given): FaultyField | null | undefined {
  const { name, document } = person
  if (document === null) return undefined
  if (name !== null && plain(name) !== plain(given.holderName)) return 'holderName'
  const types = ID_TYPES_OF[document.kind]
  if (types.length === 0) return undefined
  if (!types.includes(given.idType)) return 'idType'
  return document.number === given.idNumber ? null : 'idNumber'
}

/**
 * Whoever saved an identity asks for certificates under it and no other. Whoever saved none saves none by asking: the handler is
 * told that nothing was compared, and looks at the document.
 * @throws Refusal other-identity
 */
export async function requireSavedIdentity(tx: Tx, personId: string, given: Given): Promise<void> {
  const field = differing((await findPerson(tx, personId))!, given)
  if (field != null) throw refuse('other-identity', {}, { field })
}

/** How a certificate stands to the identity that is saved now; null once its number is gone. */
export async function identityCheckOf(
  tx: Tx,
  c: Pick<Certificate, 'id' | 'personId' | 'holderName' | 'idType' | 'idNumberCipher'>,
): Promise<IdentityCheck | null> {
  if (c.idNumberCipher === null) return null
  const idNumber = tx.personal.decrypt(ID_NUMBER_COLUMN, c.id, c.idNumberCipher)
  const field = differing((await findPerson(tx, await keptAccount(tx, c.personId)))!, { ...c, idNumber })
  if (field === undefined) return 'unchecked'
  return field === null ? 'same' : 'differs'
}

/** After a merge the identity is that of the account that goes on. */
async function keptAccount(tx: Tx, personId: string): Promise<string> {
  return (await findPerson(tx, personId))?.mergedInto ?? personId
}
