import { PAGE_ROWS } from '#contract/kit.ts'
import type { activitiesRoutes } from '#contract/activities.ts'
import { unitsBelow } from '#modules/orgs/index.ts'
import { type Actor, unitsHeld } from '#platform/actor.ts'
import { addDays, addMinutes, dateIn, startOfDate } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { findActivity, findSession } from './activity-rows.ts'
import { createActivity } from './create-activity.ts'
import { addToActivity, cancelActivity, cancelSession, editSession } from './edit-session.ts'
import { createFeed, listFeeds, openFeed, revokeFeed } from './feeds.ts'
import { lookAtEmergency } from './look-at-emergency.ts'
import { messageSession } from './message-session.ts'
import { organises, ORGANISING_ROLES, requireOrganiser, teamsOrganised } from './organisers.ts'
import { saveTemplate, saveTheme } from './plan-ahead.ts'
import { publishActivity } from './publish-activity.ts'
import {
  findActivityRow,
  findProgrammeRow,
  listActivities,
  listProgramme,
  rosterOf,
  sessionsOf,
  signUpsOf,
} from './session-views.ts'
import { acceptPlace, signUp, signUpSeries, withdraw } from './sign-up.ts'
import { findSignUp, placeInQueue } from './sign-up-rows.ts'
import { listTakable } from './takable.ts'
import { listTemplates } from './template-rows.ts'
import { listThemes } from './theme-rows.ts'
import { updateActivity } from './update-activity.ts'

const PROGRAMME_DAYS = 31
const DAY_MINUTES = 24 * 60
const CALENDAR_DAYS_BACK = 31
const CALENDAR_DAYS_AHEAD = 92
const CALENDAR_ROWS_MAX = 1000

export const activitiesHandlers: Handlers<typeof activitiesRoutes> = {
  async listProgramme({ tx, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const today = dateIn(now)
    const first = query.from ?? today
    const [at, id] = cursorOf(query.cursor, ['instant', 'id'])
    const rows = await listProgramme(tx, today, {
      from: startOfDate(first),
      until: startOfDate(query.until ?? addDays(first, PROGRAMME_DAYS)),
      unitIds: query.unitId === undefined ? undefined : (await unitsBelow(tx, [query.unitId])).map((unit) => unit.id),
      teamId: query.teamId,
      themeId: query.themeId,
      q: query.q,
      after: at === undefined ? undefined : { at: new globalThis.Date(at), id: id! },
      limit: limit + 1,
    })
    return { answer: pageOf(rows, limit, (row) => [row.startsAt.toISOString(), row.id]) }
  },
  async readActivity(read, { params }) {
    const activity = await findActivityRow(read.tx, dateIn(read.now), params.id)
    const isOrganiser = activity !== undefined && (await organises(read, activity))
    if (activity === undefined || (activity.state === 'draft' && !isOrganiser))
      throw new Refusal('platform.not-found', 404, {})
    const sessions = await sessionsOf(read.tx, params.id)
    return { answer: { activity, sessions: sessions, organises: isOrganiser }, version: activity.version }
  },
  async readSession(read, { params }) {
    const { tx, now, actor } = read
    const session = await findProgrammeRow(tx, dateIn(now), params.id)
    const activity = session === undefined ? undefined : await findActivityRow(tx, dateIn(now), session.activityId)
    if (session === undefined || activity === undefined) throw new Refusal('platform.not-found', 404, {})
    const isOrganiser = await organises(read, activity)
    if (activity.state === 'draft' && !isOrganiser) throw new Refusal('platform.not-found', 404, {})
    const mine = await mineOf(tx, actor, params.id)
    return { answer: { session: session, activity, organises: isOrganiser, mine }, version: session.version }
  },
  async listThemes({ tx, now }, { query }) {
    return { answer: { rows: await listThemes(tx, query.on ?? dateIn(now)) } }
  },
  async saveTheme(work, { body }) {
    return { answer: { id: await saveTheme(work, body) } }
  },
  async listOrganised({ tx, actor, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [beforeId] = cursorOf(query.cursor, ['id'])
    const of = await organisedBy(tx, actor)
    const rows = await listActivities(tx, dateIn(now), { ...of, state: query.state, beforeId, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.id]) }
  },
  async listTemplates({ tx, actor }) {
    return { answer: { rows: await listTemplates(tx, await organisedBy(tx, actor)) } }
  },
  async saveTemplate(work, { body }) {
    return { answer: { id: await saveTemplate(work, body) } }
  },
  async createActivity(work, { body }) {
    return { answer: await createActivity(work, body) }
  },
  async updateActivity(work, { params, body, version }) {
    const changed = await updateActivity(work, params.id, version, body)
    return { answer: { version: changed }, version: changed }
  },
  async publishActivity(work, { params }) {
    await publishActivity(work, params.id)
    return { answer: {} }
  },
  async cancelActivity(work, { params, body }) {
    await cancelActivity(work, params.id, body.reason)
    return { answer: {} }
  },
  async addSessions(work, { params, body }) {
    return { answer: { sessionIds: await addToActivity(work, params.id, body) } }
  },
  async editSession(work, { params, body, version }) {
    await editSession(work, params.id, version, body)
    const session = (await findSession(work.tx, params.id))!
    return { answer: session, version: session.version }
  },
  async cancelSession(work, { params, body }) {
    await cancelSession(work, params.id, body)
    return { answer: {} }
  },
  async readRoster(read, { params }) {
    const session = await findSession(read.tx, params.id)
    const activity = session === undefined ? undefined : await findActivity(read.tx, session.activityId)
    if (session === undefined || activity === undefined) throw new Refusal('platform.not-found', 404, {})
    await requireOrganiser(read, activity)
    return { answer: { session, rows: await rosterOf(read.tx, params.id) }, version: session.version }
  },
  async lookAtEmergency(work, { params, body }) {
    return { answer: await lookAtEmergency(work, params.id, body) }
  },
  async messageSession(work, { params, body }) {
    return { answer: await messageSession(work, params.id, body.text) }
  },
  async signUp(work, { params, body }) {
    return { answer: await signUp(work, params.id, { ...body, roleName: null }) }
  },
  async withdrawSignUp(work, { params }) {
    await withdraw(work, params.id)
    return { answer: {} }
  },
  async acceptPlace(work, { params }) {
    return { answer: await acceptPlace(work, params.id) }
  },
  async signUpSeries(work, { params, body }) {
    return { answer: await signUpSeries(work, params.id, body) }
  },
  async listMySignUps({ tx, actor, now }) {
    return { answer: { rows: await signUpsOf(tx, dateIn(now), actor.personId!, now) } }
  },
  async createFeed(work, { body }) {
    return { answer: await createFeed(work, body.teamId) }
  },
  async listFeeds({ tx, actor }) {
    return { answer: { rows: await listFeeds(tx, actor.personId!) } }
  },
  async revokeFeed(work, { params }) {
    await revokeFeed(work, params.id)
    return { answer: {} }
  },
  async readCalendar({ tx, now }, { params }) {
    const feed = await openFeed(tx, params.token)
    if (feed === undefined) throw new Refusal('platform.not-found', 404, {})
    const today = dateIn(now)
    if (feed.teamId === null) {
      // What was cancelled stays, so that a calendar that knew it learns of it.
      const mine = await signUpsOf(tx, today, feed.personId, addMinutes(now, -CALENDAR_DAYS_BACK * DAY_MINUTES))
      const rows = mine.filter((row) => row.signUpState === 'signed-up' || row.signUpState === 'cancelled')
      return { answer: { kind: 'person', rows } }
    }
    const rows = await listProgramme(tx, today, {
      from: addMinutes(now, -CALENDAR_DAYS_BACK * DAY_MINUTES),
      until: addMinutes(now, CALENDAR_DAYS_AHEAD * DAY_MINUTES),
      teamId: feed.teamId,
      limit: CALENDAR_ROWS_MAX,
    })
    return { answer: { kind: 'team', rows } }
  },
  async listTakable(read) {
    return { answer: { rows: await listTakable(read, read.actor.personId!) } }
  },
}

/** For which units and teams somebody organises. */
async function organisedBy(tx: Tx, actor: Actor): Promise<{ unitIds: string[]; teamIds: string[] }> {
  return { unitIds: [...unitsHeld(actor, ORGANISING_ROLES)], teamIds: await teamsOrganised(tx, actor) }
}

async function mineOf(tx: Tx, actor: Actor, sessionId: string) {
  if (actor.kind !== 'resident' || actor.personId === null) return null
  const mine = await findSignUp(tx, sessionId, actor.personId)
  if (mine === undefined) return null
  const position = mine.state === 'waiting' ? await placeInQueue(tx, mine) : null
  return { state: mine.state as 'signed-up' | 'waiting' | 'offered', position, offerUntil: mine.offerUntil }
}
