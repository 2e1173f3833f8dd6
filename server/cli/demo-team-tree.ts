import { listUnits } from '#modules/orgs/index.ts'
import { createTeam, saveFamily } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { readSeed, YANQING, yanqingPlan } from './district-plan.ts'
import { filled, readSeedWords } from './year/seed-words.ts'

/** db/seed/demo/team-tree.json: the families of “2+6+N”, and what the three tiers of teams are like. */
interface TreeSeed {
  readonly families: readonly Parameters<typeof saveFamily>[1][]
  readonly foundedOn: Readonly<Record<'corps' | 'professional' | 'branch' | 'squad', string>>
  /** Each the next branch's or squad's, in turn. */
  readonly branchCategories: readonly (readonly string[])[]
  readonly squadCategories: readonly (readonly string[])[]
  /** Families whose team nobody leads at the moment. */
  readonly withoutLeader: readonly string[]
  /** Townships in which people lead the squads already. */
  readonly ledBelow: readonly string[]
  readonly licences: readonly { readonly family: string; readonly licence: string; readonly daysLeft: number }[]
  readonly onApplication: readonly string[]
}

export interface TeamTree {
  readonly seed: TreeSeed
  readonly families: ReadonlyMap<string, string>
  /** Ids of the branches by the code of their township. */
  readonly branches: ReadonlyMap<string, string>
  /** Ids of the professional teams by their family. */
  readonly professional: ReadonlyMap<string, string>
  /** Teams that somebody leads, in the order in which they were founded. */
  readonly led: readonly { readonly id: string; readonly isSquad: boolean }[]
}

/**
 * Founds the corps of the district, a branch in each township, the six professional teams, and a squad at each station that
 * stood when the squads were founded: those that began later have none yet, which the figures about coverage show.
 */
export async function foundTeamTree(work: Work): Promise<TeamTree> {
  const seed = await readSeed<TreeSeed>('demo/team-tree.json')
  const { team: words } = (await readSeedWords()).life
  const plan = await yanqingPlan()
  const units = await listUnits(work.tx, { on: dateIn(work.now), limit: 1_000 })
  const unitOf = new Map(units.map((unit) => [unit.code, unit]))
  const centreId = unitOf.get(`${YANQING}000000`)!.id
  const families = new Map<string, string>()
  for (const family of seed.families)
    families.set(family.slug, await saveFamily(work, { ...family, validUntil: family.validUntil ?? null }))
  const led: { id: string; isSquad: boolean }[] = []
  const found = async (
    isLed: boolean,
    family: string,
    team: Omit<Parameters<typeof createTeam>[1], 'familyId' | 'visitsPerWeekMax'>,
  ) => {
    const id = await createTeam(work, { ...team, familyId: families.get(family), visitsPerWeekMax: VISITS_PER_WEEK })
    if (isLed) led.push({ id, isSquad: team.tier === 'squad' })
    return id
  }
  const corps = { ...words.corps, tier: 'corps', unitId: centreId, categorySlugs: [] } as const
  const corpsId = await found(true, 'corps', { ...corps, foundedOn: seed.foundedOn.corps })
  const professional = new Map<string, string>()
  for (const { name, nameEn, categories } of words.professional) {
    const family = categories[0]!
    const own = { name, nameEn, tier: 'branch', categorySlugs: categories, parentId: corpsId } as const
    const where = { unitId: centreId, serviceUnitIds: [centreId], foundedOn: seed.foundedOn.professional }
    professional.set(family, await found(!seed.withoutLeader.includes(family), family, { ...own, ...where }))
  }
  const branches = new Map<string, string>()
  let squads = 0
  for (const [index, township] of plan.townships.entries()) {
    const { code, name } = township
    const branchId = await found(true, 'branches', {
      name: filled(words.branch.name, { unit: name }),
      tier: 'branch',
      unitId: unitOf.get(code)!.id,
      categorySlugs: turn(seed.branchCategories, index),
      parentId: corpsId,
      foundedOn: seed.foundedOn.branch,
    })
    branches.set(code, branchId)
    for (const station of township.stations ?? []) {
      const unit = unitOf.get(station.code)
      if (unit === undefined || station.validFrom > seed.foundedOn.squad) continue
      await found(seed.ledBelow.includes(code), 'village-squads', {
        name: filled(words.villageName, { unit: unit.name, what: words.village[0]! }),
        tier: 'squad',
        unitId: unit.id,
        categorySlugs: turn(seed.squadCategories, squads++),
        parentId: branchId,
        foundedOn: seed.foundedOn.squad,
      })
    }
  }
  return { seed, families, branches, professional, led }
}

const VISITS_PER_WEEK = 40

function turn<T>(rows: readonly T[], at: number): T {
  return rows[at % rows.length]!
}
