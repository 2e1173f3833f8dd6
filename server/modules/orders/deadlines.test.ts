import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { orderOf } from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'

const database = useDatabase()
let world: OrderWorld
beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(() => world.reset())

const HOUR = 60
/** To the minute: business time goes on while a test runs. */
const dueOf = async (id: string) => minute((await orderOf(world, id)).dueAt)
const minute = (at: Date) => at.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)

test('a limit holds from its date on; what began under the old one keeps its due time', async () => {
  const before = await world.place()
  const due = await dueOf(before)
  const friday = addMinutes(MONDAY, 4 * 24 * HOUR)
  await database.work(async ({ tx }) => {
    const on = dateIn(friday)
    await tx.run(sql`
      update sla_limit set valid_until = ${on} where district_id = ${tx.districtId} and step = 'triage' and urgency = 'normal'`)
    await tx.run(sql`
      insert into sla_limit (district_id, id, step, urgency, working_minutes, valid_from)
      values (${tx.districtId}, gen_random_uuid(), 'triage', 'normal', ${HOUR}, ${on})`)
    tx.referenceChanged()
  })

  const monday = await world.place()
  expect(await dueOf(monday)).toBe(due)
  await world.setTime(friday)
  const after = await world.place()
  expect(await dueOf(after)).toBe(minute(addMinutes(friday, HOUR)))
  expect(await dueOf(before)).toBe(due)
})
