/** What is to happen, earliest first. A lane (an order, an offering, a team) forgets what it planned when it is planned anew. */
export interface Lane {
  readonly key: string
  /** Entries with an older ticket are void. */
  ticket: number
}

export interface Entry<L extends Lane> {
  readonly at: number
  readonly lane: L
  readonly ticket: number
  /** An act of people; null where only time passes. */
  readonly act: (() => Promise<void>) | null
}

export interface Agenda<L extends Lane> {
  /** Voids what the lane had planned and plans anew. */
  replan(lane: L, entries: readonly Omit<Entry<L>, 'lane' | 'ticket'>[]): void
  /** When the next valid entry is; undefined when nothing is left. */
  nextAt(): number | undefined
  /** Takes all valid entries up to an instant, in their order. */
  take(until: number): Entry<L>[]
}

/** A binary heap by instant, then by the lane's key, so that equal instants always come in one order. */
export function openAgenda<L extends Lane>(): Agenda<L> {
  const heap: Entry<L>[] = []
  const isBefore = (a: Entry<L>, b: Entry<L>) => a.at < b.at || (a.at === b.at && a.lane.key < b.lane.key)
  const push = (entry: Entry<L>) => {
    let at = heap.push(entry) - 1
    for (let up = (at - 1) >> 1; at > 0 && isBefore(entry, heap[up]!); up = (at - 1) >> 1) {
      heap[at] = heap[up]!
      at = up
    }
    heap[at] = entry
  }
  const pop = (): Entry<L> => {
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= heap.length) break
      if (down + 1 < heap.length && isBefore(heap[down + 1]!, heap[down]!)) down++
      if (!isBefore(heap[down]!, last)) break
      heap[at] = heap[down]!
      at = down
    }
    heap[at] = last
    return first
  }
  const nextAt = () => {
    while (heap.length > 0 && heap[0]!.ticket !== heap[0]!.lane.ticket) pop()
    return heap[0]?.at
  }
  return {
    replan(lane, entries) {
      lane.ticket++
      for (const entry of entries) push({ ...entry, lane, ticket: lane.ticket })
    },
    nextAt,
    take(until) {
      const taken: Entry<L>[] = []
      for (let at = nextAt(); at !== undefined && at <= until; at = nextAt()) taken.push(pop())
      return taken
    },
  }
}
