import type { MarkMethod } from './attendance.ts'

/** What is known about one check-in or check-out beside that it was made. */
export interface EvidenceFacts {
  readonly method: MarkMethod
  /** Whether the code was that of the window before; null where no code was read. */
  readonly windowsOld: 0 | 1 | null
  /** The code was a volunteer's pass for the day, which can be copied, and not a code of half a minute. */
  readonly isDayPass: boolean
  readonly isOffline: boolean
  /** Hours between the claimed moment and its arrival here. */
  readonly hoursLate: number
  /** The device's clock was ahead of ours by more than it should be. */
  readonly isClockAhead: boolean
  readonly isSignedUp: boolean
  /** Other people who checked in at the same place from the same device; 0 where a device says nothing. */
  readonly othersOnDevice: number
  /** Another attendance of the person covers the same moment. */
  readonly isOverlapping: boolean
  /** The way from where the person was last, and the minutes there were for it; null when there was none. */
  readonly travel: { readonly kilometres: number; readonly minutes: number } | null
  /** Seconds between the latest check-ins by the same way at the same place, newest first. */
  readonly gapsSeconds: readonly number[]
  /** What the position said that the volunteer chose to send; null when none was sent. It is not kept. */
  readonly isNear: boolean | null
}

export type EvidenceReason = keyof typeof COSTS

export interface Evidence {
  /** 0 to 100. */
  readonly score: number
  readonly reasons: readonly EvidenceReason[]
}

/** Below it the hours wait for confirmation; they are never refused for it. */
export const EVIDENCE_LINE = 50

const SCORE_MAX = 100
// What each reason takes from the score. One sign alone of what happens to honest people stays above the line.
const COSTS = {
  'previous-window': 5,
  'day-pass': 10,
  'by-phone': 15,
  'list-tick': 25,
  paper: 30,
  offline: 5,
  'offline-late': 20,
  'clock-ahead': 55,
  'not-signed-up': 10,
  'device-shared': 20,
  'device-shared-widely': 55,
  overlap: 55,
  'impossible-travel': 55,
  'burst-rhythm': 55,
  'far-away': 30,
} as const

const OFFLINE_HOURS = 72
// A couple often shares one phone; a third person does not.
const DEVICE_OTHERS = 1
const DEVICE_OTHERS_WIDELY = 3
// By car on country roads; the distance is that between the places' units, so the short ones say nothing.
const TRAVEL_KMH = 100
const TRAVEL_KILOMETRES = 5
const BURST_GAPS = 6
const BURST_SECONDS = 10
const BURST_VARIATION = 0.1

/** Judges one mark. The same facts always give the same score; the reasons say why it is not 100. */
export function judgeEvidence(facts: EvidenceFacts): Evidence {
  const reasons: EvidenceReason[] = []
  const add = (holds: boolean, reason: EvidenceReason) => {
    if (holds) reasons.push(reason)
  }
  add(facts.windowsOld === 1, 'previous-window')
  add(facts.isDayPass, 'day-pass')
  add(facts.method === 'phone-code', 'by-phone')
  add(facts.method === 'list-tick', 'list-tick')
  add(facts.method === 'paper', 'paper')
  add(facts.isOffline, 'offline')
  add(facts.isOffline && facts.hoursLate > OFFLINE_HOURS, 'offline-late')
  add(facts.isClockAhead, 'clock-ahead')
  add(!facts.isSignedUp, 'not-signed-up')
  add(facts.othersOnDevice > DEVICE_OTHERS && facts.othersOnDevice < DEVICE_OTHERS_WIDELY, 'device-shared')
  add(facts.othersOnDevice >= DEVICE_OTHERS_WIDELY, 'device-shared-widely')
  add(facts.isOverlapping, 'overlap')
  add(isImpossible(facts.travel), 'impossible-travel')
  add(isMachineRhythm(facts.gapsSeconds), 'burst-rhythm')
  add(facts.isNear === false, 'far-away')
  const cost = reasons.reduce((sum, reason) => sum + COSTS[reason], 0)
  return { score: Math.max(0, SCORE_MAX - cost), reasons }
}

function isImpossible(travel: EvidenceFacts['travel']): boolean {
  if (travel === null || travel.kilometres < TRAVEL_KILOMETRES) return false
  return travel.kilometres > (Math.max(0, travel.minutes) / 60) * TRAVEL_KMH
}

/** People come unevenly; a row of check-ins every few seconds on the dot was made by one hand. */
function isMachineRhythm(gaps: readonly number[]): boolean {
  if (gaps.length < BURST_GAPS) return false
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  if (mean === 0 || mean > BURST_SECONDS) return false
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
  return Math.sqrt(variance) / mean < BURST_VARIATION
}

const EARTH_KILOMETRES = 6371

/** Great-circle distance. */
export function kilometresBetween(
  a: { readonly latitude: number; readonly longitude: number },
  b: { readonly latitude: number; readonly longitude: number },
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2
  const h =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude)
  return 2 * EARTH_KILOMETRES * Math.asin(Math.sqrt(h))
}
