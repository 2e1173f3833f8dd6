import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import type { Actor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { recordConsent } from '#modules/people/index.ts'
import { withdrawConsent } from '../people/record-consent.ts'
import { registerVolunteer, volunteerFacts } from './index.ts'
import { addLicence, removeLicence, saveVolunteer } from './save-volunteer.ts'
import { shareVolunteers } from './share-volunteers.ts'
import { holdsOn, type VolunteerProfile } from './volunteer.ts'
import { licencesOf } from './volunteer-rows.ts'
import { findVolunteer } from './volunteer-views.ts'

const database = useDatabase()
const PROFILE: VolunteerProfile = {
  skills: ['修水管'],
  serviceKinds: ['science'],
  freeTimes: [
    { weekday: 7, from: '18:00', until: '21:00' },
    { weekday: 6, from: '08:00', until: '12:00' },
  ],
  languages: ['蒙古语'],
  beijingNumber: 'BJ-1',
  nationalNumber: null,
  politicalCode: null,
  occupation: '电工',
}
let one: Actor
let other: Actor
beforeAll(async () => {
  one = await registerResident(database, 801, '滕一')
  other = await registerResident(database, 802, '滕二')
  for (const actor of [one, other]) await database.work((work) => registerVolunteer(work, []), actor)
})
const save = (actor: Actor, more: Partial<Parameters<typeof saveVolunteer>[2]> = {}) =>
  database.work((work) => saveVolunteer(work, actor.personId!, { ...PROFILE, ...more }), actor)
const read = (actor: Actor) => database.work(({ tx }) => findVolunteer(tx, actor.personId!))

describe('profile', () => {
  test('is kept as told, times in the order of the week; an emergency contact stays until it is removed', async () => {
    await save(one, { emergency: { name: '滕母', relation: '母亲', phone: '+86 139 0000 8888' } })
    expect(await read(one)).toMatchObject({
      ...PROFILE,
      freeTimes: PROFILE.freeTimes.toReversed(),
      emergency: { name: '滕母', phone: '13900008888' },
    })
    await save(one)
    expect((await read(one))?.emergency).not.toBeNull()
    await save(one, { emergency: null })
    expect((await read(one))?.emergency).toBeNull()
  })

  test('refuses what cannot be, and names the field', async () => {
    const times = [{ weekday: 1, from: '12:00', until: '12:00' }]
    await expect(save(one, { freeTimes: times })).rejects.toMatchObject({
      code: 'teams.free-time-empty',
      field: 'freeTimes',
    })
    await expect(save(other)).rejects.toMatchObject({ code: 'teams.number-known', field: 'beijingNumber' })
    const emergency = { name: '滕', relation: '', phone: '12' }
    await expect(save(one, { emergency })).rejects.toMatchObject({
      code: 'people.phone-invalid',
      field: 'emergency.phone',
    })
    const stranger = await registerResident(database, 803)
    await expect(save(stranger)).rejects.toMatchObject({ code: 'teams.not-a-volunteer' })
  })
})

describe('licences', () => {
  test('hold up to and on their last day', () => {
    expect(holdsOn('2026-11-28', '2026-11-28')).toBe(true)
    expect(holdsOn('2026-11-28', '2026-11-29')).toBe(false)
    expect(holdsOn(null, '2199-01-01')).toBe(true)
  })

  test('are the holder’s own; facts carry them with their last day; at most twenty', async () => {
    const add = (validUntil: string | null, proofNumber = 'T-110229') =>
      database.work(
        (work) => addLicence(work, one.personId!, { kind: '电工证', issuer: '人社局', proofNumber, validUntil }),
        one,
      )
    const id = await add('2027-01-01')
    const facts = () => database.work(({ tx }) => volunteerFacts(tx, one.personId!))
    expect((await facts()).licences).toEqual([{ kind: '电工证', validUntil: '2027-01-01' }])
    const stored = await database.owner((client) => client.query('select * from volunteer_licence where id = $1', [id]))
    expect(stored.rows[0].proof_number_cipher.toString('latin1')).not.toContain('110229')
    await expect(database.work((work) => removeLicence(work, other.personId!, id), other)).rejects.toMatchObject({
      status: 404,
    })
    await database.work((work) => removeLicence(work, one.personId!, id), one)
    expect((await facts()).licences).toEqual([])
    for (let n = 0; n < 20; n++) await add(null, `N-${n}`)
    await expect(add(null)).rejects.toMatchObject({ code: 'teams.licences-too-many' })
    expect(await database.work(({ tx }) => licencesOf(tx, one.personId!))).toHaveLength(20)
  })
})

describe('sharing', () => {
  const share = async () =>
    (await database.work((work) => shareVolunteers(work, 'beijing', { afterId: null, limit: 100 }))).rows
  test('hands over only who agrees, without document numbers, and each of them sees it', async () => {
    expect(await share()).toEqual([])
    await save(one)
    await database.work((work) => recordConsent(work, one.personId!, 'sharing'), one)
    expect(await share()).toMatchObject([
      { volunteerNumber: 'BJ-1', name: '滕一', sexCode: 0, areaCode: '110119', occupation: '电工' },
    ])
    const looks = await database.work(({ tx }) =>
      tx.rows(sql`select purpose from audit_event where person_id = ${one.personId} and purpose is not null`),
    )
    expect(looks).toEqual([{ purpose: 'sharing-beijing' }])
    await database.work((work) => withdrawConsent(work, one.personId!, 'sharing'), one)
    expect(await share()).toEqual([])
  })
})
