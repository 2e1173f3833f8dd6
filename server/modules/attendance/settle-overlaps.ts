/** An attendance among the others of the same person. */
export interface Stay {
  readonly id: string
  readonly subjectId: string
  readonly from: Date
  /** Null while it lasts. */
  readonly until: Date | null
  /** It was counted when it happened; what arrives later gives way to it. */
  readonly isFixed: boolean
}

/**
 * Which of a person's attendances cannot count because another one covers the same time. Live ones come first, then the
 * earlier; the answer follows from the set alone, so that it does not matter in which order they arrived.
 * @returns ids of those that wait for confirmation
 */
export function overlapping(stays: readonly Stay[]): Set<string> {
  const ordered = stays.toSorted(
    (a, b) =>
      Number(b.isFixed) - Number(a.isFixed) ||
      a.from.getTime() - b.from.getTime() ||
      (a.subjectId < b.subjectId ? -1 : 1),
  )
  const counted: Stay[] = []
  const waiting = new Set<string>()
  for (const stay of ordered) {
    if (counted.some((other) => meet(stay, other))) waiting.add(stay.id)
    else counted.push(stay)
  }
  return waiting
}

/** Half-open intervals; an empty one meets nothing. */
function meet(a: Stay, b: Stay): boolean {
  const end = (stay: Stay) => stay.until?.getTime() ?? Number.POSITIVE_INFINITY
  const [aFrom, bFrom] = [a.from.getTime(), b.from.getTime()]
  return aFrom < end(a) && bFrom < end(b) && aFrom < end(b) && bFrom < end(a)
}
