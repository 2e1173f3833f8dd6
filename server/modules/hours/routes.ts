import type { hoursRoutes } from '#contract/hours.ts'
import { PAGE_ROWS } from '#contract/kit.ts'
import { identitiesOf } from '#modules/people/index.ts'
import { teamsOf } from '#modules/teams/index.ts'
import { type Actor, unitsHeld } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { approveHours, refuseHours } from './approve-hours.ts'
import { listCallBacks, recordCallBack } from './call-backs.ts'
import { decideCase } from './cases.ts'
import { answerDemand, demandCorrection } from './demands.ts'
import { chainOf, demandsFor, demandsOf, listCases, listNotices, listsToConfirm, listToApprove } from './desk-views.ts'
import { confirmableSince, confirmList, confirmOwnHours, isForOwner } from './confirm-hours.ts'
import { backfillHours } from './enter-hours.ts'
import { findHours, hoursOf, sumOfHours } from './hours-views.ts'
import { objectToHours } from './object-to-hours.ts'
import { ANSWERING_ROLES, SPEAKING_MEMBERS } from './organisers.ts'
import { refuse } from './refusals.ts'
import { serviceKindsOn } from './service-kinds.ts'

/** Pages in the order of a due time: where the last row of the page before stood. */
function afterOf(cursor: string | undefined): { at: Date; id: string } | undefined {
  const [at, id] = cursorOf(cursor, ['instant', 'id'])
  return at === undefined ? undefined : { at: new globalThis.Date(at), id: id! }
}

/** Units in whose name the actor answers, and teams for which he or she speaks. */
async function spokenFor(tx: Tx, actor: Actor): Promise<{ unitIds: string[]; teamIds: string[] }> {
  const teams = actor.personId === null ? [] : await teamsOf(tx, actor.personId)
  const teamIds = teams.filter((team) => SPEAKING_MEMBERS.includes(team.role)).map((team) => team.id)
  return { unitIds: [...unitsHeld(actor, ANSWERING_ROLES)], teamIds }
}

export const hoursHandlers: Handlers<typeof hoursRoutes> = {
  async listServiceKinds({ tx, now }) {
    return { answer: { rows: [...(await serviceKindsOn(tx, dateIn(now)))] } }
  },
  async listMyHours({ tx, actor, now }, { query }) {
    const { from, until, limit = PAGE_ROWS } = query
    const personIds = await identitiesOf(tx, actor.personId!)
    const [day, id] = cursorOf(query.cursor, ['instant', 'id'])
    const before = day === undefined ? undefined : { day: day.slice(0, 10), id: id! }
    const found = await hoursOf(tx, { personIds, from, until, before, limit: limit + 1 })
    const rows = found.map((row) => ({ ...row, mayConfirm: isForOwner({ now }, row, personIds) }))
    const sum = await sumOfHours(tx, personIds, { from, until })
    return { answer: { ...sum, ...pageOf(rows, limit, (row) => [`${row.day}T00:00:00Z`, row.id]) } }
  },
  async readHours({ tx, actor, now }, { params }) {
    const record = await findHours(tx, params.id)
    const mine = await identitiesOf(tx, actor.personId!)
    const mayRead =
      record !== undefined && (mine.includes(record.personId) || unitsHeld(actor, ANSWERING_ROLES).has(record.unitId))
    if (!mayRead) throw new Refusal('platform.not-found', 404, {})
    const mayConfirm = mine.includes(record.personId) && isForOwner({ now }, record, mine)
    return { answer: { record: { ...record, mayConfirm }, chain: await chainOf(tx, params.id) } }
  },
  async confirmOwnHours(work, { params }) {
    await confirmOwnHours(work, params.id)
    return { answer: {} }
  },
  async listHoursToConfirm({ tx, actor, now }) {
    const by = { unitIds: [...unitsHeld(actor, ANSWERING_ROLES)], personId: actor.personId! }
    return { answer: { rows: await listsToConfirm(tx, by, confirmableSince(now)) } }
  },
  async confirmHoursOfList(work, { params, body }) {
    return { answer: await confirmList(work, params.id, body.statement) }
  },
  async listHoursNotices({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const unitIds = [...unitsHeld(actor, ANSWERING_ROLES)]
    const { teamId } = query
    const isMember = teamId !== undefined && (await teamsOf(tx, actor.personId!)).some((team) => team.id === teamId)
    if (!isMember && unitIds.length === 0) throw refuse('members-only')
    const rows = await listNotices(
      tx,
      { teamId, unitIds: isMember ? null : unitIds },
      { after: afterOf(query.cursor), limit: limit + 1 },
    )
    return { answer: pageOf(rows, limit, (row) => [row.dueAt.toISOString(), row.id]) }
  },
  async objectToHours(work, { params, body }) {
    return { answer: await objectToHours(work, params.id, body.statement) }
  },
  async demandCorrection(work, { body }) {
    return { answer: await demandCorrection(work, body) }
  },
  async listMyDemands({ tx, actor }) {
    return { answer: { rows: await demandsOf(tx, await identitiesOf(tx, actor.personId!)) } }
  },
  async listDemands({ tx, actor }) {
    return { answer: { rows: await demandsFor(tx, await spokenFor(tx, actor)) } }
  },
  async answerDemand(work, { params, body }) {
    return { answer: await answerDemand(work, params.id, body) }
  },
  async backfillHours(work, { body }) {
    return { answer: await backfillHours(work, body) }
  },
  async listHoursToApprove({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const rows = await listToApprove(tx, actor, { after: afterOf(query.cursor), limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.dueAt.toISOString(), row.id]) }
  },
  async approveHours(work, { params, body }) {
    await approveHours(work, params.id, body)
    return { answer: {} }
  },
  async refuseHours(work, { params, body }) {
    await refuseHours(work, params.id, body.statement)
    return { answer: {} }
  },
  async listHoursCases({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const state = query.state ?? 'open'
    const rows = await listCases(tx, actor, state, { after: afterOf(query.cursor), limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [(row.dueAt ?? row.decidedAt!).toISOString(), row.id]) }
  },
  async decideHoursCase(work, { params, body }) {
    await decideCase(work, params.id, body)
    return { answer: {} }
  },
  async listCallBacks({ tx }) {
    return { answer: { rows: await listCallBacks(tx) } }
  },
  async recordCallBack(work, { params, body }) {
    return { answer: await recordCallBack(work, params.id, body) }
  },
}
