import { hasNobody, isDemoAccount } from '#modules/people/index.ts'
import { type Db, inDistrict, type Tx } from '#platform/db.ts'
import type { Config } from '../config.ts'
import { CommandError } from './command-error.ts'
import { DEMO_STAFF } from './demo-accounts.ts'
import { YANQING } from './district-plan.ts'

/** Whether a district is the demonstration: one of its accounts has a public authenticator, as no real account can. */
export async function isDemoDistrict(db: Db, districtId: number): Promise<boolean> {
  return districtId === YANQING && inDistrict(db, districtId, hasDemoAccount, { readOnly: true })
}

async function hasDemoAccount(tx: Tx): Promise<boolean> {
  for (const { login, totpSecret } of DEMO_STAFF) if (await isDemoAccount(tx, { login, totpSecret })) return true
  return false
}

/** @throws CommandError on a server that is no demonstration, or for a district that is none */
export async function requireDemo(config: Config, db: Db, districtId: number): Promise<void> {
  if (!config.demo) throw new CommandError('cli.error.demo-off')
  if (!(await isDemoDistrict(db, districtId))) throw new CommandError('cli.error.not-a-demo')
}

/**
 * Whether clearing the district loses nothing but the demonstration. One that was interrupted while it was made may have nobody
 * in it yet.
 * @throws CommandError when something else could be lost
 */
export async function requireClearable(config: Config, db: Db, districtId: number): Promise<void> {
  const isDeserted = districtId === YANQING && (await inDistrict(db, districtId, hasNobody, { readOnly: true }))
  if (!isDeserted) await requireDemo(config, db, districtId)
}
