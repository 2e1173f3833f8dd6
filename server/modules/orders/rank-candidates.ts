import type { Translate } from '#i18n/translate.ts'
import type { Candidate as EnginePlace, RejectionCode, ScorePart, TeamAnswer } from '../../dispatch/index.ts'
import { type CandidateDesk, teamOf } from './candidate-desk.ts'
import type { CandidateRow } from './candidate-views.ts'
import type { Provider } from './order.ts'
import { teamDayOf } from './team-days.ts'
import type { RejectionReason, Sorted } from './sort-providers.ts'

/** When a provider could best come. */
export interface Slot {
  readonly day: string
  readonly startsMinute: number
  readonly endsMinute: number
}

interface Named {
  readonly provider: Provider & { readonly name: string }
  readonly mode: 'bound' | 'invited'
}

/** A provider that has room for the order, with its score in equivalent minutes: less is better, each part in words. */
export interface Candidate extends Named {
  readonly scoreMinutes: number
  readonly slot: Slot
  readonly reasons: readonly { readonly kind: string; readonly minutes: number; readonly text: string }[]
}

/** A provider that one change would bring in; `isEligible` where it may be asked as things are, and has only no room. */
export interface NearMiss extends Named {
  readonly isEligible: boolean
  readonly change: string
  readonly text: string
  /** The day on which it would come, and what it would then cost; null where no single change is known to do. */
  readonly day: string | null
  readonly scoreMinutes: number | null
}

export interface Ranking {
  readonly candidates: readonly Candidate[]
  readonly nearMisses: readonly NearMiss[]
  readonly rejected: readonly { readonly reason: string; readonly text: string; readonly count: number }[]
  /** Whoever may be asked by the rules, with room or without: the engine proposes, people decide. */
  readonly eligible: readonly Provider[]
}

/** Puts the engine's answers into the order and the words that a dispatcher reads. Pure. */
export function rankCandidates(sorted: Sorted, desk: CandidateDesk, t: Translate): Ranking {
  const candidates: Candidate[] = []
  const nearMisses: NearMiss[] = []
  const full = new Map<Obstacle, number>()
  for (const row of sorted.eligible) {
    const answer = desk.answers.get(teamOf(row))
    if (answer?.best) candidates.push(candidateOf(row, answer.best, desk, t))
    else {
      const obstacle = obstacleOf(answer)
      nearMisses.push(withoutRoom(row, obstacle, answer, t))
      full.set(obstacle, (full.get(obstacle) ?? 0) + 1)
    }
  }
  for (const { row, rule } of sorted.near) {
    const best = desk.answers.get(teamOf(row))?.best
    if (best)
      nearMisses.push({
        ...named(row),
        isEligible: false,
        change: rule,
        text: t(`orders.near.${rule}`),
        day: best.day,
        scoreMinutes: Math.round(best.addedMinutes),
      })
  }
  candidates.sort((a, b) => a.scoreMinutes - b.scoreMinutes || a.provider.id.localeCompare(b.provider.id))
  const rank = (miss: NearMiss) => miss.scoreMinutes ?? Number.MAX_SAFE_INTEGER
  nearMisses.sort((a, b) => rank(a) - rank(b) || a.provider.id.localeCompare(b.provider.id))
  const counted: [RejectionReason | Obstacle, number][] = [...sorted.rejected, ...full]
  return {
    candidates,
    nearMisses,
    rejected: counted.map(([reason, count]) => ({ reason, count, text: t(`orders.rejected.${reason}`) })),
    eligible: sorted.eligible.map(({ kind, id }) => ({ kind, id })),
  }
}

export function isEligible(ranking: Pick<Ranking, 'eligible'>, provider: Provider): boolean {
  return ranking.eligible.some(({ kind, id }) => kind === provider.kind && id === provider.id)
}

/** Why somebody who may be asked has no room; the first three are changed by one thing. */
type Change = 'visits' | 'window' | 'shift'
type Obstacle = Change | 'travel' | 'no-day' | 'several'

const CHANGES: Partial<Record<RejectionCode, Change>> = {
  VISITS: 'visits',
  WINDOW: 'window',
  SHIFT: 'shift',
  WORK_MINUTES: 'shift',
}

function obstacleOf(answer: TeamAnswer | undefined): Obstacle {
  if (answer === undefined || answer.code === 'NO_DAY') return 'no-day'
  if (answer.code === null) return 'several'
  return CHANGES[answer.code] ?? (answer.code === 'TRAVEL' ? 'travel' : 'several')
}

function withoutRoom(row: CandidateRow, obstacle: Obstacle, answer: TeamAnswer | undefined, t: Translate): NearMiss {
  const relaxation = answer?.relaxation ?? null
  const change = relaxation === null ? undefined : CHANGES[relaxation.code]
  const base = { ...named(row), isEligible: true }
  if (relaxation === null || change === undefined)
    return { ...base, change: obstacle, text: t(`orders.rejected.${obstacle}`), day: null, scoreMinutes: null }
  return {
    ...base,
    change,
    text: t(`orders.near.${change}`),
    day: teamDayOf(relaxation.teamDay).day,
    scoreMinutes: Math.round(relaxation.addedMinutes),
  }
}

function named(row: CandidateRow): Named {
  return {
    provider: { kind: row.kind, id: row.id, name: row.name },
    mode: row.kind === 'agency' ? 'bound' : 'invited',
  }
}

function candidateOf(row: CandidateRow, place: EnginePlace, desk: CandidateDesk, t: Translate): Candidate {
  const minutes = new Map(place.parts.map((part) => [part.part, part.minutes]))
  const texts = textsOf(row, place, desk, t)
  const reasons = texts.map(([kind, text]) => ({
    kind,
    minutes: Math.round((minutes.get(kind) ?? 0) * 10) / 10,
    text,
  }))
  const score = reasons.reduce((sum, reason) => sum + reason.minutes, 0)
  const { day, startsMinute } = place
  return {
    ...named(row),
    scoreMinutes: Math.round(score * 10) / 10,
    slot: { day, startsMinute, endsMinute: startsMinute + desk.serviceMinutes },
    reasons,
  }
}

/** What is said of a place, part by part; what weighs nothing is said only where a dispatcher would ask for it. */
function textsOf(row: CandidateRow, place: EnginePlace, desk: CandidateDesk, t: Translate): [ScorePart, string][] {
  const weighs = new Map(place.parts.map((part) => [part.part, part.minutes]))
  const travel = Math.round(weighs.get('travel') ?? 0)
  const visits = desk.booked.get(place.teamDay) ?? 0
  const texts: [ScorePart, string][] = [
    ['skill', t(row.hasOffering ? 'orders.score.offering' : 'orders.score.same-category')],
    ['pairing', t(pairingKey(row))],
    [
      'travel',
      visits === 0
        ? t('orders.score.trip', { minutes: travel })
        : t('orders.score.detour', { count: visits, minutes: travel }),
    ],
    ['load', t('orders.score.load', { count: row.load })],
  ]
  if (weighs.has('fairness'))
    texts.push(['fairness', t('orders.score.fairness', { hours: Math.round(row.recentMinutes / 60) })])
  if (row.servedLast !== null) texts.push(['continuity', t(`orders.score.served-${row.servedLast}`)])
  texts.push(['evaluation', judged(row, t)])
  if (row.quotaLeft !== null) texts.push(['quota', t('orders.score.quota', { left: row.quotaLeft })])
  if (weighs.has('waiting')) texts.push(['waiting', t('orders.score.waiting')])
  if (weighs.has('lateness')) texts.push(['lateness', t('orders.score.lateness')])
  return texts
}

function pairingKey({ isOwnVillage, isPaired }: CandidateRow) {
  if (isOwnVillage) return 'orders.score.own-village'
  return isPaired ? 'orders.score.paired' : 'orders.score.in-area'
}

function judged({ stars, evaluations }: CandidateRow, t: Translate): string {
  return stars === null
    ? t('orders.score.evaluation-none')
    : t('orders.score.evaluation', { stars: stars.toFixed(1), count: evaluations })
}
