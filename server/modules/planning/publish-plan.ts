import { offerPlanned } from '#modules/orders/index.ts'
import { translator } from '#i18n/translate.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { PLANNERS } from './permissions.ts'
import { markPublished, type PlanRow } from './plan-rows.ts'
import { visitsToPublish } from './plan-views.ts'
import { refuse } from './refusals.ts'
import { planFor } from './request-plan.ts'
import { recordOutcome } from './visit-rows.ts'

export const PUBLISH_VISIT = 'planning.publish-visit'

/**
 * Publishes a plan: each visit goes out as an offer by the ordinary operation of orders, one job for each, so that one order that
 * meanwhile went another way holds up no other. Teams stay invited; residents hear from whoever accepts.
 */
export async function publishPlan(work: Work, planId: string, version: number): Promise<PlanRow> {
  const plan = await planFor(work, planId, PLANNERS)
  if (plan.state !== 'ready') throw refuse('not-ready')
  if (plan.kind === 'what-if') throw refuse('what-if-stays')
  if (plan.version !== version) throw refuse('changed-meanwhile')
  if (plan.untilOn < dateIn(work.now)) throw refuse('days-past')
  const by = work.actor.personId!
  await markPublished(work.tx, plan.id, by, work.now)
  for (const { orderId } of await visitsToPublish(work.tx, plan.id))
    work.enqueue({ name: PUBLISH_VISIT, data: { planId: plan.id, orderId, by } })
  work.audit({ action: 'planning.publish', subject: { kind: 'plan', id: plan.id } })
  return planFor(work, plan.id)
}

/** Offers one visit of a published plan; run by a job, so twice is once. What is refused is kept with the visit. */
export async function publishVisit(work: Work, data: { planId: string; orderId: string; by: string }): Promise<void> {
  const visit = (await visitsToPublish(work.tx, data.planId)).find((one) => one.orderId === data.orderId)
  if (visit === undefined) return
  const t = translator('zh-CN')
  const clock = `${String(Math.floor(visit.startsMinute / 60)).padStart(2, '0')}:${String(visit.startsMinute % 60).padStart(2, '0')}`
  const outcome = await offerPlanned(work, data.orderId, {
    provider: { kind: visit.providerKind, id: visit.providerId },
    note:
      visit.vehicleName === null
        ? t('planning.offer-note', { day: visit.day, time: clock })
        : t('planning.offer-note-vehicle', { day: visit.day, time: clock, vehicle: visit.vehicleName }),
    madeBy: data.by,
  }).then(
    () => 'offered',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code
      throw error
    },
  )
  await recordOutcome(work.tx, data.planId, data.orderId, outcome)
}
