import { requireCounting } from '#modules/hours/index.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { type ActivityPlan, type PartialPlan, type RolePlan, SESSION_DAYS_AHEAD_MAX } from './activity.ts'
import { insertActivity, insertSessions, type NewSession } from './activity-rows.ts'
import { organisingUnit } from './organisers.ts'
import { publishActivity } from './publish-activity.ts'
import { occurrences } from './recurrence.ts'
import { refuse } from './refusals.ts'
import { findTemplate } from './template-rows.ts'
import { themeHolds } from './theme-rows.ts'

export interface NewActivityRequest {
  readonly templateId: string | null
  readonly unitId: string | null
  readonly teamId: string | null
  readonly plan: PartialPlan
  readonly startsAt: Date | null
  readonly recurrence: string | null
  readonly publish: boolean
}

// What a plan holds when neither the template nor the organiser says otherwise.
const PLAN_DEFAULTS = {
  orderId: null,
  themeId: null,
  campaignId: null,
  description: '',
  content: '',
  beneficiaries: '',
  risks: '',
  protection: '',
  insurance: '',
  membersOnly: false,
  needsInsurance: false,
  needsHealth: false,
  offerMinutes: 120,
  kindSlug: null,
  minutes: 120,
  closesMinutesBefore: 0,
} as const satisfies PartialPlan

/** What only people can say; a published activity lacks none of it (志愿服务记录与证明出具办法, GB/T 40143). */
const NEEDED = ['title', 'place', 'placeUnitId', 'personInCharge', 'recorder', 'roles'] as const

/** An hour entered later is no activity: it goes the way of a correction (domain.md §1.4). */
const BACKFILL = /补录|補錄/u

/**
 * Plans an activity, from a template or from nothing, with its sessions; with `publish` it is open for sign-up at once.
 * @returns ids of the activity and of its sessions in time's order
 */
export async function createActivity(
  work: Work,
  given: NewActivityRequest,
): Promise<{ id: string; sessionIds: string[] }> {
  const template = given.templateId === null ? undefined : await findTemplate(work.tx, given.templateId)
  if (given.templateId !== null && template === undefined) throw refuse('template-unknown', {}, { field: 'templateId' })
  const organiser = await organisingUnit(work, {
    unitId: given.unitId ?? template?.unitId ?? null,
    teamId: given.teamId ?? template?.teamId ?? null,
  })
  const plan = await completePlan(work, { ...template?.plan, ...present(given.plan) }, organiser.unitId)
  const id = newUuid7(work.now)
  const { minutes: _minutes, closesMinutesBefore: _closes, roles: _roles, ...facts } = plan
  await insertActivity(work.tx, work.now, {
    ...facts,
    ...organiser,
    id,
    recurrence: given.recurrence,
    createdBy: work.actor.personId,
  })
  const starts =
    given.startsAt === null
      ? []
      : given.recurrence === null
        ? [given.startsAt]
        : occurrences(given.startsAt, given.recurrence)
  const sessionIds = await addSessions(work, id, plan, starts)
  work.audit({
    action: 'activities.create',
    subject: { kind: 'activity', id },
    details: { sessions: sessionIds.length, origin: plan.origin },
  })
  if (given.publish) await publishActivity(work, id)
  return { id, sessionIds }
}

/** Writes sessions at the given starts. @throws Refusal time-past, time-too-far */
export async function addSessions(
  work: Work,
  activityId: string,
  plan: Pick<ActivityPlan, 'place' | 'placeUnitId' | 'minutes' | 'closesMinutesBefore' | 'roles'>,
  starts: readonly Date[],
): Promise<string[]> {
  refuseDoubleRoles(plan.roles)
  const sessions = starts.map((startsAt): NewSession => {
    refuseWrongTime(work.now, startsAt)
    return {
      id: newUuid7(work.now),
      activityId,
      startsAt,
      endsAt: addMinutes(startsAt, plan.minutes),
      place: plan.place,
      placeUnitId: plan.placeUnitId,
      signUpFrom: null,
      signUpUntil: addMinutes(startsAt, -plan.closesMinutesBefore),
      roles: plan.roles,
    }
  })
  if (sessions.length > 0) await insertSessions(work.tx, work.now, sessions)
  return sessions.map((session) => session.id)
}

/** Only what is still to come is planned, and nothing beyond a year. */
export function refuseWrongTime(now: Date, startsAt: Date): void {
  if (startsAt <= now) throw refuse('time-past', {}, { field: 'startsAt' })
  if (startsAt > addMinutes(now, SESSION_DAYS_AHEAD_MAX * 24 * 60))
    throw refuse('time-too-far', {}, { field: 'startsAt' })
}

export function refuseDoubleRoles(roles: readonly RolePlan[]): void {
  if (new Set(roles.map((role) => role.name)).size < roles.length) throw refuse('role-twice', {}, { field: 'roles' })
}

/** What a plan must hold, with places and themes that exist. */
export async function completePlan(work: Work, given: PartialPlan, unitId: string): Promise<ActivityPlan> {
  const merged = { ...PLAN_DEFAULTS, placeUnitId: unitId, ...given }
  const origin = merged.origin ?? (merged.orderId === null ? 'station-choice' : 'order')
  const plan = {
    ...merged,
    origin,
    personInCharge: merged.personInCharge,
    recorder: merged.recorder ?? merged.personInCharge,
  }
  for (const name of NEEDED)
    if (plan[name] === undefined || plan[name].length === 0) throw refuse('plan-incomplete', {}, { field: name })
  if (BACKFILL.test(plan.title ?? '')) throw refuse('no-name-of-the-backfilled', {}, { field: 'title' })
  if ((origin === 'order') !== (plan.orderId !== null)) throw refuse('plan-incomplete', {}, { field: 'orderId' })
  await refuseUnknown(work.tx, work.now, plan as ActivityPlan)
  return plan as ActivityPlan
}

async function refuseUnknown(tx: Tx, now: Date, plan: ActivityPlan): Promise<void> {
  const today = dateIn(now)
  if ((await findUnit(tx, plan.placeUnitId, today)) === undefined)
    throw refuse('place-unknown', {}, { field: 'placeUnitId' })
  if (plan.themeId !== null && !(await themeHolds(tx, plan.themeId, 'theme', today)))
    throw refuse('theme-unknown', {}, { field: 'themeId' })
  if (plan.campaignId !== null && !(await themeHolds(tx, plan.campaignId, 'campaign', today)))
    throw refuse('theme-unknown', {}, { field: 'campaignId' })
  if (plan.kindSlug !== null) await requireCounting(tx, plan.kindSlug, today)
}

function present(plan: PartialPlan): PartialPlan {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined))
}
