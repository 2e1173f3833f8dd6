import * as z from 'zod/mini'
import { date, idParams, instant, line, route, text, uuid } from './kit.ts'

const answered = { answer: z.prefault(text(200), '') }
const application = z.object({
  id: uuid,
  teamId: uuid,
  teamName: z.string(),
  personName: z.nullable(z.string()),
  message: z.string(),
  state: z.enum(['open', 'accepted', 'declined', 'withdrawn']),
  responsibleName: z.nullable(z.string()),
  dueAt: z.nullable(instant),
  createdAt: instant,
  answer: z.nullable(z.string()),
})
const founding = z.object({
  id: uuid,
  name: z.string(),
  purpose: z.string(),
  unitName: z.nullable(z.string()),
  personName: z.nullable(z.string()),
  categorySlugs: z.array(z.string()),
  state: z.enum(['open', 'approved', 'declined', 'withdrawn']),
  responsibleName: z.nullable(z.string()),
  dueAt: z.nullable(instant),
  createdAt: instant,
  answer: z.nullable(z.string()),
  teamId: z.nullable(uuid),
})
const handover = z.object({
  id: uuid,
  teamId: uuid,
  teamName: z.string(),
  fromName: z.nullable(z.string()),
  toName: z.nullable(z.string()),
  dueAt: instant,
})
const role = z.enum(['leader', 'deputy', 'handler', 'member'])
const qrLink = { code: z.string(), link: z.string(), qrSvg: z.string() }
const coverageFigure = z.enum(['station-without-team', 'category-gap', 'team-without-leader', 'licence-ending'])

export const registrationType = z.enum(['association', 'service-institution', 'foundation', 'filed', 'community'])
export const joinMode = z.enum(['open', 'on-application'])
const slugs = z.array(line(40)).check(z.maxLength(20))

export type TeamApplication = z.input<typeof application>
export type TeamFounding = z.input<typeof founding>
export type TeamHandover = z.input<typeof handover>

const memberships = {
  readMyTeams: route('GET /api/v1/me/teams', {
    permission: 'resident',
    summary: 'My teams, what I asked of teams and units, and who asks me to lead',
    answer: z.object({
      teams: z.array(z.object({ id: uuid, name: z.string(), role })),
      applications: z.array(application),
      foundings: z.array(founding),
      handovers: z.array(handover),
    }),
  }),
  applyToTeam: route('POST /api/v1/teams/:id/applications', {
    permission: 'resident',
    summary: 'Ask to join a team',
    params: idParams,
    body: z.strictObject({ message: line(200, 2) }),
    status: 201,
    answer: z.object({ id: uuid, dueAt: instant }),
    budget: { calls: 20, seconds: 3600 },
  }),
  withdrawApplication: route('DELETE /api/v1/team-applications/:id', {
    permission: 'resident',
    summary: 'Take my application back',
    params: idParams,
    status: 204,
  }),
  answerApplication: route('POST /api/v1/team-applications/:id/answer', {
    permission: 'signed-in',
    summary: 'Let somebody into a team, or say why not',
    params: idParams,
    body: z.strictObject({ accept: z.boolean(), ...answered }),
    status: 204,
  }),
  offerLeadership: route('POST /api/v1/teams/:id/handovers', {
    permission: 'signed-in',
    summary: 'Ask a member to lead the team; nothing changes before the member accepts',
    params: idParams,
    body: z.strictObject({ personId: uuid }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  answerHandover: route('POST /api/v1/team-handovers/:id/answer', {
    permission: 'resident',
    summary: 'Take the leadership of a team over, or decline',
    params: idParams,
    body: z.strictObject({ accept: z.boolean() }),
    status: 204,
  }),
  withdrawHandover: route('DELETE /api/v1/team-handovers/:id', {
    permission: 'signed-in',
    summary: 'Take an offer of leadership back',
    params: idParams,
    status: 204,
  }),
  changeTeamRole: route('PUT /api/v1/teams/:id/members/:personId/role', {
    permission: 'signed-in',
    summary: 'Make a member deputy, contact or plain member',
    params: z.strictObject({ id: uuid, personId: uuid }),
    body: z.strictObject({ role: z.enum(['deputy', 'handler', 'member']) }),
    status: 204,
  }),
}

const founded = {
  applyToFound: route('POST /api/v1/team-foundings', {
    permission: 'resident',
    summary: 'Ask a unit to found a team',
    body: z.strictObject({
      unitId: uuid,
      name: line(40, 2),
      purpose: text(400).check(z.minLength(2)),
      categorySlugs: slugs,
    }),
    status: 201,
    answer: z.object({ id: uuid, dueAt: instant }),
  }),
  withdrawFounding: route('DELETE /api/v1/team-foundings/:id', {
    permission: 'resident',
    summary: 'Take my request to found a team back',
    params: idParams,
    status: 204,
  }),
  answerFounding: route('POST /api/v1/team-foundings/:id/answer', {
    permission: 'staff',
    summary: 'Found the team that somebody asked for, or say why not',
    params: idParams,
    body: z.strictObject({ approve: z.boolean(), ...answered }),
    answer: z.object({ teamId: z.nullable(uuid) }),
  }),
  endTeam: route('POST /api/v1/teams/:id/end', {
    permission: 'signed-in',
    summary: 'End a team that has promised nothing any more',
    params: idParams,
    body: z.strictObject({ reason: text(200).check(z.minLength(2)) }),
    status: 204,
  }),
}

const desk = {
  readTeamDesk: route('GET /api/v1/teams/:id/desk', {
    permission: 'signed-in',
    summary: 'Members, applications and handover of a team; for its leaders and the staff of its unit',
    params: idParams,
    answer: z.object({
      members: z.array(z.object({ personId: uuid, name: z.nullable(z.string()), role, joinedAt: instant })),
      applications: z.array(application),
      handover: z.nullable(handover),
      isStaff: z.boolean(),
      isLeader: z.boolean(),
    }),
  }),
  readJoinCode: route('GET /api/v1/teams/:id/join-code', {
    permission: 'signed-in',
    summary: 'The code that a leader shows to people who want to join; it changes every five minutes',
    params: idParams,
    answer: z.object({ ...qrLink, secondsLeft: z.int() }),
  }),
  makePoster: route('POST /api/v1/teams/:id/posters', {
    permission: 'signed-in',
    summary: 'A joining code to be printed, with its last day',
    params: idParams,
    body: z.strictObject({ lastDay: date }),
    status: 201,
    answer: z.object(qrLink),
  }),
  revokePosters: route('DELETE /api/v1/teams/:id/posters', {
    permission: 'signed-in',
    summary: 'End every poster that was printed so far',
    params: idParams,
    status: 204,
  }),
  updateTeam: route('PUT /api/v1/teams/:id', {
    permission: 'signed-in',
    summary: 'Change what stands about a team; most of it only by the staff of its unit',
    params: idParams,
    body: z.strictObject({
      name: z.optional(line(40, 2)),
      nameEn: z.optional(z.nullable(line(80))),
      joinMode: z.optional(joinMode),
      categorySlugs: z.optional(slugs),
      serviceUnitIds: z.optional(z.array(uuid).check(z.maxLength(100))),
      visitsPerWeekMax: z.optional(z.int().check(z.gte(1), z.lte(1_000_000))),
      insuredUntil: z.optional(z.nullable(date)),
      parentId: z.optional(z.nullable(uuid)),
      familyId: z.optional(z.nullable(uuid)),
      registrationType: z.optional(z.nullable(registrationType)),
      socialCreditCode: z.optional(z.nullable(line(30))),
      approvingUnitId: z.optional(z.nullable(uuid)),
    }),
    ifMatch: true,
    answer: z.object({ version: z.int() }),
  }),
  listTeamMatters: route('GET /api/v1/team-matters', {
    permission: 'staff',
    summary: 'Applications and foundings that the units I work for have to answer',
    answer: z.object({ applications: z.array(application), foundings: z.array(founding) }),
  }),
}

const family = z.object({
  id: uuid,
  slug: z.string(),
  slot: z.string(),
  name: z.string(),
  nameEn: z.nullable(z.string()),
  sort: z.int(),
  validFrom: z.string(),
  validUntil: z.nullable(z.string()),
})

const overview = {
  listTeamFamilies: route('GET /api/v1/team-families', {
    permission: 'public',
    summary: 'Families of teams that hold on a day',
    query: z.strictObject({ on: z.optional(date) }),
    answer: z.object({ rows: z.array(family) }),
  }),
  saveTeamFamily: route('POST /api/v1/team-families', {
    permission: 'teams.families',
    summary: 'Write a family of teams from a day on',
    body: z.strictObject({
      slug: line(40),
      slot: line(10),
      name: line(40),
      nameEn: z.prefault(z.nullable(line(80)), null),
      sort: z.prefault(z.int().check(z.gte(0), z.lte(10_000)), 0),
      validFrom: date,
      validUntil: z.prefault(z.nullable(date), null),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  readTeamCoverage: route('GET /api/v1/team-coverage', {
    permission: 'staff',
    summary: 'Where teams are missing, in a unit and below',
    query: z.strictObject({ unitId: uuid }),
    answer: z.object({
      counts: z.array(
        z.object({
          figure: coverageFigure,
          categorySlug: z.nullable(z.string()),
          value: z.int(),
          total: z.int(),
        }),
      ),
    }),
  }),
  listTeamCoverage: route('GET /api/v1/team-coverage/:figure', {
    permission: 'staff',
    summary: 'The units or teams that a number about coverage counts',
    params: z.strictObject({ figure: coverageFigure }),
    query: z.strictObject({ unitId: uuid, category: z.optional(line(40)) }),
    answer: z.object({
      rows: z.array(
        z.object({ id: uuid, kind: z.enum(['unit', 'team']), name: z.string(), aboveName: z.nullable(z.string()) }),
      ),
    }),
  }),
}

export const teamDeskRoutes = { ...memberships, ...founded, ...desk, ...overview }
