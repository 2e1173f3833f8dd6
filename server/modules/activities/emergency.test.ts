// Whom to call for somebody at a session: for those who organise it, for a purpose, seen by the person and a minor's guardian.
import { beforeAll, expect, test } from 'vitest'
import { openActivityWorld, type ActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { insertLink, settleLink } from '../people/link-rows.ts'
import { recordConsent } from '../people/record-consent.ts'
import { saveIdentity } from '../people/save-identity.ts'
import { saveVolunteer } from '../teams/save-volunteer.ts'
import { sql } from '#platform/db.ts'
import { signUp } from './index.ts'
import { lookAtEmergency } from './look-at-emergency.ts'

const database = useDatabase()
let world: ActivityWorld
beforeAll(async () => {
  world = await openActivityWorld(database)
})

test('a minor’s contact and guardian are shown to the organiser alone, around the session, and the look is kept', async () => {
  const [child, guardian] = await world.volunteers(2)
  const childId = child!.personId!
  await world.act(child!, (work) =>
    saveIdentity(work, childId, {
      name: '申小花',
      documentKind: 'passport',
      documentNumber: 'C7654321',
      birthDate: '2010-03-03',
      sexCode: 2,
    }),
  )
  const profile = {
    skills: [],
    serviceKinds: [],
    freeTimes: [],
    languages: [],
    beijingNumber: null,
    nationalNumber: null,
    politicalCode: null,
    occupation: null,
    emergency: { name: '申奶奶', relation: '奶奶', phone: '13900008881' },
  }
  await world.act(child!, (work) => saveVolunteer(work, childId, profile))
  await world.act(guardian!, async (work) => {
    const id = (await insertLink(work.tx, work.now, {
      kind: 'guardian',
      fromId: childId,
      phone: '13900002001',
      relation: '母亲',
    }))!
    await settleLink(work.tx, id, { state: 'confirmed', toId: guardian!.personId!, at: work.now })
    await recordConsent(work, childId, 'guardian', guardian!.personId!)
  })
  const { sessionIds } = await world.session({ startsIn: 12 * 60 })
  const sessionId = sessionIds[0]!
  await world.act(child!, (work) => signUp(work, sessionId, { roleId: null, roleName: null, mayWait: false }))
  const look = (actor = world.keeper) =>
    world.act(actor, (work) => lookAtEmergency(work, sessionId, { personId: childId, purpose: 'accident' }))
  const seen = await look()
  expect(seen).toMatchObject({ isMinor: true, contact: { name: '申奶奶', phone: '13900008881' } })
  expect(seen.guardianPhones).toHaveLength(1)
  await expect(look(guardian)).rejects.toMatchObject({ code: 'activities.not-your-activity' })
  const events = await world.rows(sql`
    select purpose, details from audit_event where person_id = ${childId} and action = 'activities.look-at-emergency'`)
  expect(events).toEqual([
    { purpose: 'emergency-accident', details: { fields: ['emergency-contact', 'guardian-phone'], isMinor: true } },
  ])
  await expect(
    world.act(world.keeper, (work) =>
      lookAtEmergency(work, sessionId, { personId: guardian!.personId!, purpose: 'missing' }),
    ),
  ).rejects.toMatchObject({ status: 404 })
})
