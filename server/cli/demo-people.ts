import {
  acceptDemoAccount,
  appointStaff,
  loadPersonFacts,
  requestLoginCode,
  signInResident,
  LOGIN_CODE_MADE,
  openLoginCode,
  recordOwnPhone,
} from '#modules/people/index.ts'
import { listUnits } from '#modules/orgs/index.ts'
import { createTeam, giveTeamRole, joinTeam, type NewTeam, registerVolunteer } from '#modules/teams/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import type { Job } from '#platform/jobs.ts'
import { dateIn } from '#platform/dates.ts'
import { runWork, type Work, type WorkHost } from '#platform/work.ts'
import { DEMO_RESIDENTS, DEMO_STAFF, demoStaffPhone, type DemoStaff } from './demo-accounts.ts'
import { foundTeamTree, type TeamTree } from './demo-team-tree.ts'
import { readSeed, YANQING } from './district-plan.ts'
import { readSeedWords } from './year/seed-words.ts'

export interface DemoPeople {
  /** Residents by phone. */
  readonly residents: ReadonlyMap<string, Actor>
  /** Teams by the key that the scenes use; the professional ones by their category. */
  readonly teams: ReadonlyMap<string, string>
  /** Who leads the squads. */
  readonly squadLeaders: readonly Actor[]
}

interface DemoTeam {
  readonly key: string
  /** The unit it belongs to. */
  readonly code: string
  readonly servesDistrict: boolean
  /** Its family, by slug. */
  readonly family: string
  readonly team: Omit<NewTeam, 'unitId' | 'serviceUnitIds'>
  readonly members: readonly { readonly phone: string; readonly role: 'leader' | 'member' }[]
}

/** Appoints the demonstration's staff; each accepts the invitation with the public password and authenticator. */
export async function appointDemoStaff(host: WorkHost): Promise<ReadonlyMap<string, Actor>> {
  const actors = new Map<string, Actor>()
  for (const [position, one] of DEMO_STAFF.entries()) {
    const actor = await runWork(host, systemActor(YANQING), async (work) => {
      const unitId = await unitOf(work, one)
      const { personId, token } = await appointStaff(work, { name: one.name, login: one.login, role: one.role, unitId })
      await acceptDemoAccount(work, { token, password: one.password, totpSecret: one.totpSecret })
      await recordOwnPhone(work, personId, demoStaffPhone(position))
      return staffActor(work, personId)
    })
    actors.set(one.login, actor)
  }
  return actors
}

/** Residents register by themselves, with a code sent to their phone; volunteers join their teams by themselves. */
export async function registerDemoResidents(host: WorkHost): Promise<DemoPeople> {
  const residents = new Map<string, Actor>()
  for (const { phone, name } of DEMO_RESIDENTS) residents.set(phone, await registerResident(host, phone, name))
  const tree = await runWork(host, systemActor(YANQING), foundTeamTree)
  const teams = new Map(tree.professional)
  for (const planned of await readSeed<DemoTeam[]>('demo/teams.json')) {
    const team = await runWork(host, systemActor(YANQING), (work) => foundTeam(work, planned, tree))
    teams.set(planned.key, team)
    for (const { phone, role } of planned.members) await joinAs(host, residents.get(phone)!, team, role)
  }
  return { residents, teams, squadLeaders: await leadTree(host, tree) }
}

async function foundTeam(work: Work, planned: DemoTeam, { families, branches }: TeamTree): Promise<string> {
  const { code, servesDistrict, family, team } = planned
  return createTeam(work, {
    ...team,
    unitId: (await unitByCode(work, code)).id,
    parentId: branches.get(code),
    familyId: families.get(family),
    ...(servesDistrict && { serviceUnitIds: [(await unitByCode(work, `${YANQING}000000`)).id] }),
  })
}

async function joinAs(host: WorkHost, actor: Actor, team: string, role: 'leader' | 'member'): Promise<void> {
  await runWork(host, actor, async (work) => {
    await registerVolunteer(work, [])
    await joinTeam(work, team, actor.personId!)
  })
  if (role === 'leader')
    await runWork(host, systemActor(YANQING), (work) => giveTeamRole(work, team, actor.personId!, 'leader'))
}

// A part of the exchange that belongs to nobody.
const LEADERS_FROM = 13_900_000_300
const LEADERS_AT_ONCE = 6

/** Somebody comes and leads each team of the tree that has a leader. @returns those of the squads, the last founded first */
async function leadTree(host: WorkHost, { led }: TeamTree): Promise<Actor[]> {
  const { surnames, given } = (await readSeedWords()).life
  const leaders: Actor[] = []
  const lead = async (index: number) => {
    const name = `${surnames[(index * 7) % surnames.length]!}${given[(index * 13) % given.length]!}`
    leaders[index] = await registerResident(host, String(LEADERS_FROM + index), name)
    await joinAs(host, leaders[index], led[index]!.id, 'leader')
  }
  for (let first = 0; first < led.length; first += LEADERS_AT_ONCE)
    await Promise.all(led.slice(first, first + LEADERS_AT_ONCE).map((_, offset) => lead(first + offset)))
  return leaders.filter((_, index) => led[index]!.isSquad).toReversed()
}

/** Signs a resident in the way a phone does: asks for a code, reads it where it was sent, types it. */
async function registerResident(host: WorkHost, phone: string, name: string): Promise<Actor> {
  const sent: Job[] = []
  const listening: WorkHost = {
    db: host.db,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void sent.push(...jobs) },
  }
  const visitor: Actor = { ...systemActor(YANQING), kind: 'public', key: `public demo ${phone}` }
  await runWork(listening, visitor, (work) => requestLoginCode(work, phone))
  const job = sent.find((one) => one.name === LOGIN_CODE_MADE)!
  return runWork(host, visitor, async (work) => {
    const { code } = openLoginCode(work.tx, String(job.data['id']), String(job.data['sealed']))
    const result = await signInResident(work, { phone, code, name })
    if ('refusal' in result) throw result.refusal
    return { ...systemActor(YANQING), kind: 'resident', personId: result.personId, key: result.personId }
  })
}

async function staffActor(work: Work, personId: string): Promise<Actor> {
  const facts = await loadPersonFacts(work.tx, personId, work.now)
  return { ...systemActor(YANQING), kind: 'staff', personId, key: personId, grants: facts!.grants }
}

async function unitOf(work: Work, { at }: DemoStaff): Promise<string> {
  if (at === 'centre') return (await unitByCode(work, `${YANQING}000000`)).id
  if ('code' in at) return (await unitByCode(work, at.code)).id
  const agencies = await listUnits(work.tx, { kind: 'agency', on: dateIn(work.now), limit: 100 })
  return agencies.find((unit) => unit.slug === at.agency)!.id
}

/** The unit with this code, or, where the code has no unit any more, the first of its township. */
export async function unitByCode(work: Work, code: string) {
  const units = await listUnits(work.tx, { on: dateIn(work.now), limit: 1_000 })
  return (
    units.find((unit) => unit.code === code) ??
    units.find((unit) => unit.kind === 'station' && unit.code?.startsWith(code.slice(0, 9)))!
  )
}
