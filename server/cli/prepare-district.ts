import type { DistrictPlan } from '#modules/orgs/index.ts'
import { translator } from '#i18n/translate.ts'
import { isDemoOnly } from '#modules/orgs/index.ts'
import { appointStaff } from '#modules/people/index.ts'
import { systemActor } from '#platform/actor.ts'
import { districtIds } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import type { Platform } from '../compose.ts'
import type { Config } from '../config.ts'
import { DEMO_RESIDENTS, DEMO_STAFF } from './demo-accounts.ts'
import { loadDemo } from './demo.ts'
import { YANQING, yanqingPlan } from './district-plan.ts'
import { foundDistrict } from './found-district.ts'

/**
 * What a server does before it serves for the first time: the demonstration district with invented people, or, with
 * HUIYIN_DEMO=0, an empty district and a one-time link for its first administrator.
 * @returns what to print, and whether this is a demonstration: a real district never becomes one by a forgotten setting
 */
export async function prepareDistrict(
  platform: Platform,
  config: Config,
  log: Log,
): Promise<{ welcome: string; isDemo: boolean }> {
  const host: WorkHost = platform
  if ((await districtIds(host.db)).length > 0) {
    const isDemo = config.demo && (await isDemoOnly(host.db))
    if (config.demo && !isDemo) log.warn('the district is a real one: the demonstration stays off, set HUIYIN_DEMO=0')
    return { welcome: isDemo ? demoWelcome(config) : '', isDemo }
  }
  if (!config.demo) return { welcome: await emptyDistrict(host, config, await yanqingPlan()), isDemo: false }
  log.info('loading the demonstration district')
  await loadDemo(platform, log)
  return { welcome: demoWelcome(config), isDemo: true }
}

async function emptyDistrict(host: WorkHost, config: Config, plan: DistrictPlan): Promise<string> {
  const { centreId } = await foundDistrict(host, YANQING, plan, { isReal: true })
  // In the language of the district's people, who read it above every page.
  const name = translator('zh-CN')('people.role.district-admin')
  const admin = { name, login: 'admin', role: 'district-admin', unitId: centreId } as const
  const { token, expiresAt } = await runWork(host, systemActor(YANQING), (work) => appointStaff(work, admin))
  return [
    `District ${YANQING} is ready and empty. Its first administrator opens this link once, before ${expiresAt.toISOString()}:`,
    `  ${config.origin}/staff/invitation#${token}`,
  ].join('\n')
}

function demoWelcome(config: Config): string {
  const staff = DEMO_STAFF.map(({ login, what }) => `  ${login.padEnd(11)} ${what}`)
  const residents = DEMO_RESIDENTS.map(({ phone, what }) => `  ${phone} ${what}`)
  return [
    'Demonstration district Yanqing, all people invented.',
    `Staff, password ${DEMO_STAFF[0]!.password}; one-time passwords at ${config.origin}/api/v1/demo/accounts`,
    ...staff,
    `Residents and volunteers sign in by phone; the codes are at ${config.origin}/demo/outbox`,
    ...residents,
  ].join('\n')
}
