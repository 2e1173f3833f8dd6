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
const DISTRICT_LEADER_PHONE = '13900000011'
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

async function gatherStaff({ client, step }: Stage) {
  const signIn = (login: string, permission: string) =>
    step(login, `signs in with password and one-time password, and may ${permission}`, async () => {
      const account = await client.signInStaff(login)
      const me = await client.call(account, 'readMe')
      expectTrue(`${login} may ${permission}`, me.permissions.includes(permission))
      return account
    })
  return {
    dispatcher: await signIn('dispatcher', 'orders.dispatch'),
    centreLeader: await signIn('leader', 'orders.rates'),
    caller: await signIn('caller', 'orders.follow-up'),
    pointsOfficer: await signIn('points', 'points.fund'),
    auditor: await signIn('auditor', 'audit.read'),
  }
}

async function gatherLeaders({ client, step }: Stage) {
  const signIn = (phone: string, name: string) =>
    step(name, 'signs in by phone code and leads a team', async (): Promise<Led> => {
      const account = await client.signInResident(phone, name)
      const me = await client.call(account, 'readMe')
      const team = me.teams.find((one) => one.role === 'leader')
      expectTrue(`${name} leads a team`, team !== undefined)
      return { ...account, id: me.id, phone, teamId: team.id }
    })
  return {
    localLeader: await signIn(LOCAL_LEADER_PHONE, 'local leader'),
    districtLeader: await signIn(DISTRICT_LEADER_PHONE, 'district leader'),
  }
}

async function gatherResidents({ client, step }: Stage, leader: Led) {
  const register = async (name: string): Promise<Person> => {
    const phone = inventedPhone()
    const account = await client.signInResident(phone, name, name)
    const me = await client.call(account, 'readMe')
    expectEqual('the registered name', me.name, name)
    return { ...account, id: me.id, phone }
  }
  const join = (name: string) =>
    step(name, 'registers, becomes a volunteer and joins the team; its leader sees the member', async () => {
      const person = await register(name)
      await client.call(person, 'registerVolunteer', { body: { skills: [], consent: true } })
      await client.call(person, 'joinTeam', { params: { id: leader.teamId } })
      const members = await client.call(leader, 'listTeamMembers', { params: { id: leader.teamId } })
      expectTrue(
        `${name} is a member`,
        members.rows.some((row) => row.personId === person.id && row.role === 'member'),
      )
      return person
    })
  const requester = await step('requester', 'registers with a phone code', () => register('requester'))
  const volunteers = [await join('volunteer A'), await join('volunteer B'), await join('volunteer C')] as const
  return { requester, volunteers }
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
