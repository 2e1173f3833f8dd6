/** Everybody who may turn up at the door: two districts, their staff, residents, volunteers and agencies, all invented. */
import { prepareDistrictB, DISTRICT_B } from './second-district.ts'
import { foundDistrict } from '../../server/cli/found-district.ts'
import { yanqingPlan } from '../../server/cli/district-plan.ts'
import { listOfferings } from '../../server/modules/catalogue/index.ts'
import { listUnits, type UnitInTree } from '../../server/modules/orgs/index.ts'
import {
  appointStaff,
  loadPersonFacts,
  LOGIN_CODE_MADE,
  openLoginCode,
  requestLoginCode,
  type Role,
  signInResident,
  recordOwnPhone,
} from '../../server/modules/people/index.ts'
import { createTeam, giveTeamRole, joinTeam, registerVolunteer } from '../../server/modules/teams/index.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { openSession } from '../../server/platform/auth/sessions.ts'
import { dateIn } from '../../server/platform/dates.ts'
import type { Job } from '../../server/platform/jobs.ts'
import { runWork, type WorkHost } from '../../server/platform/work.ts'
import { type Template, YANQING } from './database.ts'

export { DISTRICT_B }
export const HOSTS: Readonly<Record<number, string>> = { [YANQING]: 'a.test', [DISTRICT_B]: 'b.test' }

/** Both districts founded, their hosts named; nobody lives there yet. */
export const TWO_DISTRICTS: Template = {
  name: 'huiyin_template_two_districts',
  async fill(host) {
    await foundDistrict(host, YANQING, { ...(await yanqingPlan()), host: HOSTS[YANQING]! })
    await prepareDistrictB(host, HOSTS[DISTRICT_B]!)
  },
}

/** Somebody who calls: how to sign in, which host to ask, and the actor that operations see. */
export interface Player {
  readonly host: string
  /** Headers that say who calls; none for the public. */
  readonly credentials: Readonly<Record<string, string>>
  readonly token: string | null
  readonly actor: Actor
  readonly personId: string
  readonly phone: string | null
  readonly name: string
}

/** Who stands for each kind of caller; names follow the brief of the tests: "own" is what belongs to `village` and `team`. */
export interface Cast {
  readonly visitor: Player
  /** Lives in the own village and orders there. */
  readonly resident: Player
  /** Another resident of the same village. */
  readonly neighbour: Player
  /** Residents of the sibling village and of the far one, who ordered there. */
  readonly cousin: Player
  readonly stranger: Player
  readonly leader: Player
  readonly member: Player
  readonly otherLeader: Player
  readonly keeper: Player
  readonly siblingKeeper: Player
  readonly institute: Player
  readonly otherInstitute: Player
  readonly dispatcher: Player
  readonly centreLeader: Player
  readonly agent: Player
  readonly provider: Player
  readonly otherProvider: Player
  readonly caller: Player
  readonly auditor: Player
  readonly pointsOfficer: Player
  readonly editor: Player
  readonly admin: Player
  /** Dispatcher at the centre of another district, and people who live and serve there. */
  readonly foreigner: Player
  readonly foreignResident: Player
  readonly foreignLeader: Player
  readonly places: Places
}

export interface Places {
  readonly centre: UnitInTree
  readonly township: UnitInTree
  readonly village: UnitInTree
  readonly sibling: UnitInTree
  readonly otherTownship: UnitInTree
  readonly far: UnitInTree
  readonly agency: UnitInTree
  readonly otherAgency: UnitInTree
  readonly foreign: UnitInTree
  readonly foreignCentre: UnitInTree
  readonly team: string
  readonly otherTeam: string
  readonly foreignTeam: string
  /** An offering of the own agency, and one of the other. */
  readonly offering: string
  readonly otherOffering: string
}

const MANY = 1_000_000

/** Lets everybody move in: staff are appointed, residents register by code, volunteers join their teams. */
export async function makeCast(host: WorkHost): Promise<Cast> {
  const units = await placesOf(host)
  const staff = (name: string, role: Role, unit: UnitInTree, districtId: number = YANQING) =>
    makeStaff(host, districtId, { name, login: `${role}-${unit.code ?? unit.slug ?? ''}`, role, unitId: unit.id })
  const people = {
    resident: await makeResident(host, YANQING, '13986420001', '柏溪午'),
    neighbour: await makeResident(host, YANQING, '13986420002', '毕若谷'),
    cousin: await makeResident(host, YANQING, '13986420003', '卞清源'),
    stranger: await makeResident(host, YANQING, '13986420004', '蔡远山'),
    leader: await makeResident(host, YANQING, '13986420011', '岑领航'),
    member: await makeResident(host, YANQING, '13986420012', '常相随'),
    otherLeader: await makeResident(host, YANQING, '13986420013', '车同轨'),
    foreignResident: await makeResident(host, DISTRICT_B, '13986420021', '褚临安'),
    foreignLeader: await makeResident(host, DISTRICT_B, '13986420022', '楚望湖'),
  }
  const team = await makeTeam(host, YANQING, '河湾应答队', units.township.id, units.centre.id, people.leader)
  await enlist(host, team, people.member)
  const otherTeam = await makeTeam(
    host,
    YANQING,
    '远山互助队',
    units.otherTownship.id,
    units.centre.id,
    people.otherLeader,
  )
  const foreignTeam = await makeTeam(
    host,
    DISTRICT_B,
    '湖畔互助队',
    units.foreignCentre.id,
    units.foreignCentre.id,
    people.foreignLeader,
  )
  const offerings = await offeringsOf(host, units)
  return {
    ...people,
    visitor: visitorOf(YANQING),
    keeper: await staff('戴守村', 'station-keeper', units.village),
    siblingKeeper: await staff('邓邻村', 'station-keeper', units.sibling),
    institute: await staff('丁镇所', 'dispatcher', units.township),
    otherInstitute: await staff('董远镇', 'dispatcher', units.otherTownship),
    dispatcher: await staff('窦派单', 'dispatcher', units.centre),
    centreLeader: await staff('杜主任', 'centre-leader', units.centre),
    agent: await staff('段听筒', 'phone-agent', units.centre),
    provider: await staff('范承办', 'provider', units.agency),
    otherProvider: await staff('方另办', 'provider', units.otherAgency),
    caller: await staff('费回访', 'caller', units.centre),
    auditor: await staff('冯核对', 'auditor', units.centre),
    pointsOfficer: await staff('傅积分', 'points-officer', units.centre),
    editor: await staff('甘目录', 'catalogue-editor', units.centre),
    admin: await staff('高管理', 'district-admin', units.centre),
    foreigner: await staff('葛他乡', 'dispatcher', units.foreignCentre, DISTRICT_B),
    places: { ...units, ...offerings, team, otherTeam, foreignTeam },
  }
}

/** The public, as seen from a district's host. */
export function visitorOf(districtId: number): Player {
  const actor: Actor = { ...systemActor(districtId), kind: 'public', key: 'public 127.0.0.1' }
  return { host: HOSTS[districtId]!, credentials: {}, token: null, actor, personId: '', phone: null, name: '' }
}

/** The holder of an order's private link. */
export function linkHolder(districtId: number, orderId: string, token: string): Player {
  const actor: Actor = { ...systemActor(districtId), kind: 'link', key: `link ${orderId}`, linkOrderId: orderId }
  return { ...visitorOf(districtId), credentials: { authorization: `Link ${token}` }, actor }
}

let staffMade = 0

/** Appoints somebody, whose own phone is proved, and signs the person in; password and authenticator are for the tests of signing in. */
export async function makeStaff(
  host: WorkHost,
  districtId: number,
  given: { name: string; login: string; role: Role; unitId: string },
): Promise<Player> {
  return runWork(host, systemActor(districtId), async (work) => {
    const { personId } = await appointStaff(work, given)
    staffMade += 1
    await recordOwnPhone(work, personId, `1380009${String(staffMade).padStart(4, '0')}`)
    const facts = await loadPersonFacts(work.tx, personId, work.now)
    const token = await openSession(work.tx, personId, 'staff')
    const actor: Actor = { ...systemActor(districtId), kind: 'staff', personId, key: personId, grants: facts!.grants }
    return signedIn(districtId, token, actor, { personId, phone: null, name: given.name })
  })
}

/** The code that a phone gets when it asks for one, read where it was sent. */
export async function codeOf(host: WorkHost, districtId: number, phone: string): Promise<string> {
  const sent: Job[] = []
  const listening: WorkHost = {
    ...host,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void sent.push(...jobs) },
  }
  const visitor = visitorOf(districtId).actor
  await runWork(listening, visitor, (work) => requestLoginCode(work, phone))
  const made = sent.find((job) => job.name === LOGIN_CODE_MADE)!
  const opened = await runWork(host, visitor, async ({ tx }) =>
    openLoginCode(tx, String(made.data['id']), String(made.data['sealed'])),
  )
  return opened.code
}

/** Registers a resident as a phone does: asks for a code, reads it where it was sent, types it. */
export async function makeResident(host: WorkHost, districtId: number, phone: string, name: string): Promise<Player> {
  const code = await codeOf(host, districtId, phone)
  return runWork(host, visitorOf(districtId).actor, async (work) => {
    const result = await signInResident(work, { phone, code, name })
    if ('refusal' in result) throw result.refusal
    const { personId, token } = result
    const actor: Actor = { ...systemActor(districtId), kind: 'resident', personId, key: personId }
    return signedIn(districtId, token, actor, { personId, phone, name })
  })
}

function signedIn(
  districtId: number,
  token: string,
  actor: Actor,
  person: Pick<Player, 'personId' | 'phone' | 'name'>,
): Player {
  return { ...person, host: HOSTS[districtId]!, credentials: { authorization: `Bearer ${token}` }, token, actor }
}

async function placesOf(host: WorkHost) {
  const unitsOf = (districtId: number) =>
    runWork(host, systemActor(districtId), ({ tx, now }) => listUnits(tx, { on: dateIn(now), limit: MANY }))
  const [own, foreign] = [await unitsOf(YANQING), await unitsOf(DISTRICT_B)]
  const by = (found: UnitInTree | undefined): UnitInTree => {
    if (found === undefined) throw new Error('The cast needs a unit that the district does not have.')
    return found
  }
  const coded = (code: string) => by(own.find((unit) => unit.code === code))
  return {
    centre: by(own.find((unit) => unit.kind === 'centre')),
    township: coded('110119103000'),
    village: coded('110119103200'),
    sibling: coded('110119103201'),
    otherTownship: coded('110119104000'),
    far: by(own.find((unit) => unit.kind === 'station' && unit.code?.startsWith('110119104') === true)),
    agency: by(own.find((unit) => unit.slug === 'health-commission')),
    otherAgency: by(own.find((unit) => unit.slug === 'justice-bureau')),
    foreign: by(foreign.find((unit) => unit.kind === 'station')),
    foreignCentre: by(foreign.find((unit) => unit.kind === 'centre')),
  }
}

function offeringsOf(host: WorkHost, units: { agency: UnitInTree; otherAgency: UnitInTree }) {
  return runWork(host, systemActor(YANQING), async ({ tx, now }) => {
    const first = async (providerId: string) => (await listOfferings(tx, now, { providerId, limit: 1 }))[0]!.id
    return { offering: await first(units.agency.id), otherOffering: await first(units.otherAgency.id) }
  })
}

/** A team that works in the whole district and never has too much to do, with its leader. */
export async function makeTeam(
  host: WorkHost,
  districtId: number,
  name: string,
  unitId: string,
  servesUnitId: string,
  leader: Player | null,
): Promise<string> {
  const team = await runWork(host, systemActor(districtId), (work) =>
    createTeam(work, {
      name,
      tier: 'squad',
      unitId,
      serviceUnitIds: [servesUnitId],
      categorySlugs: ['health-and-care', 'legal-advice'],
      visitsPerWeekMax: MANY,
      insuredUntil: '2099-12-31',
      foundedOn: '2019-01-01',
    }),
  )
  if (leader !== null) {
    await enlist(host, team, leader)
    await runWork(host, systemActor(districtId), (work) => giveTeamRole(work, team, leader.personId, 'leader'))
  }
  return team
}

/** Makes a resident a volunteer and a member of a team, by the resident's own acts. */
export async function enlist(host: WorkHost, teamId: string, { actor, personId }: Player): Promise<void> {
  await runWork(host, actor, (work) => registerVolunteer(work, []))
  await runWork(host, actor, (work) => joinTeam(work, teamId, personId))
}
