import type { Translate } from '#i18n/translate.ts'
import type { CandidateRow } from './candidate-views.ts'
import type { Provider } from './order.ts'

/** A provider that could take the order, with its score in equivalent minutes: less is better, each part in words. */
export interface Candidate {
  readonly provider: Provider & { readonly name: string }
  readonly mode: 'bound' | 'invited'
  readonly scoreMinutes: number
  readonly reasons: readonly { readonly kind: string; readonly minutes: number; readonly text: string }[]
}

export interface Ranking {
  readonly candidates: readonly Candidate[]
  readonly rejected: readonly { readonly reason: string; readonly text: string; readonly count: number }[]
}

export type RejectionReason = 'category' | 'area' | 'licence' | 'scope' | 'load' | 'quota' | 'asked'

// Equivalent minutes: what a difference is worth, measured in minutes of travel.
const MINUTES_PER_KM = 2
const MINUTES_PER_LOAD_SHARE = 60
const MINUTES_PER_STAR = 15
const MINUTES_OF_ORDERED_OFFERING = -120
const MINUTES_OF_OWN_VILLAGE = -20
const MINUTES_OF_LAST_QUOTA = 30
// Few evaluations say little: the mean is drawn towards this prior as if it had been given so often.
const PRIOR_STARS = 4
const PRIOR_WEIGHT = 3

/**
 * A simple, explained ranking by category, area, distance, load, quota and past evaluations. Pure.
 * @param how `whoeverWasAsked`: one who was asked before, and perhaps declined, may still claim
 */
export function rankCandidates(
  rows: readonly CandidateRow[],
  how: { t: Translate; inScope: (row: CandidateRow) => boolean; whoeverWasAsked?: boolean },
): Ranking {
  const rejected = new Map<RejectionReason, number>()
  const candidates: Candidate[] = []
  for (const row of rows) {
    const wasAsked = row.wasAsked && how.whoeverWasAsked !== true
    const reason = rejectionOf({ ...row, wasAsked }, how.inScope(row))
    if (reason === null) candidates.push(candidateOf(row, how.t))
    else rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
  }
  candidates.sort((a, b) => a.scoreMinutes - b.scoreMinutes || a.provider.id.localeCompare(b.provider.id))
  return {
    candidates,
    rejected: [...rejected].map(([reason, count]) => ({ reason, count, text: how.t(`orders.rejected.${reason}`) })),
  }
}

function rejectionOf(row: CandidateRow, inScope: boolean): RejectionReason | null {
  if (!row.hasCategory && !row.hasOffering) return 'category'
  if (!row.inArea && !row.hasOffering) return 'area'
  if (!row.hasLicences) return 'licence'
  if (!inScope) return 'scope'
  if (row.wasAsked) return 'asked'
  if (row.quotaLeft !== null && row.quotaLeft <= 0) return 'quota'
  return row.load >= row.loadMax ? 'load' : null
}

function candidateOf(row: CandidateRow, t: Translate): Candidate {
  const reasons = [fit(row, t), ...place(row, t), burden(row, t), ...quota(row, t), judged(row, t)]
  const scoreMinutes = Math.round(reasons.reduce((sum, reason) => sum + reason.minutes, 0) * 10) / 10
  return {
    provider: { kind: row.kind, id: row.id, name: row.name },
    mode: row.kind === 'agency' ? 'bound' : 'invited',
    scoreMinutes,
    reasons,
  }
}

function fit(row: CandidateRow, t: Translate) {
  return row.hasOffering
    ? { kind: 'category', minutes: MINUTES_OF_ORDERED_OFFERING, text: t('orders.score.offering') }
    : { kind: 'category', minutes: 0, text: t('orders.score.same-category') }
}

function place(row: CandidateRow, t: Translate) {
  const area = row.isOwnVillage
    ? { kind: 'area', minutes: MINUTES_OF_OWN_VILLAGE, text: t('orders.score.own-village') }
    : { kind: 'area', minutes: 0, text: t('orders.score.in-area') }
  if (row.km === null) return [area]
  const km = Math.round(row.km * 10) / 10
  return [
    area,
    { kind: 'distance', minutes: Math.round(km * MINUTES_PER_KM), text: t('orders.score.distance', { km }) },
  ]
}

function burden(row: CandidateRow, t: Translate) {
  const minutes = Math.round((row.load / row.loadMax) * MINUTES_PER_LOAD_SHARE)
  return { kind: 'load', minutes, text: t('orders.score.load', { count: row.load }) }
}

function quota(row: CandidateRow, t: Translate) {
  if (row.quotaLeft === null) return []
  const minutes = row.quotaLeft === 1 ? MINUTES_OF_LAST_QUOTA : 0
  return [{ kind: 'quota', minutes, text: t('orders.score.quota', { left: row.quotaLeft }) }]
}

function judged(row: CandidateRow, t: Translate) {
  if (row.stars === null) return { kind: 'evaluation', minutes: 0, text: t('orders.score.evaluation-none') }
  const mean = (row.stars * row.evaluations + PRIOR_STARS * PRIOR_WEIGHT) / (row.evaluations + PRIOR_WEIGHT)
  const minutes = Math.round((PRIOR_STARS - mean) * MINUTES_PER_STAR)
  return {
    kind: 'evaluation',
    minutes,
    text: t('orders.score.evaluation', { stars: row.stars.toFixed(1), count: row.evaluations }),
  }
}
