import type { CheckInMethod, CheckOutMethod, Direction, MarkMethod } from './attendance.ts'

/** A mark as it is kept. */
export interface KeptMark {
  readonly id: string
  readonly direction: Direction
  readonly at: Date
  readonly method: MarkMethod
  readonly isOffline: boolean
  readonly recordedBy: string | null
  readonly score: number
  readonly reasons: readonly string[]
}

/** What all marks of a person at a session say together. */
export interface Folded {
  readonly from: Date
  readonly methodIn: CheckInMethod
  readonly until: Date | null
  readonly methodOut: CheckOutMethod | null
  readonly isOffline: boolean
  readonly recordedBy: string | null
  readonly score: number
  readonly reasons: readonly string[]
}

/**
 * The first check-in and the last check-out count; the score is the lowest, the reasons are all. The answer follows from the set
 * of marks alone. @returns undefined without a check-in
 */
export function foldMarks(marks: readonly KeptMark[]): Folded | undefined {
  const first = firstOf(marks.filter((mark) => mark.direction === 'in'))
  if (first === undefined) return undefined
  const outs = marks.filter((mark) => mark.direction === 'out' && mark.at >= first.at)
  const latest = Math.max(...outs.map((mark) => mark.at.getTime()))
  const last = firstOf(outs.filter((mark) => mark.at.getTime() === latest))
  return {
    from: first.at,
    methodIn: first.method,
    until: last?.at ?? null,
    methodOut: last?.method ?? null,
    isOffline: first.isOffline,
    recordedBy: first.recordedBy,
    score: Math.min(...marks.map((mark) => mark.score)),
    reasons: [...new Set(marks.flatMap((mark) => mark.reasons))].toSorted(),
  }
}

/** By instant, then by id. */
function firstOf(marks: readonly KeptMark[]): KeptMark | undefined {
  return marks.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))[0]
}
