import { type CatalogueSeed, seedCatalogue } from '#modules/catalogue/index.ts'
import { type HoursDefaults, setUpHours } from '#modules/hours/index.ts'
import { type OrderDefaults, setUpOrders } from '#modules/orders/index.ts'
import { type DistrictPlan, setUpDistrict } from '#modules/orgs/index.ts'
import { setPointsRule } from '#modules/points/index.ts'
import { setUpRecords } from '#modules/records/index.ts'
import { systemActor } from '#platform/actor.ts'
import { startOfDate } from '#platform/dates.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { readSeed, YANQING } from './district-plan.ts'

interface PointsDefaults {
  readonly pointsPerHour: number
  readonly pointsPerDayMax: number
  readonly validFrom: string
}

export interface Founded {
  readonly centreId: string
  readonly categories: number
  readonly offerings: number
  /** Years whose public holidays are not published yet. */
  readonly missingHolidayYears: readonly number[]
}

/**
 * Sets a district up with its tree, catalogue data, limits and rules: everything a district has before its first person. The
 * categories are the national ones that every county begins with; offerings are known of Yanqing's agencies only.
 * @param isReal no agency of a real district has said yet that it still offers what the seed knows of it: residents see an
 *   offering once somebody has confirmed it
 */
export async function foundDistrict(
  host: WorkHost,
  districtId: number,
  plan: DistrictPlan,
  { isReal = false }: { readonly isReal?: boolean } = {},
): Promise<Founded> {
  const orders = await readSeed<OrderDefaults>('defaults/orders.json')
  const hours = await readSeed<HoursDefaults>('defaults/hours.json')
  const points = await readSeed<PointsDefaults>('defaults/points.json')
  const records = await readSeed<Parameters<typeof setUpRecords>[1]>('defaults/records.json')
  const catalogue: CatalogueSeed = {
    categories: await readSeed('yanqing/categories.json'),
    offerings: districtId === YANQING ? await readSeed('yanqing/offerings.json') : [],
  }
  return runWork(host, systemActor(districtId), async (work) => {
    const confirmedAt = isReal ? startOfDate(plan.foundedOn) : work.now
    const { centreId, missingHolidayYears } = await setUpDistrict(work, plan)
    await setUpOrders(work, orders)
    await setUpHours(work, hours)
    await setPointsRule(work, points)
    await setUpRecords(work, records)
    return { centreId, missingHolidayYears, ...(await seedCatalogue(work, catalogue, confirmedAt)) }
  })
}
