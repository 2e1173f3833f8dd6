/** Requests about teams that must succeed: each has a team of its own, which its leader asked for and the keeper founded. */
import {
  dayIn,
  get,
  granted,
  newVolunteer,
  personOf,
  post,
  put,
  remove,
  type Scene,
  type Volunteer,
  type Wish,
  type Wishes,
} from './scene.ts'

const KEEPER = 'keeper'
const CAPACITY = {
  crews: null,
  crewSize: null,
  visitsPerDayMax: 4,
  minutesPerDayMax: null,
  minutesPerWeekMax: null,
  speedClass: null,
  vehicle: null,
}

interface Team {
  readonly id: string
  readonly path: string
  readonly leader: Volunteer
}

interface Made {
  readonly id: string
}

const unitOf = (scene: Scene) => personOf(scene, KEEPER).unitId!

const askToFound = (scene: Scene, by: Volunteer): Wish =>
  post(by, '/api/v1/team-foundings', {
    unitId: unitOf(scene),
    name: `新队${by.phone}`,
    purpose: '一起帮助邻居',
    categorySlugs: [],
  })

const found = (id: string) => post(KEEPER, `/api/v1/team-foundings/${id}/answer`, { approve: true })

async function newTeam(scene: Scene): Promise<Team> {
  const leader = await newVolunteer(scene)
  const { id: foundingId } = await granted<Made>(scene, askToFound(scene, leader))
  const { teamId } = await granted<{ teamId: string }>(scene, found(foundingId))
  return { id: teamId, path: `/api/v1/teams/${teamId}`, leader }
}

const applyTo = ({ path }: Team, by: Volunteer) => post(by, `${path}/applications`, { message: '想一起帮忙' })

interface Applied extends Team {
  readonly applicant: Volunteer
  readonly applicationPath: string
}

async function applied(scene: Scene): Promise<Applied> {
  const [team, applicant] = [await newTeam(scene), await newVolunteer(scene)]
  const { id } = await granted<Made>(scene, applyTo(team, applicant))
  return { ...team, applicant, applicationPath: `/api/v1/team-applications/${id}` }
}

const letIn = ({ leader, applicationPath }: Applied) => post(leader, `${applicationPath}/answer`, { accept: true })

/** A team that the applicant is in by now. */
async function withMember(scene: Scene): Promise<Team & { readonly member: Volunteer }> {
  const made = await applied(scene)
  await granted(scene, letIn(made))
  return { ...made, member: made.applicant }
}

async function handedOver(scene: Scene) {
  const made = await withMember(scene)
  const { id } = await granted<Made>(scene, handOver(made))
  return { ...made, handoverPath: `/api/v1/team-handovers/${id}` }
}

const handOver = ({ path, leader, member }: Team & { readonly member: Volunteer }) =>
  post(leader, `${path}/handovers`, { personId: member.personId })

const MEMBERSHIPS: Wishes = {
  joinTeam: async (scene) => {
    const { path, leader } = await newTeam(scene)
    const { code } = await granted<{ code: string }>(scene, get(leader, `${path}/join-code`))
    return post(await newVolunteer(scene), `${path}/members`, { code })
  },
  leaveTeam: async (scene) => {
    const { path, member } = await withMember(scene)
    return remove(member, `${path}/members`)
  },
  applyToTeam: async (scene) => applyTo(await newTeam(scene), await newVolunteer(scene)),
  withdrawApplication: async (scene) => {
    const { applicant, applicationPath } = await applied(scene)
    return remove(applicant, applicationPath)
  },
  answerApplication: async (scene) => letIn(await applied(scene)),
  offerLeadership: async (scene) => handOver(await withMember(scene)),
  answerHandover: async (scene) => {
    const { member, handoverPath } = await handedOver(scene)
    return post(member, `${handoverPath}/answer`, { accept: true })
  },
  withdrawHandover: async (scene) => {
    const { leader, handoverPath } = await handedOver(scene)
    return remove(leader, handoverPath)
  },
  changeTeamRole: async (scene) => {
    const { path, leader, member } = await withMember(scene)
    return put(leader, `${path}/members/${member.personId}/role`, { role: 'deputy' })
  },
}

const DESK: Wishes = {
  applyToFound: async (scene) => askToFound(scene, await newVolunteer(scene)),
  withdrawFounding: async (scene) => {
    const by = await newVolunteer(scene)
    const { id } = await granted<Made>(scene, askToFound(scene, by))
    return remove(by, `/api/v1/team-foundings/${id}`)
  },
  answerFounding: async (scene) => {
    const { id } = await granted<Made>(scene, askToFound(scene, await newVolunteer(scene)))
    return found(id)
  },
  endTeam: async (scene) => {
    const { path, leader } = await newTeam(scene)
    return post(leader, `${path}/end`, { reason: '队员都搬走了' })
  },
  readTeamDesk: async (scene) => {
    const { path, leader } = await applied(scene)
    return get(leader, `${path}/desk`)
  },
  readJoinCode: async (scene) => {
    const { path, leader } = await newTeam(scene)
    return get(leader, `${path}/join-code`)
  },
  makePoster: async (scene) => {
    const { path, leader } = await newTeam(scene)
    return post(leader, `${path}/posters`, { lastDay: dayIn(20) })
  },
  revokePosters: async (scene) => {
    const { path, leader } = await newTeam(scene)
    return remove(leader, `${path}/posters`)
  },
  updateTeam: async (scene) => {
    const { path, leader } = await newTeam(scene)
    return put(leader, path, { joinMode: 'on-application' }, 1)
  },
  saveTeamFamily: async () =>
    post('admin', '/api/v1/team-families', { slug: 'gardens', slot: 'N', name: '园艺', validFrom: dayIn(1) }),
  readTeamCoverage: async (scene) => get(KEEPER, `/api/v1/team-coverage?unitId=${unitOf(scene)}`),
  listTeamCoverage: async (scene) => get(KEEPER, `/api/v1/team-coverage/station-without-team?unitId=${unitOf(scene)}`),
}

const ofCalendar = ({ id }: Team, rest: string) => `/api/v1/providers/team/${id}/${rest}`
const closeDays = (team: Team) =>
  post(team.leader, ofCalendar(team, 'exceptions'), { kind: 'closed', fromOn: dayIn(2), untilOn: dayIn(3) })

const CALENDARS: Wishes = {
  readProviderCalendar: async (scene) => {
    const team = await newTeam(scene)
    return get(team.leader, ofCalendar(team, 'calendar'))
  },
  setProviderHours: async (scene) => {
    const team = await newTeam(scene)
    const hours = [{ weekday: 1, fromMinute: 540, untilMinute: 690 }]
    return put(team.leader, ofCalendar(team, 'hours'), { hours }, 0)
  },
  setProviderCapacity: async (scene) => {
    const team = await newTeam(scene)
    return put(team.leader, ofCalendar(team, 'capacity'), CAPACITY, 0)
  },
  addProviderException: async (scene) => closeDays(await newTeam(scene)),
  removeProviderException: async (scene) => {
    const team = await newTeam(scene)
    const { id } = await granted<Made>(scene, closeDays(team))
    return remove(team.leader, ofCalendar(team, `exceptions/${id}`))
  },
  saveTeamLicences: async (scene) => {
    const { path } = await newTeam(scene)
    return put(KEEPER, `${path}/licences`, { licences: [{ licence: 'electrician', validUntil: dayIn(300) }] })
  },
}

const listOf = (scene: Scene, phone: string) => ({
  unitId: unitOf(scene),
  fileName: '名单.csv',
  file: Buffer.from(`姓名,手机号\n张三,${phone}\n`).toString('base64'),
})

async function invited(scene: Scene): Promise<{ caller: Volunteer; path: string }> {
  const caller = await newVolunteer(scene)
  await granted(scene, post(KEEPER, '/api/v1/volunteer-imports', listOf(scene, caller.phone)))
  const { rows } = await granted<{ rows: Made[] }>(scene, get(caller, '/api/v1/me/invitations'))
  return { caller, path: `/api/v1/me/invitations/${rows[0]!.id}` }
}

const IMPORTS: Wishes = {
  previewImport: async (scene) => post(KEEPER, '/api/v1/volunteer-imports/preview', listOf(scene, '13900000290')),
  importVolunteers: async (scene) => post(KEEPER, '/api/v1/volunteer-imports', listOf(scene, '13900000290')),
  claimInvitation: async (scene) => {
    const { caller, path } = await invited(scene)
    return post(caller, `${path}/claim`, { consent: true })
  },
  declineInvitation: async (scene) => {
    const { caller, path } = await invited(scene)
    return remove(caller, path)
  },
}

export const TEAM_WISHES: Wishes = { ...MEMBERSHIPS, ...DESK, ...CALENDARS, ...IMPORTS }
