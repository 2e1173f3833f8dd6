/** What the year's activities are planned from. */
import type { Dice } from './dice.ts'
import type { PlannedStation, PlannedTeam, PlannedVolunteer, Span } from './planned.ts'
import type { VolunteeringWords } from './seed-words.ts'

export interface ActivityPlanner {
  readonly span: Span
  readonly dice: Dice
  readonly words: VolunteeringWords
  readonly stations: readonly PlannedStation[]
  readonly teams: readonly PlannedTeam[]
  readonly volunteers: readonly PlannedVolunteer[]
}
