/** What a running play knows of volunteers, teams and activities: identifiers of the database by the plan's numbers. */
import { nameOf } from './plan-teams.ts'
import { keeperLogin, instituteLogin } from './cast.ts'
import type { Dice } from './dice.ts'
import type { PlannedSession, YearPlan } from './planned.ts'
import type { SeedWords, VolunteeringWords } from './seed-words.ts'

export interface Volunteering {
  readonly words: VolunteeringWords
  /** Persons by the volunteer's index, once they registered. */
  readonly people: Map<number, string>
  readonly activities: Map<number, string>
  readonly sessions: Map<number, string>
  /** What a device that collects without a network fetched, by session. */
  readonly packs: Map<number, { readonly pack: string; readonly key: Buffer }>
  /** Written when first needed, by key, and by whoever needs it first. */
  readonly families: Map<string, Promise<string>>
  readonly themes: Map<string, Promise<string>>
  readonly templates: Map<string, Promise<string>>
  sessionAt(index: number): PlannedSession
  /** Name of whoever works at the unit. */
  personInCharge(unit: string): string
}

export function openVolunteering(
  plan: YearPlan,
  words: Pick<SeedWords, 'life' | 'volunteering'>,
  dice: Dice,
  people: Map<number, string>,
): Volunteering {
  return {
    words: words.volunteering,
    people,
    activities: new Map(),
    sessions: new Map(),
    packs: new Map(),
    families: new Map(),
    themes: new Map(),
    templates: new Map(),
    sessionAt: (index) => plan.sessions[index]!,
    personInCharge: (unit) => nameOf(unit.endsWith('000') ? instituteLogin(unit) : keeperLogin(unit), dice, words.life),
  }
}
