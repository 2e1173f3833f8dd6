import type { mergeRoutes } from '#contract/merges.ts'
import type { Tx } from '#platform/db.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskIdNumber, maskName, maskPhone } from '#platform/masking.ts'
import { Refusal } from '#platform/refusal.ts'
import type { PersonHolder } from './holder.ts'
import { isMinor } from './identity.ts'
import { registeredAt } from './leave.ts'
import { decideProposal, mergeOwn, proposeMerge, undoMerge } from './merge-people.ts'
import { accountsOfOneDocument, listMerges, type MergeView, mergesOf } from './merge-rows.ts'
import { findPerson } from './person-rows.ts'

/** What these handlers are told at composition. */
export interface MergeTools {
  readonly holders: readonly PersonHolder[]
  readonly isVolunteer: (tx: Tx, personId: string) => Promise<boolean>
}

const ROWS_MAX = 100
const mayUndo = (merge: MergeView, now: Date) => merge.state === 'done' && merge.undoUntil! > now

export function mergeHandlers({ holders, isVolunteer }: MergeTools): Handlers<typeof mergeRoutes> {
  return {
    async mergeOwn(work, { body }) {
      const result = await mergeOwn(work, work.actor.personId!, body, holders)
      return result instanceof Refusal ? { answer: undefined as never, refusal: result } : { answer: result }
    },
    async listMyMerges({ tx, actor, now }) {
      const rows = await mergesOf(tx, actor.personId!)
      return { answer: { rows: rows.map((row) => ({ ...row, mayUndo: mayUndo(row, now) })) } }
    },
    async undoMyMerge(work, { params }) {
      await undoMerge(work, params.id, (merge) => merge.keptId === work.actor.personId, holders)
      return { answer: {} }
    },
    async proposeMerge(work, { body }) {
      return { answer: { id: await proposeMerge(work, body) } }
    },
    async listMerges({ tx, actor, now }) {
      const rows = []
      for (const merge of await listMerges(tx, ROWS_MAX)) {
        const [kept, absorbed] = [await accountOf(tx, merge.keptId, now), await accountOf(tx, merge.absorbedId, now)]
        rows.push({
          ...merge,
          isMine: merge.proposedBy === actor.personId,
          mayUndo: merge.proof === 'two-staff' && mayUndo(merge, now),
          kept,
          absorbed,
        })
      }
      const sharing = []
      for (const { oneId, otherId } of await accountsOfOneDocument(tx, ROWS_MAX))
        sharing.push({ one: await accountOf(tx, oneId, now), other: await accountOf(tx, otherId, now) })
      return { answer: { rows, sharing } }
    },
    async decideMerge(work, { params, body }) {
      await decideProposal(work, params.id, body.agrees, holders)
      return { answer: {} }
    },
    async undoMerge(work, { params }) {
      await undoMerge(work, params.id, (merge) => merge.proof === 'two-staff', holders)
      return { answer: {} }
    },
  }

  async function accountOf(tx: Tx, id: string, now: Date) {
    const { name, phone, document, birthDate } = (await findPerson(tx, id))!
    return {
      id,
      nameMasked: maskName(name ?? ''),
      phoneMasked: phone === null ? null : maskPhone(phone),
      documentMasked: document === null ? null : maskIdNumber(document.number),
      registeredAt: await registeredAt(tx, id),
      isVolunteer: await isVolunteer(tx, id),
      isMinor: isMinor(birthDate, now),
    }
  }
}
