// Staff and their own resident accounts: who approves has proved which resident he or she is, and is barred from those hours.
import { beforeAll, expect, test } from 'vitest'
import { type ActivityWorld, openActivityWorld } from '../../../test/support/activities.ts'
import { codeOf } from '../../../test/support/code-of.ts'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { codeOf as loginCodeOf } from '../../../test/support/cast.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { Refusal } from '../../platform/refusal.ts'
import { appointStaff, findPerson, householdOf, loadPersonFacts, tiesSince } from '../people/index.ts'
import { answerLink, askLink, endLink } from '../people/link-people.ts'
import { ownPhoneOf, proveOwnPhone } from '../people/staff-phone.ts'
import { registerVolunteer } from '../teams/index.ts'
import { approveHours } from './approve-hours.ts'
import { backfillHours } from './enter-hours.ts'

const database = useDatabase()
let world: ActivityWorld
beforeAll(async () => {
  world = await openActivityWorld(database)
}, 60_000)

const HOUR = 60
let serial = 0
async function dispatcher(): Promise<Actor> {
  serial += 1
  return database.work(async (work) => {
    const unitId = world.units.institute
    const { personId } = await appointStaff(work, { name: '孙主任', login: `sun${serial}`, role: 'dispatcher', unitId })
    const { grants } = (await loadPersonFacts(work.tx, personId, work.now))!
    return { ...world.instituteDispatcher, personId, key: personId, grants }
  })
}
const phoneOf = (actor: Actor) => database.work(async ({ tx }) => (await findPerson(tx, actor.personId!))!.phone!)
const prove = async (actor: Actor, phone: string, code?: string) => {
  const sent = code ?? (await loginCodeOf(database, YANQING, phone))
  const refusal = await world.act(actor, (work) => proveOwnPhone(work, actor.personId!, { phone, code: sent }))
  if (refusal instanceof Refusal) throw refusal
}
/** Hours that the station entered for a volunteer, which wait for the institute. */
async function waiting(volunteer: Actor): Promise<string> {
  const now = await world.now()
  const given = { teamId: null, unitId: world.units.station, kindSlug: 'visit', title: '扫雪', statement: '没有签到' }
  serial += 1
  const startedAt = addMinutes(now, -serial * 24 * HOUR)
  const { recordId } = await world.act(world.keeper, (work) =>
    backfillHours(work, { ...given, personId: volunteer.personId!, startedAt, endedAt: addMinutes(startedAt, 30) }),
  )
  return recordId
}
const approve = (by: Actor, id: string) =>
  codeOf(world.act(by, (work) => approveHours(work, id, { minutes: null, statement: '' })))

test('who has not proved which resident he is approves nothing; the own hours never', async () => {
  const sun = await dispatcher()
  const [self, other] = (await world.volunteers(2)) as [Actor, Actor]
  const [own, others] = [await waiting(self), await waiting(other)]
  expect(await approve(sun, others)).toBe('hours.own-phone-first')
  const phone = await phoneOf(self)
  expect(await codeOf(prove(sun, phone, '000000'))).toBe('people.code-gone')
  await prove(sun, phone)
  expect(await database.work(({ tx }) => ownPhoneOf(tx, sun.personId!))).toMatchObject({
    phoneMasked: `${phone.slice(0, 3)}****${phone.slice(-4)}`,
  })
  expect(await approve(sun, own)).toBe('hours.household-hours')
  expect(await approve(sun, others)).toBe('done')
})

test('a phone that is changed goes on to bar, and so does one that nobody had registered', async () => {
  const sun = await dispatcher()
  const [self] = (await world.volunteers(1)) as [Actor]
  await prove(sun, await phoneOf(self))
  await prove(sun, '13900007777')
  const own = await waiting(self)
  expect(await approve(sun, own)).toBe('hours.household-hours')
  const later = await database.work(({ tx, now }) =>
    householdOf(tx, sun.personId!, tiesSince(addMinutes(now, 181 * 24 * HOUR))),
  )
  expect(later.has(self.personId!)).toBe(false)
  const stranger = await registerResident(database, 7_777, '孙主任')
  await world.act(stranger, (work) => registerVolunteer(work, []))
  expect(await approve(sun, await waiting(stranger))).toBe('hours.household-hours')
})

test('the household of the resident is the household of the member of staff', async () => {
  const sun = await dispatcher()
  const [self, wife] = (await world.volunteers(2)) as [Actor, Actor]
  await prove(sun, await phoneOf(self))
  const hers = await waiting(wife)
  const linkId = await world.act(self, async (work) =>
    askLink(work, self.personId!, { kind: 'household', phone: await phoneOf(wife), relation: '妻子' }),
  )
  await world.act(wife, (work) =>
    answerLink(work, wife.personId!, linkId, { agrees: true, code: null, childConsent: false }),
  )
  expect(await approve(sun, hers)).toBe('hours.household-hours')
  // Ended to approve and meant to be renewed: it bars for half a year.
  await world.act(self, (work) => endLink(work, self.personId!, linkId, []))
  expect(await approve(sun, hers)).toBe('hours.household-hours')
})
