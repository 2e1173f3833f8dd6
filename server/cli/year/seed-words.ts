/** The words of the plan: they are data (db/seed/demo), because code holds no Chinese text. */
import { readSeed } from '../district-plan.ts'
import type { ActivityWords } from './planned.ts'

interface Bilingual {
  readonly zh: string
  readonly en: string
}

export interface Theme extends Bilingual {
  readonly agency: string
  readonly category: string
  readonly durationMinutes: number
  readonly headcountMin: number
  readonly headcountMax: number
  readonly leadWorkingDays: number
  readonly monthlyQuota: number
  readonly targetGroups: readonly string[]
  readonly venue: string
  readonly months: readonly number[]
  readonly kind: string
  readonly summary: Bilingual
}

export interface OfferingWords {
  readonly variants: Readonly<Record<string, readonly Bilingual[]>>
  readonly themes: readonly Theme[]
}

export interface SeedOffering {
  readonly slug: string
  readonly category: string
  readonly agency: string
  readonly title: Bilingual
  readonly summary: Bilingual
  readonly targetGroups: readonly string[]
  readonly durationMinutes: number
  readonly headcountMin: number
  readonly headcountMax: number
  readonly leadTimeWorkingDays: number
  readonly monthlyQuota: number
  readonly needs: { readonly venue: string; readonly licences: readonly string[] }
  readonly serviceArea: string | readonly string[]
}

export interface Need {
  readonly category: string
  readonly zh: string
  readonly headcountMin: number
  readonly headcountMax: number
  readonly targetGroup: string
  readonly months: readonly number[]
}

interface Reasons {
  readonly reason: string
  readonly alternative: string
}

export interface LifeWords {
  readonly surnames: readonly string[]
  readonly given: readonly string[]
  readonly needs: readonly Need[]
  readonly orderTitle: { readonly offering: string }
  readonly details: { readonly group: readonly string[]; readonly single: readonly string[] }
  readonly venues: readonly string[]
  readonly streets: readonly string[]
  readonly address: string
  readonly relations: readonly string[]
  readonly results: readonly string[]
  readonly declineNotes: readonly string[]
  readonly returnNotes: readonly string[]
  readonly pauseNotes: readonly string[]
  readonly disputeReasons: readonly string[]
  readonly reopenReasons: readonly string[]
  readonly cancelReasons: readonly string[]
  readonly exits: readonly (Reasons & { readonly exit: string; readonly title: string; readonly category: string })[]
  readonly deferrals: readonly Reasons[]
  readonly merge: { readonly reason: string; readonly fallback: string }
  readonly passUp: readonly string[]
  readonly evaluationNotes: Judged
  readonly tags: Judged
  readonly calls: { readonly spoke: readonly string[]; readonly silent: readonly string[] }
  readonly visits: string
  readonly answersByPhone: string
  readonly takeInNotes: readonly string[]
  readonly team: TeamWords
  readonly staff: Readonly<Record<'dispatcher' | 'keeper' | 'provider' | 'caller' | 'agent', string>>
}

interface Judged {
  readonly good: readonly string[]
  readonly middle: readonly string[]
  readonly bad: readonly string[]
}

interface TeamWords {
  readonly corps: { readonly name: string; readonly nameEn: string }
  readonly branch: { readonly name: string; readonly nameEn: string }
  readonly professional: readonly {
    readonly name: string
    readonly nameEn: string
    readonly categories: readonly string[]
  }[]
  readonly township: readonly string[]
  readonly township_en: readonly string[]
  readonly village: readonly string[]
  readonly village_en: readonly string[]
  readonly villageName: string
}

export interface VolunteeringWords {
  readonly families: readonly {
    readonly slug: string
    readonly slot: string
    readonly name: string
    readonly nameEn: string
    /** How the keys of its teams begin. */
    readonly teams: string
  }[]
  readonly special: readonly {
    readonly name: string
    readonly nameEn: string
    readonly categories: readonly string[]
  }[]
  readonly founding: readonly string[]
  readonly welcome: string
  readonly application: readonly string[]
  readonly letIn: string
  readonly list: { readonly file: string; readonly columns: readonly string[] }
  readonly skills: readonly string[]
  readonly themes: readonly {
    readonly key: string
    readonly name: string
    readonly nameEn: string
    readonly from: string
    readonly until: string
  }[]
  readonly role: string
  readonly shared: Readonly<Record<'risks' | 'protection' | 'insurance' | 'beneficiaries', string>>
  readonly places: readonly string[]
  readonly reading: ActivityWords & { readonly template: string }
  readonly expo: Readonly<Record<'institute' | 'station', ActivityWords>>
  readonly long: Pick<ActivityWords, 'title' | 'minutes' | 'hours'>
  readonly singles: readonly ActivityWords[]
  readonly cancel: string
  readonly demand: { readonly reasons: readonly string[]; readonly corrected: string; readonly declined: string }
  readonly approval: string
}

export interface SeedWords {
  readonly volunteering: VolunteeringWords
  readonly catalogue: readonly SeedOffering[]
  readonly offerings: OfferingWords
  readonly life: LifeWords
}

export async function readSeedWords(): Promise<SeedWords> {
  const [catalogue, offerings, life, volunteering] = await Promise.all([
    readSeed<SeedOffering[]>('yanqing/offerings.json'),
    readSeed<OfferingWords>('demo/year-offerings.json'),
    readSeed<LifeWords>('demo/year-life.json'),
    readSeed<VolunteeringWords>('demo/year-volunteering.json'),
  ])
  return { catalogue, offerings, life, volunteering }
}

/** Fills `{name}` in a text. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name] ?? ''))
}
