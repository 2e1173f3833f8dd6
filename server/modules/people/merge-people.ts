/**
 * Two accounts of one person become one. The absorbed account stays and points to the kept one: signing in with either phone opens
 * the kept one, and what is history (attendances, hours, audit, the ledger) keeps the id it was written under and is read through
 * `identitiesOf`. What is live follows, module by module, and the list of it is kept for the undo (decision 0016).
 */
import { endSessionsOf } from '#platform/auth/sessions.ts'
import { addMinutes } from '#platform/dates.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { carryConsents, endConsentRows } from './consent-rows.ts'
import type { Merge, Moved, PersonHolder } from './holder.ts'
import { checkDocument, type DocumentKind, documentText } from './identity.ts'
import { textOf, whatHoldsBack } from './leave.ts'
import {
  decideMerge,
  insertMerge,
  keepMoved,
  lockMerge,
  markUndone,
  type MergeRow,
  moveLinks,
  moveLinksBack,
} from './merge-rows.ts'
import type { Person } from './person.ts'
import {
  documentIndex,
  findPersonByPhone,
  identitiesOf,
  lockPersonAlone,
  moveIdentity,
  phoneIndex,
  setMergedInto,
  updatePerson,
} from './person-rows.ts'
import { refuse } from './refusals.ts'
import { normalisedPhone, useCode } from './sign-in-resident.ts'

const UNDO_DAYS = 30
const undoUntil = (now: Date) => addMinutes(now, UNDO_DAYS * 24 * 60)

/**
 * Takes another account of the acting person into this one, proved by a code of its phone.
 * @returns a refusal to be given after the commit, because a wrong code is counted
 */
export async function mergeOwn(
  work: Work,
  personId: string,
  given: { phone: string; code: string },
  holders: readonly PersonHolder[],
): Promise<{ id: string; undoUntil: Date } | Refusal> {
  const phone = normalisedPhone(given.phone)
  const refusal = await useCode(work, phone, given.code)
  if (refusal !== null) return refusal
  const otherId = await findPersonByPhone(work.tx, phone)
  if (otherId === undefined) throw refuse('no-account', {}, { field: 'phone' })
  if (otherId === personId) throw refuse('same-account', {}, { field: 'phone' })
  const merge = { id: newUuid7(work.now), keptId: personId, absorbedId: otherId }
  const until = undoUntil(work.now)
  await refuseOpenMerge(() =>
    insertMerge(work.tx, {
      ...merge,
      proof: 'two-codes',
      state: 'done',
      by: personId,
      at: work.now,
      undoUntil: until,
      note: '',
    }),
  )
  await carryOut(work, merge, holders)
  return { id: merge.id, undoUntil: until }
}

/**
 * Proposes a merge with the document in hand: its number is that of one account, and the other has the same or none. Somebody else
 * decides.
 * @throws Refusal no-account, same-account, document-invalid, document-of-neither, two-documents, merge-open
 */
export async function proposeMerge(
  work: Work,
  given: { keptPhone: string; absorbedPhone: string; documentKind: DocumentKind; documentNumber: string; note: string },
): Promise<string> {
  const keptId = await findPersonByPhone(work.tx, normalisedPhone(given.keptPhone, 'keptPhone'))
  const absorbedId = await findPersonByPhone(work.tx, normalisedPhone(given.absorbedPhone, 'absorbedPhone'))
  if (keptId === undefined) throw refuse('no-account', {}, { field: 'keptPhone' })
  if (absorbedId === undefined) throw refuse('no-account', {}, { field: 'absorbedPhone' })
  if (keptId === absorbedId) throw refuse('same-account', {}, { field: 'absorbedPhone' })
  const checked = checkDocument(given.documentKind, given.documentNumber)
  if (!checked.ok) throw refuse('document-of-neither', {}, { field: 'documentNumber' })
  const [kept, absorbed] = await lockBoth(work, { keptId, absorbedId })
  refuseTwoDocuments(kept, absorbed)
  const seen = documentIndex(work.tx, checked.document)
  const known = kept.document ?? absorbed.document
  if (known === null || !documentIndex(work.tx, known).equals(seen))
    throw refuse('document-of-neither', {}, { field: 'documentNumber' })
  const id = newUuid7(work.now)
  const by = work.actor.personId!
  await refuseOpenMerge(() =>
    insertMerge(work.tx, {
      id,
      keptId,
      absorbedId,
      proof: 'two-staff',
      state: 'proposed',
      by,
      at: work.now,
      undoUntil: null,
      note: given.note,
    }),
  )
  for (const personId of [keptId, absorbedId])
    work.audit({
      action: 'people.propose-merge',
      subject: { kind: 'merge', id },
      personId,
      purpose: 'merge-accounts',
      details: { fields: ['name', 'phone', 'document'] },
    })
  return id
}

/** @throws Refusal platform.not-found, merge-decided, own-proposal, cannot-merge-yet, two-documents */
export async function decideProposal(
  work: Work,
  id: string,
  agrees: boolean,
  holders: readonly PersonHolder[],
): Promise<void> {
  const merge = await lockMerge(work.tx, id)
  if (merge === undefined) throw new Refusal('platform.not-found', 404, {})
  if (merge.state !== 'proposed') throw refuse('merge-decided')
  const by = work.actor.personId!
  if (merge.proposedBy === by) throw refuse('own-proposal')
  const state = agrees ? 'done' : 'refused'
  await decideMerge(work.tx, id, { state, by, at: work.now, undoUntil: agrees ? undoUntil(work.now) : null })
  if (agrees) await carryOut(work, merge, holders)
  else work.audit({ action: 'people.refuse-merge', subject: { kind: 'merge', id }, personId: merge.keptId })
}

/**
 * Undoes a merge within thirty days: what followed goes back as far as it is still there; what came afterwards stays.
 * @param mayUndo whether the actor may undo this one
 * @throws Refusal platform.not-found, undo-too-late
 */
export async function undoMerge(
  work: Work,
  id: string,
  mayUndo: (merge: MergeRow) => boolean,
  holders: readonly PersonHolder[],
): Promise<void> {
  const merge = await lockMerge(work.tx, id)
  if (merge === undefined || !mayUndo(merge)) throw new Refusal('platform.not-found', 404, {})
  if (merge.state !== 'done' || merge.undoUntil! <= work.now) throw refuse('undo-too-late')
  const [kept, absorbed] = await lockBoth(work, merge)
  if (absorbed.mergedInto !== kept.id) throw refuse('undo-too-late')
  const own = merge.moved['people'] ?? {}
  await setMergedInto(work.tx, own['accounts'] ?? [], absorbed.id)
  await setMergedInto(work.tx, [absorbed.id], null)
  if (own['identity'] !== undefined && kept.document !== null)
    await moveIdentity(work.tx, kept, absorbed.id, absorbed.name ?? kept.name ?? '')
  await moveLinksBack(work.tx, merge, own['links'] ?? [])
  await endConsentRows(work.tx, own['consents'] ?? [], work.now)
  for (const holder of holders) await holder.moveBack?.(work, merge, merge.moved[holder.name] ?? {})
  await markUndone(work.tx, id, work.now)
  for (const personId of [merge.keptId, merge.absorbedId])
    work.audit({ action: 'people.undo-merge', subject: { kind: 'merge', id }, personId })
}

async function carryOut(work: Work, merge: Merge, holders: readonly PersonHolder[]): Promise<void> {
  const { tx } = work
  const [kept, absorbed] = await lockBoth(work, merge)
  if ([kept, absorbed].some((one) => one.erasedAt !== null || one.mergedInto !== null)) throw refuse('account-closed')
  refuseTwoDocuments(kept, absorbed)
  const holdBacks = await whatHoldsBack(work, absorbed.id, holders)
  const hindering = holdBacks.filter((code) => code !== 'order-under-way')
  if (hindering.length > 0) throw refuse('cannot-merge-yet', { why: textOf(hindering, work.actor.locale) })
  const indexOf = ({ phone }: Person) => (phone === null ? null : phoneIndex(tx, phone))
  const phones = { keptPhone: indexOf(kept), absorbedPhone: indexOf(absorbed) }
  const own: Record<string, readonly string[]> = { links: await moveLinks(tx, merge, { ...phones, at: work.now }) }
  if (kept.document === null && absorbed.document !== null) {
    await moveIdentity(tx, absorbed, kept.id, kept.name ?? absorbed.name ?? '')
    own['identity'] = [kept.id]
  } else if (kept.name === null && absorbed.name !== null) await updatePerson(tx, kept.id, { name: absorbed.name })
  own['accounts'] = (await identitiesOf(tx, absorbed.id)).filter((id) => id !== absorbed.id)
  await setMergedInto(tx, [absorbed.id, ...own['accounts']], kept.id)
  // What service itself rests on goes along; whatever else was agreed to is asked again.
  const purposes = ['volunteering', 'guardian', 'guardian-under-14'] as const
  own['consents'] = await carryConsents(tx, work.now, { fromId: absorbed.id, toId: kept.id, purposes })
  const moved: Record<string, Moved> = { people: own }
  for (const holder of holders) moved[holder.name] = (await holder.move?.(work, merge)) ?? {}
  await keepMoved(tx, merge.id, moved)
  await endSessionsOf(tx, absorbed.id)
  for (const personId of [kept.id, absorbed.id])
    work.audit({ action: 'people.merge', subject: { kind: 'merge', id: merge.id }, personId })
}

/** Both accounts, always locked in one order, so that two merges cannot wait for each other. */
async function lockBoth(
  work: Work,
  { keptId, absorbedId }: Pick<Merge, 'keptId' | 'absorbedId'>,
): Promise<[Person, Person]> {
  const locked = new Map<string, Person>()
  for (const id of [keptId, absorbedId].toSorted()) locked.set(id, await lockPersonAlone(work.tx, id))
  return [locked.get(keptId)!, locked.get(absorbedId)!]
}

/** Two documents of one kind are two people; of two kinds somebody has to look first. The same document twice is one person. */
function refuseTwoDocuments(kept: Person, absorbed: Person): void {
  if (kept.document === null || absorbed.document === null) return
  const isSame = documentText(kept.document) === documentText(absorbed.document)
  if (!isSame || kept.birthDate !== absorbed.birthDate) throw refuse('two-documents')
}

async function refuseOpenMerge(insert: () => Promise<void>): Promise<void> {
  try {
    await insert()
  } catch (error) {
    if (violatedConstraint(error) !== 'one_open_merge_per_account') throw error
    throw refuse('merge-open')
  }
}
