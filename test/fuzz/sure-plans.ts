/** Requests about plans that must succeed: they need one that a worker has made, of an order that waits to be offered. */
import { YANQING } from '../../server/cli/district-plan.ts'
import {
  dayIn,
  get,
  granted,
  liveUntil,
  personOf,
  post,
  put,
  remove,
  type Scene,
  until,
  type Wish,
  type Wishes,
} from './scene.ts'

const DISPATCHER = 'dispatcher'
const DAYS = 3
const LONG_SECONDS = 20

interface Plan {
  readonly id: string
  readonly state: string
  readonly version: number
}

interface PlanRead {
  readonly plan: Plan
  readonly visits: readonly { readonly orderId: string }[]
  readonly unserved: readonly { readonly orderId: string }[]
}

const wishOf = (scene: Scene, secondsMax: number): Wish =>
  post(DISPATCHER, '/api/v1/plans', {
    unitId: personOf(scene, DISPATCHER).unitId,
    title: '本周',
    fromOn: dayIn(1),
    untilOn: dayIn(DAYS),
    secondsMax,
    seed: 1,
  })

/** What draws asked for would be planned first, one after the other, for up to five minutes each. */
const CLEAR = `
  update plan set is_cancel_asked = true, version = version + 1,
         ended_at = case when state = 'queued' then huiyin_now() else ended_at end,
         state = case when state = 'queued' then 'cancelled' else state end
   where state in ('queued', 'running')`

async function readyPlan(scene: Scene): Promise<{ path: string; version: number; orderId: string }> {
  await scene.owner.query(CLEAR)
  const orderId = await liveUntil(scene, 'take-in')
  const { id } = await granted<Plan>(scene, wishOf(scene, 1))
  const path = `/api/v1/plans/${id}`
  const read = await until(async () => {
    const found = await granted<PlanRead>(scene, get(DISPATCHER, path))
    return ['queued', 'running'].includes(found.plan.state) ? undefined : found
  })
  if (read.plan.state !== 'ready') throw new Error(`The plan is ${read.plan.state}.`)
  const one = [...read.visits, ...read.unserved].find((row) => row.orderId === orderId) ?? read.visits[0]
  if (one === undefined) throw new Error('The plan has no order.')
  return { path, version: read.plan.version, orderId: one.orderId }
}

const ifMatch = (version: number) => ({ 'if-match': `"${version}"` })

/** A way between two units that no other request speaks of. */
let ways = 0
async function newWay(scene: Scene): Promise<Wish> {
  const { rows } = await granted<{ rows: { id: string }[] }>(
    scene,
    get('public', '/api/v1/units?kind=station&limit=50'),
  )
  const fromUnitId = personOf(scene, DISPATCHER).unitId
  const toUnitId = rows[ways++ % rows.length]!.id
  const dates = { validFrom: dayIn(0), validUntil: null }
  return post(DISPATCHER, '/api/v1/planning/travel', { fromUnitId, toUnitId, minutes: 50, reason: '修路', ...dates })
}

/** The health agency takes on a village that it has not taken on yet. */
let pairings = 0
async function newPairing(scene: Scene): Promise<Wish> {
  const path = '/api/v1/units?kind=station&limit=50'
  const { rows } = await granted<{ rows: { id: string }[] }>(scene, get('public', path))
  const unitId = rows.at(-1 - pairings++)!.id
  const provider = { providerKind: 'agency', providerId: personOf(scene, 'health').unitId }
  return post(DISPATCHER, '/api/v1/planning/pairings', { unitId, ...provider, note: '', validFrom: dayIn(1) })
}

/** The clinic's car goes with an offering that has none yet. */
let vehicles = 0
async function newVehicle(scene: Scene): Promise<Wish> {
  const { rows } = await scene.owner.query<{ id: string }>(
    `select id from offering where district_id = $1 and id not in (select offering_id from vehicle_offering) order by id`,
    [YANQING],
  )
  const offeringIds = [rows[vehicles++ % rows.length]!.id]
  const wish = { name: '诊疗车', count: 2, weekdays: [1, 3, 5], offeringIds, validFrom: dayIn(1) }
  return post(DISPATCHER, '/api/v1/planning/vehicles', wish)
}

export const PLAN_WISHES: Wishes = {
  requestPlan: async (scene) => wishOf(scene, 1),
  readPlan: async (scene) => get(DISPATCHER, (await readyPlan(scene)).path),
  cancelPlan: async (scene) => {
    const { id } = await granted<Plan>(scene, wishOf(scene, LONG_SECONDS))
    return post(DISPATCHER, `/api/v1/plans/${id}/cancellation`, {})
  },
  copyPlan: async (scene) => {
    const { path } = await readyPlan(scene)
    return post(DISPATCHER, `${path}/copies`, { title: '推演', weights: { debtFactor: 2 } })
  },
  replan: async (scene) =>
    post(DISPATCHER, `${(await readyPlan(scene)).path}/replans`, { title: '重排', absences: [] }),
  listVisitChoices: async (scene) => {
    const { path, orderId } = await readyPlan(scene)
    return get(DISPATCHER, `${path}/visits/${orderId}/choices`)
  },
  moveVisit: async (scene) => {
    const { path, orderId, version } = await readyPlan(scene)
    return put(DISPATCHER, `${path}/visits/${orderId}`, { teamDay: null, isTrial: false }, version)
  },
  publishPlan: async (scene) => {
    const { path, version } = await readyPlan(scene)
    return { ...post(DISPATCHER, `${path}/publication`, {}), headers: ifMatch(version) }
  },
  setPlanWeights: async (scene) => {
    const weights = await granted<Record<string, number>>(scene, get(DISPATCHER, '/api/v1/planning/weights'))
    return put(DISPATCHER, '/api/v1/planning/weights', { weights, validFrom: dayIn(1) })
  },
  overrideTravel: newWay,
  endTravelOverride: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, await newWay(scene))
    return remove(DISPATCHER, `/api/v1/planning/travel/${id}`)
  },
  shareVehicle: newVehicle,
  endSharedVehicle: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, await newVehicle(scene))
    return remove(DISPATCHER, `/api/v1/planning/vehicles/${id}`)
  },
  pairVillage: newPairing,
  endPairing: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, await newPairing(scene))
    return remove(DISPATCHER, `/api/v1/planning/pairings/${id}`)
  },
}
