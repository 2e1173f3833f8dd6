import { PAGE_ROWS } from '#contract/kit.ts'
import type { planningRoutes } from '#contract/planning.ts'
import { unitsHeld } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { explainVisit } from './explain-visit.ts'
import { moveVisit } from './move-visit.ts'
import { endOverride, overrideTravel } from './override-travel.ts'
import { endPairing, pairVillage } from './pair-village.ts'
import { pairingsOn } from './pairing-rows.ts'
import { READERS } from './permissions.ts'
import { listPlanRows, type PlanRow } from './plan-rows.ts'
import { notesOf } from './plan-notes.ts'
import { unservedOf, visitsOf } from './plan-views.ts'
import { publishPlan } from './publish-plan.ts'
import { cancelPlan, copyPlan, planFor, replan, requestPlan, requireCentre } from './request-plan.ts'
import { overridesOn } from './travel-override-rows.ts'
import { endVehicle, shareVehicle } from './share-vehicle.ts'
import { vehiclesBetween } from './vehicle-rows.ts'
import { setWeights, weightsOn } from './weights-rows.ts'
import { refuse } from './refusals.ts'

/** What the wire calls the price by part; the row keeps it as it came from the engine. */
type Summary = PlanRow & {
  cost: Record<
    'travel' | 'work' | 'fixed' | 'assignment' | 'lateness' | 'fairness' | 'coverage' | 'unserved' | 'total',
    number
  > | null
}
const summary = (row: PlanRow) => row as Summary
/** The answer of a write that ends with a plan: its version stands in the ETag too. */
const planned = (row: PlanRow) => ({ answer: summary(row), version: row.version })

const FOREVER = '9999-12-31'

export const planningHandlers: Handlers<typeof planningRoutes> = {
  async listPlans({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [at, id] = cursorOf(query.cursor, ['instant', 'id'])
    const before = at === undefined || id === undefined ? undefined : { at, id }
    const rows = await listPlanRows(tx, { unitIds: [...unitsHeld(actor, READERS)], before, limit: limit + 1 })
    return { answer: pageOf(rows.map(summary), limit, (row) => [row.createdAt.toISOString(), row.id]) }
  },
  requestPlan: async (work, { body }) => planned(await requestPlan(work, body)),
  async readPlan(read, { params }) {
    const plan = summary(await planFor(read, params.id))
    const visits = await visitsOf(read.tx, plan.id, read.now)
    const unserved = await unservedOf(read.tx, plan.id, read.now)
    return { answer: { plan, visits, unserved, ...(await notesOf(read, plan)) }, version: plan.version }
  },
  cancelPlan: async (work, { params }) => planned(await cancelPlan(work, params.id)),
  copyPlan: async (work, { params, body }) => planned(await copyPlan(work, params.id, body)),
  replan: async (work, { params, body }) => planned(await replan(work, params.id, body)),
  listVisitChoices: async (read, { params }) => ({ answer: await explainVisit(read, params.id, params.orderId) }),
  async moveVisit(work, { params, body, version }) {
    const { addedMinutes } = await moveVisit(work, params.id, params.orderId, { ...body, version })
    const { version: after } = await planFor(work, params.id)
    return { answer: { addedMinutes, version: after }, version: after }
  },
  publishPlan: async (work, { params, version }) => planned(await publishPlan(work, params.id, version)),
  readPlanWeights: async ({ tx, now }) => ({ answer: await weightsOn(tx, dateIn(now)) }),
  async setPlanWeights(work, { body }) {
    await requireCentre(work)
    if (body.validFrom < dateIn(work.now)) throw refuse('days-past', {}, { field: 'validFrom' })
    if (body.weights.dayEndsMinute <= body.weights.dayStartsMinute)
      throw refuse('day-empty', {}, { field: 'weights.dayEndsMinute' })
    const row = {
      id: newUuid7(work.now),
      weights: body.weights,
      from: body.validFrom,
      setBy: work.actor.personId,
      at: work.now,
    }
    await setWeights(work.tx, row)
    work.audit({ action: 'planning.set-weights', details: { validFrom: body.validFrom, weights: body.weights } })
    return { answer: await weightsOn(work.tx, body.validFrom) }
  },
  listPairings: async ({ tx, now }) => ({ answer: { rows: await pairingsOn(tx, dateIn(now)) } }),
  pairVillage: async (work, { body }) => ({ answer: await pairVillage(work, body) }),
  async endPairing(work, { params }) {
    await endPairing(work, params.id)
    return { answer: {} }
  },
  listSharedVehicles: async ({ tx, now }) => ({ answer: { rows: await vehiclesBetween(tx, dateIn(now), FOREVER) } }),
  shareVehicle: async (work, { body }) => ({ answer: await shareVehicle(work, body) }),
  async endSharedVehicle(work, { params }) {
    await endVehicle(work, params.id)
    return { answer: {} }
  },
  listTravelOverrides: async ({ tx, now }) => ({ answer: { rows: await overridesOn(tx, dateIn(now)) } }),
  overrideTravel: async (work, { body }) => ({ answer: await overrideTravel(work, body) }),
  async endTravelOverride(work, { params }) {
    await endOverride(work, params.id)
    return { answer: {} }
  },
}
