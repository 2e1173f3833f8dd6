import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

export type Size = 'smoke' | 'soak'
export type Print = (text: string) => void

export interface Context {
  readonly random: Random
  readonly size: Size
  readonly print: Print
  /** The server that the designs share which need nothing special; opened when first asked for. */
  readonly stage: () => Promise<Stage>
  /** What must be ended even when the play is stopped in between: servers, mounts, folders. */
  readonly atEnd: (end: () => Promise<unknown>) => void
}
