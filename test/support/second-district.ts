import { readSeed } from '../../server/cli/district-plan.ts'
import { foundDistrict } from '../../server/cli/found-district.ts'
import { type CatalogueSeed, seedCatalogue } from '../../server/modules/catalogue/index.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { runWork, type WorkHost } from '../../server/platform/work.ts'

export const DISTRICT_B = 330106

const FOUNDED_ON = '2019-06-01'

/** A small district of another province beside Yanqing: two townships, four stations, one agency, the same categories. */
export async function prepareDistrictB(host: WorkHost, hostName: string): Promise<void> {
  await foundDistrict(host, DISTRICT_B, {
    name: '西湖区',
    nameEn: 'Xihu District',
    foundedOn: FOUNDED_ON,
    host: hostName,
    agencies: [{ slug: 'health-commission', name: '西湖区卫生健康局', nameEn: 'Xihu health bureau' }],
    townships: ['001', '100'].map((township) => ({
      code: `${DISTRICT_B}${township}000`,
      name: `西湖第${township}街道`,
      validFrom: FOUNDED_ON,
      stations: ['001', '002'].map((station) => ({
        code: `${DISTRICT_B}${township}${station}`,
        name: `西湖${township}第${station}社区`,
        validFrom: FOUNDED_ON,
      })),
    })),
  })
  const categories = await readSeed<CatalogueSeed['categories']>('yanqing/categories.json')
  await runWork(host, systemActor(DISTRICT_B), (work) => seedCatalogue(work, { categories, offerings: [] }))
}
