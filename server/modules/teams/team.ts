export type TeamTier = 'corps' | 'branch' | 'squad'
export type JoinMode = 'open' | 'on-application'
export type RegistrationType = 'association' | 'service-institution' | 'foundation' | 'filed' | 'community'
export type TeamRole = 'leader' | 'deputy' | 'handler' | 'member'

/** Roles that speak for a team: they answer offers and keep its offerings. */
export const LEADING_ROLES: readonly TeamRole[] = ['leader', 'deputy']

export function isLeading(role: TeamRole): boolean {
  return LEADING_ROLES.includes(role)
}

export interface Team {
  readonly id: string
  readonly name: string
  readonly nameEn: string | null
  readonly tier: TeamTier
  readonly unitId: string
  readonly unitName: string
  readonly categorySlugs: readonly string[]
  readonly serviceUnitIds: readonly string[]
  /** Those that hold on the day asked for. */
  readonly licences: readonly string[]
  readonly visitsPerWeekMax: number
  readonly insuredUntil: string | null
  readonly foundedOn: string
  readonly endedOn: string | null
  readonly parentId: string | null
  readonly familyId: string | null
  readonly registrationType: RegistrationType | null
  readonly socialCreditCode: string | null
  readonly approvingUnitId: string | null
  readonly joinMode: JoinMode
  readonly version: number
  /** How many members it has now. */
  readonly members: number
}

export interface NewTeam {
  readonly name: string
  readonly nameEn?: string | undefined
  readonly tier: TeamTier
  readonly unitId: string
  readonly categorySlugs: readonly string[]
  /** Where it serves, beside its own unit and all below it. */
  readonly serviceUnitIds?: readonly string[] | undefined
  readonly licences?: readonly string[] | undefined
  readonly visitsPerWeekMax?: number | undefined
  readonly insuredUntil?: string | undefined
  readonly foundedOn: string
  readonly parentId?: string | undefined
  readonly familyId?: string | undefined
  readonly approvingUnitId?: string | undefined
}
