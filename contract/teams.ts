import * as z from 'zod/mini'
import { idParams, line, page, pageQuery, route, uuid } from './kit.ts'
import { joinMode, registrationType } from './team-desk.ts'

export const team = z.object({
  id: uuid,
  name: z.string(),
  nameEn: z.nullable(z.string()),
  tier: z.enum(['corps', 'branch', 'squad']),
  unitId: uuid,
  unitName: z.string(),
  categorySlugs: z.array(z.string()),
  serviceUnitIds: z.array(uuid),
  licences: z.array(z.string()),
  visitsPerWeekMax: z.int(),
  insuredUntil: z.nullable(z.string()),
  foundedOn: z.string(),
  endedOn: z.nullable(z.string()),
  parentId: z.nullable(uuid),
  familyId: z.nullable(uuid),
  registrationType: z.nullable(registrationType),
  socialCreditCode: z.nullable(z.string()),
  approvingUnitId: z.nullable(uuid),
  joinMode,
  version: z.int(),
  members: z.int(),
})

export const teamsRoutes = {
  listTeams: route('GET /api/v1/teams', {
    permission: 'public',
    summary: 'Volunteer teams',
    query: z.strictObject({
      ...pageQuery,
      q: z.optional(line(40)),
      unitId: z.optional(uuid),
      category: z.optional(line(40)),
      tier: z.optional(z.enum(['corps', 'branch', 'squad'])),
      familyId: z.optional(uuid),
      parentId: z.optional(uuid),
    }),
    answer: page(team),
  }),
  readTeam: route('GET /api/v1/teams/:id', {
    permission: 'public',
    summary: 'One team',
    params: idParams,
    answer: team,
  }),
  listTeamMembers: route('GET /api/v1/teams/:id/members', {
    permission: 'signed-in',
    summary: 'Members of a team, for its own leaders and members',
    params: idParams,
    answer: z.object({ rows: z.array(z.object({ personId: uuid, name: z.nullable(z.string()), role: z.string() })) }),
  }),
  registerVolunteer: route('POST /api/v1/me/volunteer', {
    permission: 'resident',
    summary: 'Register myself as a volunteer',
    body: z.strictObject({ skills: z.array(line(40)).check(z.maxLength(20)), consent: z.literal(true) }),
    status: 201,
    answer: z.object({ personId: uuid }),
  }),
  joinTeam: route('POST /api/v1/teams/:id/members', {
    permission: 'resident',
    summary: 'Join a team myself, with a code where the team asks for an application',
    params: idParams,
    body: z.strictObject({ code: z.optional(line(60)) }),
    status: 201,
    answer: z.object({ role: z.string() }),
  }),
  leaveTeam: route('DELETE /api/v1/teams/:id/members', {
    permission: 'resident',
    summary: 'Leave a team, any time and without a reason',
    params: idParams,
    status: 204,
  }),
}
