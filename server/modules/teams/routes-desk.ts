import QRCode from 'qrcode'
import type { teamDeskRoutes } from '#contract/team-desk.ts'
import { findUnit, unitsBelow } from '#modules/orgs/index.ts'
import { unitsHeld } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read } from '#platform/work.ts'
import { answerApplication, applyToTeam, withdrawApplication } from './apply-to-team.ts'
import { countCoverage, listCoverage } from './coverage-views.ts'
import { type CountPromises, endTeam } from './end-team.ts'
import { listFamilies, saveFamily } from './families.ts'
import { answerFounding, applyToFound, withdrawFounding } from './found-team.ts'
import { answerHandover, changeRole, offerLeadership, withdrawHandover } from './hand-over.ts'
import { joinCode, makePoster, revokePosters } from './join-codes.ts'
import { isTeamStaff, requireKeeperOfTeam, TEAM_STAFF } from './keepers.ts'
import { applicationsOf, foundingsOf, memberRows, openHandovers } from './matter-views.ts'
import { refuse } from './refusals.ts'
import { teamsOf } from './team-views.ts'
import { updateTeam } from './update-team.ts'

interface DeskTools {
  readonly origin: string
  readonly countPromises: CountPromises
}

export function teamDeskHandlers(tools: DeskTools): Handlers<typeof teamDeskRoutes> {
  return { ...memberHandlers, ...foundingHandlers(tools), ...deskHandlers(tools), ...overviewHandlers }
}

const memberHandlers = {
  async readMyTeams({ tx, actor, now }) {
    const [personId, on] = [actor.personId!, dateIn(now)]
    const teams = await teamsOf(tx, personId)
    const applications = await applicationsOf(tx, { personId, openOnly: false, on })
    const foundings = await foundingsOf(tx, { personId, on })
    const handovers = await openHandovers(tx, { toPersonId: personId })
    return { answer: { teams, applications, foundings, handovers } }
  },
  async applyToTeam(work, { params, body }) {
    return { answer: await applyToTeam(work, params.id, body.message) }
  },
  async withdrawApplication(work, { params }) {
    await withdrawApplication(work, params.id)
    return { answer: {} }
  },
  async answerApplication(work, { params, body }) {
    await answerApplication(work, params.id, body)
    return { answer: {} }
  },
  async offerLeadership(work, { params, body }) {
    return { answer: await offerLeadership(work, params.id, body.personId) }
  },
  async answerHandover(work, { params, body }) {
    await answerHandover(work, params.id, body.accept)
    return { answer: {} }
  },
  async withdrawHandover(work, { params }) {
    await withdrawHandover(work, params.id)
    return { answer: {} }
  },
  async changeTeamRole(work, { params, body }) {
    await changeRole(work, params.id, params.personId, body.role)
    return { answer: {} }
  },
} satisfies Partial<Handlers<typeof teamDeskRoutes>>

function foundingHandlers({ countPromises }: DeskTools) {
  return {
    async applyToFound(work, { body }) {
      return { answer: await applyToFound(work, body) }
    },
    async withdrawFounding(work, { params }) {
      await withdrawFounding(work, params.id)
      return { answer: {} }
    },
    async answerFounding(work, { params, body }) {
      return { answer: await answerFounding(work, params.id, body) }
    },
    async endTeam(work, { params, body }) {
      await endTeam(work, params.id, body.reason, countPromises)
      return { answer: {} }
    },
  } satisfies Partial<Handlers<typeof teamDeskRoutes>>
}

function deskHandlers({ origin }: DeskTools) {
  const linked = async (teamId: string, code: string) => {
    const link = `${origin}/teams/${teamId}/join?code=${encodeURIComponent(code)}`
    return { code, link, qrSvg: await QRCode.toString(link, { type: 'svg', margin: 1 }) }
  }
  return {
    async readTeamDesk(read, { params }) {
      const { tx, actor, now } = read
      const team = await requireKeeperOfTeam(read, params.id)
      const members = await memberRows(tx, team.id)
      const applications = await applicationsOf(tx, { teamId: team.id, openOnly: true, on: dateIn(now) })
      const [handover = null] = await openHandovers(tx, { teamId: team.id })
      const isLeader = members.some((one) => one.role === 'leader' && one.personId === actor.personId)
      return { answer: { members, applications, handover, isStaff: isTeamStaff(actor, team), isLeader } }
    },
    async readJoinCode(read, { params }) {
      await requireKeeperOfTeam(read, params.id)
      const { code, secondsLeft } = joinCode(read.tx, params.id, read.now)
      return { answer: { ...(await linked(params.id, code)), secondsLeft } }
    },
    async makePoster(work, { params, body }) {
      const { code } = await makePoster(work, params.id, body.lastDay)
      return { answer: await linked(params.id, code) }
    },
    async revokePosters(work, { params }) {
      await revokePosters(work, params.id)
      return { answer: {} }
    },
    async updateTeam(work, { params, body, version }) {
      const changed = await updateTeam(work, params.id, version, body)
      return { answer: { version: changed }, version: changed }
    },
    async listTeamMatters({ tx, actor, now }) {
      const scope = { unitIds: [...unitsHeld(actor, TEAM_STAFF)], on: dateIn(now) }
      const applications = await applicationsOf(tx, { ...scope, openOnly: true })
      return { answer: { applications, foundings: await foundingsOf(tx, scope) } }
    },
  } satisfies Partial<Handlers<typeof teamDeskRoutes>>
}

const overviewHandlers = {
  async listTeamFamilies({ tx, now }, { query }) {
    return { answer: { rows: await listFamilies(tx, query.on ?? dateIn(now)) } }
  },
  async saveTeamFamily(work, { body }) {
    if (body.validUntil !== null && body.validUntil <= body.validFrom)
      throw refuse('family-days', {}, { field: 'validUntil' })
    return { answer: { id: await saveFamily(work, body) } }
  },
  async readTeamCoverage(read, { query }) {
    return { answer: { counts: await countCoverage(read.tx, await scopeOf(read, query.unitId)) } }
  },
  async listTeamCoverage(read, { params, query }) {
    const scope = await scopeOf(read, query.unitId)
    return { answer: { rows: await listCoverage(read.tx, scope, params.figure, query.category ?? null) } }
  },
} satisfies Partial<Handlers<typeof teamDeskRoutes>>

/** A unit and all below it. @throws Refusal platform.not-found */
async function scopeOf({ tx, now }: Read, unitId: string) {
  const on = dateIn(now)
  if ((await findUnit(tx, unitId, on)) === undefined)
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  return { on, unitIds: (await unitsBelow(tx, [unitId])).map((unit) => unit.id) }
}
