import type { CandidateRow } from './candidate-views.ts'

export type RejectionReason = 'category' | 'area' | 'licence' | 'scope' | 'load' | 'quota' | 'asked'

/** Rules that a centre may let go for once; a kind of service that somebody does not do is none of them. */
const RELAXABLE = ['area', 'licence', 'load', 'quota'] as const
export type RelaxableRule = (typeof RELAXABLE)[number]

export interface Sorted {
  readonly eligible: readonly CandidateRow[]
  /** Those that one rule alone keeps out. */
  readonly near: readonly { readonly row: CandidateRow; readonly rule: RelaxableRule }[]
  readonly rejected: ReadonlyMap<RejectionReason, number>
}

/** Who may be asked at all, before any day is looked at, and why the others may not. Pure. */
export function sortProviders(
  rows: readonly CandidateRow[],
  how: { inScope: (row: CandidateRow) => boolean; whoeverWasAsked?: boolean },
): Sorted {
  const rejected = new Map<RejectionReason, number>()
  const eligible: CandidateRow[] = []
  const near: { row: CandidateRow; rule: RelaxableRule }[] = []
  for (const row of rows) {
    const [reason, ...others] = failures(row, how)
    if (reason === undefined) eligible.push(row)
    else {
      rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
      if (others.length === 0 && isRelaxable(reason)) near.push({ row, rule: reason })
    }
  }
  return { eligible, near, rejected }
}

function failures(
  row: CandidateRow,
  { inScope, whoeverWasAsked }: { inScope: (row: CandidateRow) => boolean; whoeverWasAsked?: boolean },
): RejectionReason[] {
  const failed: RejectionReason[] = []
  if (!row.hasCategory && !row.hasOffering) failed.push('category')
  if (!row.inArea && !row.hasOffering) failed.push('area')
  if (!row.hasLicences) failed.push('licence')
  if (!inScope(row)) failed.push('scope')
  if (row.wasAsked && whoeverWasAsked !== true) failed.push('asked')
  if (row.quotaLeft !== null && row.quotaLeft <= 0) failed.push('quota')
  if (row.load >= row.loadMax) failed.push('load')
  return failed
}

function isRelaxable(reason: RejectionReason): reason is RelaxableRule {
  return (RELAXABLE as readonly string[]).includes(reason)
}
