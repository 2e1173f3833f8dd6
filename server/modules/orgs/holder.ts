import type { Read, Work } from '#platform/work.ts'

/** What somebody has to settle before a unit can end, by kind. */
export interface Holdings {
  readonly staff: number
  readonly offerings: number
  /** Offers that wait for an answer, and orders in hand. */
  readonly orders: number
  /** Hours, cases, certificates and requests that wait for the unit. */
  readonly matters: number
  readonly activities: number
}

/**
 * What a module holds about a unit and what becomes of it when the unit ends. The modules above give theirs at composition,
 * because this one knows none of them.
 */
export interface UnitHolder {
  /** What must be settled first; nothing of it is undone silently. */
  holds?(read: Pick<Read, 'tx' | 'now'>, unitId: string): Promise<Partial<Holdings>>
  /** Hands what goes on to the unit that takes over. */
  handOver?(work: Work, unitId: string, successorId: string): Promise<void>
}

const NOTHING: Holdings = { staff: 0, offerings: 0, orders: 0, matters: 0, activities: 0 }

/** All that stands in the way of ending a unit, over all modules. */
export async function holdingsOf(
  read: Pick<Read, 'tx' | 'now'>,
  holders: readonly UnitHolder[],
  unitId: string,
): Promise<Holdings> {
  const sum = { ...NOTHING }
  for (const holder of holders)
    for (const [kind, count] of Object.entries((await holder.holds?.(read, unitId)) ?? {}))
      sum[kind as keyof Holdings] += count
  return sum
}
