import { PAGE_ROWS } from '#contract/kit.ts'
import type { teamsRoutes } from '#contract/teams.ts'
import { unitsBelow } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { joinTeam, leaveTeam } from './join-team.ts'
import { refuse } from './refusals.ts'
import { registerVolunteer } from './register-volunteer.ts'
import { findTeam, listTeams, membersOf, roleIn } from './team-views.ts'

export const teamsHandlers: Handlers<typeof teamsRoutes> = {
  async listTeams({ tx, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [afterKey] = cursorOf(query.cursor, ['text'])
    const unitIds =
      query.unitId === undefined ? undefined : (await unitsBelow(tx, [query.unitId])).map((unit) => unit.id)
    const filter = {
      q: query.q,
      unitIds,
      categorySlug: query.category,
      tier: query.tier,
      familyId: query.familyId,
      parentId: query.parentId,
      on: dateIn(now),
    }
    const rows = await listTeams(tx, { ...filter, afterKey, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.sortKey]) }
  },
  async readTeam({ tx, now }, { params }) {
    const team = await findTeam(tx, params.id, dateIn(now))
    if (team === undefined) throw new Refusal('platform.not-found', 404, {})
    return { answer: team, version: team.version }
  },
  async listTeamMembers({ tx, actor, now }, { params }) {
    const team = await findTeam(tx, params.id, dateIn(now))
    if (team === undefined) throw new Refusal('platform.not-found', 404, {})
    const isMember = actor.personId !== null && (await roleIn(tx, params.id, actor.personId)) !== undefined
    if (!isMember) throw refuse('members-only')
    return { answer: { rows: await membersOf(tx, params.id) } }
  },
  async registerVolunteer(work, { body }) {
    return { answer: await registerVolunteer(work, body.skills) }
  },
  async joinTeam(work, { params, body }) {
    const { personId } = work.actor
    if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
    return { answer: await joinTeam(work, params.id, personId, body) }
  },
  async leaveTeam(work, { params }) {
    await leaveTeam(work, params.id)
    return { answer: {} }
  },
}
