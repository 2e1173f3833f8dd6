/** Fills a freshly migrated database with a district's volunteering: `hours.sql` says what. */
import { readFile } from 'node:fs/promises'
import { foundDistrict } from '../../server/cli/found-district.ts'
import { YANQING, yanqingPlan } from '../../server/cli/district-plan.ts'
import type { WorkHost } from '../../server/platform/work.ts'
import { connect, dropIndexes, inParallel } from './load.ts'

/** The seed's volunteers of its best year. */
export const PEOPLE = 21_216
const FILLED = 'hours_record hours_entry attendance check_in_mark sign_up activity_session'.split(' ')
const CONSTRAINED = ['attendance']

export interface HoursLoad {
  readonly entries: number
  readonly people: number
  readonly log: (text: string) => void
}

export async function loadHours(host: WorkHost, ownerUrl: string, { entries, people, log }: HoursLoad): Promise<void> {
  const begun = performance.now()
  const say = (text: string) => log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`)
  const owner = await connect(ownerUrl)
  try {
    await foundDistrict(host, YANQING, await yanqingPlan())
    const indexes = await dropIndexes(owner, FILLED, CONSTRAINED)
    await owner.query(
      `set bench.district = '${YANQING}'; set bench.entries = '${entries}'; set bench.people = '${people}'`,
    )
    await owner.query(await readFile(new URL('hours.sql', import.meta.url), 'utf8'))
    say('rows')
    await inParallel(ownerUrl, indexes, say)
    await owner.query('vacuum (analyze)')
    say('statistics')
  } finally {
    await owner.end()
  }
}
