/** Everybody who acts in the year: appointed, registered and founded by the operations that real people use. */
import {
  acceptDemoAccount,
  appointStaff,
  LOGIN_CODE_MADE,
  loadPersonFacts,
  openLoginCode,
  phoneIndex,
  recordOwnPhone,
  requestLoginCode,
  type Role,
  signInResident,
} from '#modules/people/index.ts'
import { createTeam, giveTeamRole, joinTeam, membersOf, registerVolunteer } from '#modules/teams/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import type { Job } from '#platform/jobs.ts'
import { runRead, runWork, type Work, type WorkHost } from '#platform/work.ts'
import { DEMO_STAFF, demoStaffPhone } from '../demo-accounts.ts'
import { YANQING } from '../district-plan.ts'
import type { Dice } from './dice.ts'
import { nameOf } from './plan-teams.ts'
import type { PlannedPerson, PlannedTeam, YearPlan } from './planned.ts'
import type { LifeWords } from './seed-words.ts'
import type { Units } from './units.ts'

export interface Cast {
  /** Staff by login. */
  readonly staff: Map<string, Actor>
  /** Residents by telephone; each registers when first needed. */
  resident(person: PlannedPerson): Promise<Actor>
  /** Teams by the plan's key, once they are founded. */
  readonly teams: Map<string, FoundedTeam>
  found(team: PlannedTeam): Promise<void>
  readonly teamById: ReadonlyMap<string, FoundedTeam>
}

export interface FoundedTeam {
  readonly id: string
  readonly planned: PlannedTeam
  readonly leader: Actor
  readonly members: readonly Actor[]
}

interface Post {
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly unitId: string
}

export const CENTRE_DISPATCHERS = ['dispatcher', 'dispatcher-2', 'dispatcher-3'] as const
export const AGENTS = ['agent', 'agent-2', 'agent-3'] as const
export const CALLERS = ['caller', 'caller-2'] as const

export function keeperLogin(code: string): string {
  return `keeper-${code}`
}

export function instituteLogin(code: string): string {
  return `institute-${code.slice(0, 9)}`
}

export function providerLogin(agency: string): string {
  return `provider-${agency}`
}

/** Every account that the year needs beside the demonstration's own twelve. */
function postsOf(plan: YearPlan, units: Units, dice: Dice, words: LifeWords): Post[] {
  const at = (login: string, role: Role, unitId: string): Post => ({
    login,
    role,
    unitId,
    name: nameOf(login, dice, words),
  })
  const townships = [...new Set(plan.stations.map((station) => station.township))]
  return [
    ...CENTRE_DISPATCHERS.slice(1).map((login) => at(login, 'dispatcher', units.centreId)),
    ...AGENTS.slice(1).map((login) => at(login, 'phone-agent', units.centreId)),
    ...CALLERS.slice(1).map((login) => at(login, 'caller', units.centreId)),
    ...[...units.agencies].map(([slug, unitId]) => at(providerLogin(slug), 'provider', unitId)),
    ...townships.map((code) => at(instituteLogin(code), 'dispatcher', units.idOf(code))),
    ...plan.stations.map(({ code }) => at(keeperLogin(code), 'station-keeper', units.idOf(code))),
  ]
}

/** Appoints whoever is not there yet; each accepts the invitation with the demonstration's public password. */
export async function appointCast(
  host: WorkHost,
  plan: YearPlan,
  given: { units: Units; dice: Dice; words: LifeWords },
): Promise<Map<string, Actor>> {
  const { units, dice, words } = given
  const system = systemActor(YANQING)
  const own = DEMO_STAFF.map(({ login, name, role, at }): Post & { password: string; totpSecret: string } => ({
    login,
    name,
    role,
    ...demoSecrets(login),
    unitId: at === 'centre' ? units.centreId : 'code' in at ? units.idOf(at.code) : units.agencies.get(at.agency)!,
  }))
  const shared = demoSecrets(DEMO_STAFF[0]!.login)
  const posts = [...own, ...postsOf(plan, units, dice, words).map((post) => ({ ...post, ...shared }))]
  const known = await accountsOf(host)
  const missing = posts.filter((post) => !known.has(post.login))
  for (let at = 0; at < missing.length; at += APPOINTED_AT_ONCE) {
    await Promise.all(
      missing.slice(at, at + APPOINTED_AT_ONCE).map((post) =>
        runWork(host, system, async (work) => {
          const { personId, token } = await appointStaff(work, post)
          await acceptDemoAccount(work, { token, password: post.password, totpSecret: post.totpSecret })
          await recordOwnPhone(work, personId, demoStaffPhone(posts.indexOf(post)))
        }),
      ),
    )
  }
  const accounts = await accountsOf(host)
  const actors = new Map<string, Actor>()
  for (const { login } of posts)
    actors.set(login, await runRead(host.db, system, (read) => staffActor(read, accounts.get(login)!)))
  return actors
}

// As many password hashes as there are cores to make them.
const APPOINTED_AT_ONCE = 2

function demoSecrets(login: string): { password: string; totpSecret: string } {
  const { password, totpSecret } = DEMO_STAFF.find((one) => one.login === login)!
  return { password, totpSecret }
}

async function accountsOf(host: WorkHost): Promise<Map<string, string>> {
  const rows = await runRead(host.db, systemActor(YANQING), ({ tx }) =>
    tx.rows<{ login: string; personId: string }>(
      sql`select login, person_id from staff_account where district_id = ${tx.districtId}`,
    ),
  )
  return new Map(rows.map((row) => [row.login, row.personId]))
}

async function staffActor({ tx, now }: Pick<Work, 'tx' | 'now'>, personId: string): Promise<Actor> {
  const facts = await loadPersonFacts(tx, personId, now)
  return { ...systemActor(YANQING), kind: 'staff', personId, key: personId, grants: facts!.grants }
}

export function residentActor(personId: string): Actor {
  return { ...systemActor(YANQING), kind: 'resident', personId, key: personId }
}

/** Residents and teams, those that are there already among them. */
export async function openCast(
  host: WorkHost,
  plan: YearPlan,
  given: { units: Units; staff: Map<string, Actor> },
): Promise<Cast> {
  const residents = await knownResidents(host, plan)
  const registering = new Map<string, Promise<Actor>>()
  const teams = new Map<string, FoundedTeam>()
  const teamById = new Map<string, FoundedTeam>()
  const ids = await teamIds(host)
  const resident = (person: PlannedPerson): Promise<Actor> => {
    const known = residents.get(person.phone)
    if (known !== undefined) return Promise.resolve(residentActor(known))
    const begun = registering.get(person.phone) ?? register(host, person)
    registering.set(person.phone, begun)
    return begun
  }
  return {
    staff: given.staff,
    resident,
    teams,
    teamById,
    async found(planned) {
      // Two villages may have one name, and so may their teams.
      const known = ids.get(`${given.units.idOf(planned.code)} ${planned.name}`)
      const id = known ?? (await createPlanned(host, planned, given.units))
      const members: Actor[] = []
      for (const person of planned.members) members.push(await resident(person))
      await fillTeam(host, id, members)
      const team = { id, planned, leader: members[0]!, members }
      teams.set(planned.key, team)
      teamById.set(id, team)
    },
  }
}

/** A resident registers the way a phone does: asks for a code, reads it where it was sent, types it. */
async function register(host: WorkHost, { phone, name }: PlannedPerson): Promise<Actor> {
  const sent: Job[] = []
  const listening: WorkHost = {
    db: host.db,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void sent.push(...jobs) },
  }
  const visitor: Actor = { ...systemActor(YANQING), kind: 'public', key: `public year ${phone}` }
  await runWork(listening, visitor, (work) => requestLoginCode(work, phone))
  const job = sent.find((one) => one.name === LOGIN_CODE_MADE)!
  return runWork(host, visitor, async (work) => {
    const { code } = openLoginCode(work.tx, String(job.data['id']), String(job.data['sealed']))
    const result = await signInResident(work, { phone, code, name })
    if ('refusal' in result) throw result.refusal
    return residentActor(result.personId)
  })
}

async function createPlanned(host: WorkHost, planned: PlannedTeam, units: Units): Promise<string> {
  return runWork(host, systemActor(YANQING), (work) =>
    createTeam(work, {
      name: planned.name,
      nameEn: planned.nameEn,
      tier: planned.tier,
      unitId: units.idOf(planned.code),
      categorySlugs: planned.categories,
      visitsPerWeekMax: planned.visitsPerWeekMax,
      insuredUntil: INSURED_UNTIL,
      foundedOn: dateIn(new Date(planned.foundedAt)),
      ...(planned.servesDistrict && { serviceUnitIds: [units.centreId] }),
    }),
  )
}

const INSURED_UNTIL = '2099-12-31'

/** Volunteers register and join by themselves; the first one leads. What an interrupted founding did is left as it is. */
async function fillTeam(host: WorkHost, teamId: string, members: readonly Actor[]): Promise<void> {
  const there = await runRead(host.db, systemActor(YANQING), ({ tx }) => membersOf(tx, teamId))
  const role = new Map(there.map((member) => [member.personId, member.role]))
  for (const [at, actor] of members.entries()) {
    if (!role.has(actor.personId!)) {
      await runWork(host, actor, async (work) => {
        await registerVolunteer(work, [])
        await joinTeam(work, teamId, actor.personId!)
      })
    }
    if (at === 0 && role.get(actor.personId!) !== 'leader')
      await runWork(host, systemActor(YANQING), (work) => giveTeamRole(work, teamId, actor.personId!, 'leader'))
  }
}

async function teamIds(host: WorkHost): Promise<Map<string, string>> {
  const rows = await runRead(host.db, systemActor(YANQING), ({ tx }) =>
    tx.rows<{ id: string; key: string }>(
      sql`select id, unit_id || ' ' || name as key from team where district_id = ${tx.districtId}`,
    ),
  )
  return new Map(rows.map((row) => [row.key, row.id]))
}

/** Residents of the plan who registered before the play was interrupted. */
async function knownResidents(host: WorkHost, plan: YearPlan): Promise<Map<string, string>> {
  const phones = new Set([
    ...plan.teams.flatMap((team) => team.members.map((member) => member.phone)),
    ...plan.orders.filter((order) => order.channel === 'web').map((order) => order.contact.phone),
  ])
  return runRead(host.db, systemActor(YANQING), async ({ tx }) => {
    const byIndex = new Map([...phones].map((phone) => [phoneIndex(tx, phone).toString('hex'), phone]))
    const rows = await tx.rows<{ id: string; index: string }>(sql`
      select id, encode(phone_index, 'hex') as index from person where district_id = ${tx.districtId} and phone_index is not null`)
    return new Map(rows.flatMap((row) => (byIndex.has(row.index) ? [[byIndex.get(row.index)!, row.id] as const] : [])))
  })
}
