import { findOffering } from '#modules/catalogue/index.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { requireCentre } from './request-plan.ts'
import { endVehicleRow, insertVehicle, offeringsWithVehicle } from './vehicle-rows.ts'

export interface VehicleWish {
  readonly name: string
  readonly count: number
  /** 1 is Monday. */
  readonly weekdays: readonly number[]
  readonly offeringIds: readonly string[]
  readonly validFrom: string
}

/** Notes that the centre shares so many vehicles, and which offerings need one: a plan then sends out no more of them than there are. */
export async function shareVehicle(work: Work, wish: VehicleWish): Promise<{ readonly id: string }> {
  await requireCentre(work)
  if (wish.validFrom < dateIn(work.now)) throw refuse('days-past', {}, { field: 'validFrom' })
  const offeringIds = [...new Set(wish.offeringIds)]
  for (const id of offeringIds)
    if ((await findOffering(work.tx, id, work.now)) === undefined)
      throw refuse('offering-unknown', {}, { field: 'offeringIds' })
  const [taken] = await offeringsWithVehicle(work.tx, offeringIds, wish.validFrom)
  if (taken !== undefined)
    throw refuse('has-vehicle', { title: taken.title, vehicle: taken.vehicleName }, { field: 'offeringIds' })
  const id = newUuid7(work.now)
  const weekdays = [...new Set(wish.weekdays)].sort((a, b) => a - b)
  await insertVehicle(work.tx, { ...wish, id, weekdays, offeringIds, setBy: work.actor.personId!, at: work.now })
  const { name, count } = wish
  work.audit({ action: 'planning.share-vehicle', subject: { kind: 'shared-vehicle', id }, details: { name, count } })
  return { id }
}

/** The vehicles are no longer shared, from today on. */
export async function endVehicle(work: Work, id: string): Promise<void> {
  await requireCentre(work)
  if ((await endVehicleRow(work.tx, id, dateIn(work.now))) === 0) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'planning.end-vehicle', subject: { kind: 'shared-vehicle', id } })
}
