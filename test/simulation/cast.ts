/** The invented people and places of a simulated district, founded once per template through the real operations. */
import categories from '../../db/seed/yanqing/categories.json' with { type: 'json' }
import hoursDefaults from '../../db/seed/defaults/hours.json' with { type: 'json' }
import orderDefaults from '../../db/seed/defaults/orders.json' with { type: 'json' }
import pointsDefaults from '../../db/seed/defaults/points.json' with { type: 'json' }
import { YANQING, yanqingPlan } from '../../server/cli/district-plan.ts'
import {
  createOffering,
  listCategories,
  type OfferingFields,
  seedCatalogue,
} from '../../server/modules/catalogue/index.ts'
import { setUpHours } from '../../server/modules/hours/index.ts'
import { setUpOrders } from '../../server/modules/orders/index.ts'
import { type DistrictPlan, listUnits, setUpDistrict, type UnitInTree } from '../../server/modules/orgs/index.ts'
import type { Role } from '../../server/modules/people/index.ts'
import { fundBudget, setPointsRule } from '../../server/modules/points/index.ts'
import { createTeam, giveTeamRole, joinTeam, registerVolunteer } from '../../server/modules/teams/index.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { dateIn } from '../../server/platform/dates.ts'
import { runWork, type WorkHost } from '../../server/platform/work.ts'
import { makeResident, makeStaff, type Player } from '../support/cast.ts'

export { YANQING }

export const TOWNSHIPS = ['110119103000', '110119104000'] as const
const STATIONS_PER_TOWNSHIP = 3
const BUDGET_POINTS = 60

interface StaffMember {
  readonly key: string
  readonly name: string
  readonly role: Role
  /** 'centre', an agency's slug, a township's code, or the n-th station of a township as `code#n`. */
  readonly at: string
}

export const STAFF: readonly StaffMember[] = [
  { key: 'dispatcher', name: '窦派单', role: 'dispatcher', at: 'centre' },
  { key: 'second-dispatcher', name: '杜转派', role: 'dispatcher', at: 'centre' },
  { key: 'institute', name: '丁镇所', role: 'dispatcher', at: TOWNSHIPS[0] },
  { key: 'far-institute', name: '董远镇', role: 'dispatcher', at: TOWNSHIPS[1] },
  { key: 'keeper', name: '戴守村', role: 'station-keeper', at: `${TOWNSHIPS[0]}#0` },
  { key: 'sibling-keeper', name: '邓邻村', role: 'station-keeper', at: `${TOWNSHIPS[0]}#1` },
  { key: 'far-keeper', name: '狄远村', role: 'station-keeper', at: `${TOWNSHIPS[1]}#0` },
  { key: 'agent', name: '段听筒', role: 'phone-agent', at: 'centre' },
  { key: 'health', name: '范承办', role: 'provider', at: 'health-commission' },
  { key: 'science', name: '方另办', role: 'provider', at: 'science-association' },
  { key: 'caller', name: '费回访', role: 'caller', at: 'centre' },
  { key: 'second-caller', name: '冯再访', role: 'caller', at: 'centre' },
  { key: 'officer', name: '傅积分', role: 'points-officer', at: 'centre' },
  { key: 'auditor', name: '甘核对', role: 'auditor', at: 'centre' },
  { key: 'editor', name: '葛目录', role: 'catalogue-editor', at: 'centre' },
]

export const RESIDENTS = ['柏溪午', '毕若谷', '卞清源', '蔡远山', '岑听雨', '常望月'] as const

interface PlannedTeam {
  readonly key: string
  readonly name: string
  readonly at: string
  readonly serves: readonly string[]
  readonly categorySlugs: readonly string[]
  readonly visitsPerWeekMax: number
  /** The leader, the deputy, then members. */
  readonly people: readonly string[]
}

export const TEAMS: readonly PlannedTeam[] = [
  {
    key: 'olive',
    name: '橄榄应答队',
    at: TOWNSHIPS[0],
    serves: ['centre'],
    categorySlugs: ['science', 'health-and-care'],
    visitsPerWeekMax: 30,
    people: ['车领航', '陈副手', '程随行', '池同往'],
  },
  {
    key: 'greens',
    name: '送菜互助队',
    at: `${TOWNSHIPS[0]}#0`,
    serves: [],
    categorySlugs: ['science', 'legal-advice'],
    visitsPerWeekMax: 8,
    people: ['楚送菜', '崔副手', '程随行'],
  },
  {
    key: 'far',
    name: '远山互助队',
    at: TOWNSHIPS[1],
    serves: ['centre'],
    categorySlugs: ['science', 'health-and-care', 'legal-advice'],
    visitsPerWeekMax: 4,
    people: ['褚远山', '崔副手', '池同往'],
  },
]

/** Volunteers in no team at first; they join and leave as they like. */
export const FREE_VOLUNTEERS = ['戚自来', '祁自往'] as const
export const TEAM_PEOPLE = [...new Set(TEAMS.flatMap((team) => team.people))]

/** A phone in the range that plays use; nobody has it. */
export function phoneOf(serial: number): string {
  return `1398643${String(serial).padStart(4, '0')}`
}

/** What a simulated district offers: places a month, notice and hours differ, so that every refusal can come. */
const OFFERINGS: readonly { at: string; title: string; slug: string; change: Partial<OfferingFields> }[] = [
  { at: 'science-association', title: '手机课', slug: 'science', change: { monthlyQuota: 2 } },
  { at: 'science-association', title: '果树剪枝', slug: 'science', change: { monthlyQuota: 5, leadWorkingDays: 3 } },
  { at: 'health-commission', title: '血压测量', slug: 'health-and-care', change: { monthlyQuota: 3, isRisky: true } },
  { at: 'health-commission', title: '康复指导', slug: 'health-and-care', change: { monthlyQuota: null } },
  { at: 'olive', title: '上门教手机', slug: 'science', change: { monthlyQuota: 4, headcountMax: 6 } },
]

/** Founds the district with everybody in it; business time stands where the template's clock was set. */
export async function foundSimulatedDistrict(host: WorkHost): Promise<void> {
  const system = systemActor(YANQING)
  await runWork(host, system, async (work) => {
    await setUpDistrict(work, smallPlan(await yanqingPlan()))
    await setUpHours(work, hoursDefaults)
    await setUpOrders(work, orderDefaults)
    await setPointsRule(work, pointsDefaults)
    await seedCatalogue(work, { categories, offerings: [] })
  })
  const units = await runWork(host, system, ({ tx, now }) => listUnits(tx, { on: dateIn(now), limit: 1_000 }))
  const staff = new Map<string, Player>()
  for (const { key, name, role, at } of STAFF) {
    staff.set(key, await makeStaff(host, YANQING, { name, login: key, role, unitId: unitAt(units, at).id }))
  }
  const residents = new Map<string, Player>()
  for (const [index, name] of [...RESIDENTS, ...TEAM_PEOPLE, ...FREE_VOLUNTEERS].entries()) {
    residents.set(name, await makeResident(host, YANQING, phoneOf(index + 1), name))
  }
  for (const name of [...TEAM_PEOPLE, ...FREE_VOLUNTEERS]) {
    await runWork(host, residents.get(name)!.actor, (work) => registerVolunteer(work, []))
  }
  const teams = new Map<string, string>()
  for (const team of TEAMS) teams.set(team.key, await foundTeam(host, team, units, residents))
  await publishOfferings(host, staff.get('editor')!.actor, units, teams)
  await runWork(host, system, (work) =>
    fundBudget(work, { key: 'first-budget', points: BUDGET_POINTS, reason: 'simulation' }),
  )
}

export function unitAt(units: readonly UnitInTree[], at: string): UnitInTree {
  const [code, nth] = at.split('#')
  const township = units.find((unit) => unit.code === code)
  const found =
    at === 'centre'
      ? units.find((unit) => unit.kind === 'centre')
      : nth === undefined
        ? (township ?? units.find((unit) => unit.slug === at))
        : units.filter((unit) => unit.kind === 'station' && unit.parentId === township?.id)[Number(nth)]
  if (found === undefined) throw new Error(`The simulated district has no unit ${at}.`)
  return found
}

function smallPlan(plan: DistrictPlan): DistrictPlan {
  const townships = plan.townships.filter(({ code }) => (TOWNSHIPS as readonly string[]).includes(code))
  const standing = (station: { validUntil?: string }) => station.validUntil === undefined
  return {
    ...plan,
    townships: townships.map((township) => ({
      ...township,
      stations: (township.stations ?? []).filter(standing).slice(0, STATIONS_PER_TOWNSHIP),
    })),
  }
}

async function foundTeam(
  host: WorkHost,
  team: PlannedTeam,
  units: readonly UnitInTree[],
  residents: ReadonlyMap<string, Player>,
): Promise<string> {
  const system = systemActor(YANQING)
  const id = await runWork(host, system, (work) =>
    createTeam(work, {
      name: team.name,
      tier: 'squad',
      unitId: unitAt(units, team.at).id,
      serviceUnitIds: team.serves.map((at) => unitAt(units, at).id),
      categorySlugs: team.categorySlugs,
      visitsPerWeekMax: team.visitsPerWeekMax,
      insuredUntil: '2099-12-31',
      foundedOn: '2019-01-01',
    }),
  )
  for (const [index, name] of team.people.entries()) {
    const { actor, personId } = residents.get(name)!
    await runWork(host, actor, (work) => joinTeam(work, id, personId))
    if (index > 1) continue
    await runWork(host, system, (work) => giveTeamRole(work, id, personId, index === 0 ? 'leader' : 'deputy'))
  }
  return id
}

async function publishOfferings(
  host: WorkHost,
  editor: Actor,
  units: readonly UnitInTree[],
  teams: ReadonlyMap<string, string>,
): Promise<void> {
  await runWork(host, editor, async (work) => {
    const known = await listCategories(work.tx, work.now, dateIn(work.now))
    for (const { at, title, slug, change } of OFFERINGS) {
      const team = teams.get(at)
      await createOffering(work, {
        categoryId: known.find((category) => category.slug === slug)!.id,
        provider: team === undefined ? { kind: 'agency', id: unitAt(units, at).id } : { kind: 'team', id: team },
        title,
        titleEn: null,
        summary: '',
        summaryEn: null,
        targetGroups: ['all'],
        areaUnitIds: [],
        durationMinutes: 60,
        headcountMin: 1,
        headcountMax: 50,
        leadWorkingDays: 0,
        monthlyQuota: null,
        venueNeeds: [],
        licenceNeeds: [],
        openHours: [],
        blackoutDays: [],
        isRisky: false,
        ...change,
      })
    }
  })
}
