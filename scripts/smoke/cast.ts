/** Who plays: staff of the demonstration, two team leaders of it, and residents who register in this run. */
import { type Account, expectEqual, expectTrue, PUBLIC } from './client.ts'
import type { Stage } from './stage.ts'

export interface Person extends Account {
  readonly id: string
  readonly phone: string
}

export interface Led extends Person {
  readonly teamId: string
}

export interface Cast {
  readonly dispatcher: Account
  readonly centreLeader: Account
  readonly caller: Account
  readonly pointsOfficer: Account
  readonly auditor: Account
  /** Leads a team of one subdistrict; will decline. */
  readonly localLeader: Led
  /** Leads a team that serves the whole district; will accept. */
  readonly districtLeader: Led
  readonly requester: Person
  /** Three who join the district's team in this run. */
  readonly volunteers: readonly [Person, Person, Person]
  /** A village of the local team's subdistrict. */
  readonly villageId: string
  /** A category that both teams serve. */
  readonly category: { readonly id: string; readonly name: string; readonly summary: string }
}

// The demonstration's team leaders (server/cli/demo-accounts.ts) sign in by phone, as every resident does.
export const DISTRICT_LEADER_PHONE = '13900000011'
const LOCAL_LEADER_PHONE = '13900000013'

/** Signs everybody in and lets the new ones register. */
export async function gather(stage: Stage): Promise<Cast> {
  const staff = await gatherStaff(stage)
  const leaders = await gatherLeaders(stage)
  const { requester, volunteers } = await gatherResidents(stage, leaders.districtLeader)
  const place = await stage.step('the public', 'finds the village and a category that both teams serve', () =>
    findPlace(stage, leaders.localLeader, leaders.districtLeader),
  )
  return { ...staff, ...leaders, requester, volunteers, ...place }
}

async function gatherStaff(stage: Stage) {
  return {
    dispatcher: await signInStaff(stage, 'dispatcher', 'orders.dispatch'),
    centreLeader: await signInStaff(stage, 'leader', 'orders.rates'),
    caller: await signInStaff(stage, 'caller', 'orders.follow-up'),
    pointsOfficer: await signInStaff(stage, 'points', 'points.fund'),
    auditor: await signInStaff(stage, 'auditor', 'audit.read'),
  }
}

export function signInStaff({ client, step }: Stage, login: string, permission: string): Promise<Account> {
  return step(login, `signs in with password and one-time password, and may ${permission}`, async () => {
    const account = await client.signInStaff(login)
    const me = await client.call(account, 'readMe')
    expectTrue(`${login} may ${permission}`, me.permissions.includes(permission))
    return account
  })
}

async function gatherLeaders(stage: Stage) {
  return {
    localLeader: await signInLeader(stage, LOCAL_LEADER_PHONE, 'local leader'),
    districtLeader: await signInLeader(stage, DISTRICT_LEADER_PHONE, 'district leader'),
  }
}

export function signInLeader({ client, step }: Stage, phone: string, name: string): Promise<Led> {
  return step(name, 'signs in by phone code and leads a team', async () => {
    const account = await client.signInResident(phone, name)
    const me = await client.call(account, 'readMe')
    const team = me.teams.find((one) => one.role === 'leader')
    expectTrue(`${name} leads a team`, team !== undefined)
    return { ...account, id: me.id, phone, teamId: team.id }
  })
}

async function gatherResidents(stage: Stage, leader: Led) {
  const requester = await stage.step('requester', 'registers with a phone code', () => register(stage, 'requester'))
  const volunteers = [
    await joinAsVolunteer(stage, leader, 'volunteer A'),
    await joinAsVolunteer(stage, leader, 'volunteer B'),
    await joinAsVolunteer(stage, leader, 'volunteer C'),
  ] as const
  return { requester, volunteers }
}

async function register({ client }: Stage, name: string): Promise<Person> {
  const phone = inventedPhone()
  const account = await client.signInResident(phone, name, name)
  const me = await client.call(account, 'readMe')
  expectEqual('the registered name', me.name, name)
  return { ...account, id: me.id, phone }
}

export function joinAsVolunteer(stage: Stage, leader: Led, name: string): Promise<Person> {
  const { client, step } = stage
  return step(name, 'registers, becomes a volunteer and joins the team; its leader sees the member', async () => {
    const person = await register(stage, name)
    await client.call(person, 'registerVolunteer', { body: { skills: [], consent: true } })
    await client.call(person, 'joinTeam', { params: { id: leader.teamId } })
    const members = await client.call(leader, 'listTeamMembers', { params: { id: leader.teamId } })
    expectTrue(
      `${name} is a member`,
      members.rows.some((row) => row.personId === person.id && row.role === 'member'),
    )
    return person
  })
}

async function findPlace({ client }: Stage, local: Led, district: Led) {
  const [here, everywhere] = [
    await client.call(PUBLIC, 'readTeam', { params: { id: local.teamId } }),
    await client.call(PUBLIC, 'readTeam', { params: { id: district.teamId } }),
  ]
  const slug = here.categorySlugs.find((one) => everywhere.categorySlugs.includes(one))
  const category = (await client.call(PUBLIC, 'listCategories')).rows.find((row) => row.slug === slug)
  expectTrue('both teams share a category', category !== undefined)
  const stations = await client.call(PUBLIC, 'listUnits', { query: { kind: 'station', parentId: here.unitId } })
  const village = stations.rows[0]
  expectTrue('the local team has a village', village !== undefined)
  return { villageId: village.id, category }
}

/** A phone of the range set aside for plays that no earlier run has used. */
function inventedPhone(): string {
  return `13900${100_000 + Math.floor(Math.random() * 900_000)}`
}
