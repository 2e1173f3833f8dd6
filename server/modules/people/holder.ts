import type { Tx } from '#platform/db.ts'
import type { Read, Work } from '#platform/work.ts'

/** Why somebody cannot leave yet; the text is `people.hold-back.<code>`. */
export const HOLD_BACKS = ['staff-role', 'checked-in', 'order-under-way', 'points-held'] as const
export type HoldBack = (typeof HOLD_BACKS)[number]

/** One kind of record in a person's export, with flat rows. */
export type Section = readonly Readonly<Record<string, string | number | boolean | null>>[]

/**
 * What a module holds about a person and what becomes of it when the person leaves. The modules above give theirs at composition,
 * because this one knows none of them.
 */
export interface PersonHolder {
  /** What must be settled before the person can leave; nothing of it is undone silently. */
  holdsBack?(read: Pick<Read, 'tx' | 'now'>, personId: string): Promise<readonly HoldBack[]>
  /** Ends what the person has promised to do, as the person would: places go to whoever waits. */
  withdrawService?(work: Work, personId: string): Promise<void>
  /** Ends the rest and erases what is personal; records of service stay under the bare id. */
  leave?(work: Work, personId: string): Promise<void>
  /** What is told to the person about himself or herself, by section. */
  collect?(tx: Tx, personId: string): Promise<Readonly<Record<string, Section>>>
}
