import { LOGIN_CODE_MADE, openLoginCode, requestLoginCode, signInResident } from '../../server/modules/people/index.ts'
import type { Actor, RoleGrant } from '../../server/platform/actor.ts'
import { type TestDatabase, YANQING } from './database.ts'

/** A resident who registered with phone and code, as every resident does; phones are in the range set aside for plays. */
export async function registerResident(database: TestDatabase, serial: number, name = '居民'): Promise<Actor> {
  const phone = `1390000${String(serial).padStart(4, '0')}`
  await database.work((work) => requestLoginCode(work, phone))
  const made = database.sent.findLast((job) => job.name === LOGIN_CODE_MADE)
  const { code } = await database.work(async ({ tx }) =>
    openLoginCode(tx, String(made?.data['id']), String(made?.data['sealed'])),
  )
  const result = await database.work((work) => signInResident(work, { phone, code, name }))
  if ('refusal' in result) throw result.refusal
  return actorOf('resident', result.personId)
}

export function actorOf(kind: 'resident' | 'staff', personId: string, grants: readonly RoleGrant[] = []): Actor {
  return {
    districtId: YANQING,
    kind,
    personId,
    key: `person ${personId}`,
    grants,
    locale: 'zh-CN',
    linkOrderId: null,
  }
}
