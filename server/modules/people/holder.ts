import type { Tx } from '#platform/db.ts'
import type { Read, Work } from '#platform/work.ts'

/** Why somebody cannot leave yet; the text is `people.hold-back.<code>`. */
export const HOLD_BACKS = ['staff-role', 'checked-in', 'order-under-way', 'points-held'] as const
export type HoldBack = (typeof HOLD_BACKS)[number]

/** One kind of record in a person's export, with flat rows. */
export type Section = readonly Readonly<Record<string, string | number | boolean | null>>[]

/** Two accounts of one person: what is live goes from the absorbed one to the kept one. */
export interface Merge {
  readonly id: string
  readonly keptId: string
  readonly absorbedId: string
}

/** What followed a merge, by kind: ids of rows, kept so that they can go back. */
export type Moved = Readonly<Record<string, readonly string[]>>

/**
 * What a module holds about a person and what becomes of it when the person leaves. The modules above give theirs at composition,
 * because this one knows none of them.
 */
export interface PersonHolder {
  /** The module's; under it stands in a merge what followed. */
  readonly name: string
  /** What must be settled before the person can leave; nothing of it is undone silently. */
  holdsBack?(read: Pick<Read, 'tx' | 'now'>, personId: string): Promise<readonly HoldBack[]>
  /** Ends what the person has promised to do, as the person would: places go to whoever waits. */
  withdrawService?(work: Work, personId: string): Promise<void>
  /** Ends the rest and erases what is personal; records of service stay under the bare id. */
  leave?(work: Work, personId: string): Promise<void>
  /** Lets what is live follow a merge; what is history keeps the id it was written under. @returns what followed */
  move?(work: Work, merge: Merge): Promise<Moved>
  /** Gives back what followed, as far as it is still there. */
  moveBack?(work: Work, merge: Merge, moved: Moved): Promise<void>
  /** What is told to the person about himself or herself, by section. */
  collect?(tx: Tx, personId: string): Promise<Readonly<Record<string, Section>>>
}
