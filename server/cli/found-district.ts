import { type CatalogueSeed, seedCatalogue } from '#modules/catalogue/index.ts'
import { type OrderDefaults, setUpOrders } from '#modules/orders/index.ts'
import { type DistrictPlan, setUpDistrict } from '#modules/orgs/index.ts'
import { setPointsRule } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { readSeed, YANQING } from './district-plan.ts'

interface PointsDefaults {
  readonly pointsPerHour: number
  readonly pointsPerDayMax: number
  readonly validFrom: string
}

/** Sets a district up with its tree, catalogue data, limits and rules: everything a district has before its first person. */
export async function foundDistrict(
  host: WorkHost,
  districtId: number,
  plan: DistrictPlan,
): Promise<{ centreId: string }> {
  const orders = await readSeed<OrderDefaults>('defaults/orders.json')
  const points = await readSeed<PointsDefaults>('defaults/points.json')
  const catalogue: CatalogueSeed = {
    categories: await readSeed('yanqing/categories.json'),
    offerings: await readSeed('yanqing/offerings.json'),
  }
  return runWork(host, systemActor(districtId), async (work) => {
    const { centreId } = await setUpDistrict(work, plan)
    await setUpOrders(work, orders)
    await setPointsRule(work, points)
    if (districtId === YANQING) await seedCatalogue(work, catalogue)
    return { centreId }
  })
}
