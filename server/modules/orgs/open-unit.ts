import { forgetSessions } from '#platform/auth/sessions.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { insertUnits } from './unit-rows.ts'
import { findUnit, type UnitInTree } from './unit-views.ts'

/** A unit that begins. Of the official codes an institute has `……000`, its stations the same nine digits; an agency has none. */
export interface Beginning {
  readonly kind: 'institute' | 'station' | 'agency'
  readonly parentId: string
  readonly name: string
  readonly nameEn: string | null
  readonly code: string | null
  /** 'YYYY-MM-DD'. */
  readonly validFrom: string
}

const CODE_OF_INSTITUTE = 9
const CODE_OF_DISTRICT = 6

/** Lets an agency, a township's institute or a village's station begin on a date. @returns its id */
export async function openUnit(work: Work, given: Beginning): Promise<string> {
  const parent = await findUnit(work.tx, given.parentId, given.validFrom)
  if (parent === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'parentId' })
  if (parent.kind !== (given.kind === 'station' ? 'institute' : 'centre')) {
    throw refuse('wrong-parent', {}, { field: 'parentId' })
  }
  if (!isCodeOf(given, parent)) throw refuse('code-elsewhere', {}, { field: 'code' })
  const id = newUuid7(work.now)
  const { nameEn, ...unit } = given
  try {
    await insertUnits(work.tx, [{ ...unit, id, ...(nameEn !== null && { nameEn }) }])
  } catch (error) {
    if (violatedConstraint(error) !== 'one_unit_per_code_at_a_time') throw error
    throw refuse('code-taken', { code: given.code ?? '' }, { field: 'code' })
  }
  // A role at the parent covers it from now on.
  await forgetSessions(work.tx)
  work.audit({ action: 'orgs.open-unit', subject: { kind: 'unit', id }, details: { ...given } })
  return id
}

function isCodeOf({ kind, code }: Beginning, parent: UnitInTree): boolean {
  if (kind === 'agency' || code === null) return kind === 'agency' && code === null
  const digits = kind === 'station' ? CODE_OF_INSTITUTE : CODE_OF_DISTRICT
  const isInstitute = code.endsWith('000')
  return parent.code !== null && code.startsWith(parent.code.slice(0, digits)) && isInstitute === (kind === 'institute')
}
