import { isDemoAccount } from '#modules/people/index.ts'
import { type Db, inDistrict } from '#platform/db.ts'
import type { Config } from '../config.ts'
import { CommandError } from './command-error.ts'
import { DEMO_STAFF } from './demo-accounts.ts'
import { YANQING } from './district-plan.ts'

/** Whether a district is the demonstration: the one whose first accounts have the public authenticators. */
export async function isDemoDistrict(db: Db, districtId: number): Promise<boolean> {
  if (districtId !== YANQING) return false
  return inDistrict(
    db,
    districtId,
    async (tx) => {
      for (const { login, totpSecret } of DEMO_STAFF)
        if (!(await isDemoAccount(tx, { login, totpSecret }))) return false
      return true
    },
    { readOnly: true },
  )
}

/** @throws CommandError on a server that is no demonstration, or for a district that is none */
export async function requireDemo(config: Config, db: Db, districtId: number): Promise<void> {
  if (!config.demo) throw new CommandError('cli.error.demo-off')
  if (!(await isDemoDistrict(db, districtId))) throw new CommandError('cli.error.not-a-demo')
}
