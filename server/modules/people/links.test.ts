import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { whyNotThisPerson } from '../activities/why-not.ts'
import { registerVolunteer, volunteerFacts } from '../teams/index.ts'
import { addMinutes } from '../../platform/dates.ts'
import type { PersonHolder } from './holder.ts'
import { answerLink, askLink, endLink, requireWard, setWardConsent } from './link-people.ts'
import { householdOf } from './index.ts'
import { isWardOf, linksOf } from './link-rows.ts'
import { findPerson, updateIdentity } from './person-rows.ts'
import { saveIdentity } from './save-identity.ts'
import { LOGIN_CODE_MADE, requestLoginCode } from './sign-in-resident.ts'
import { openLoginCode } from './person-rows.ts'

const database = useDatabase()
let serial = 900
const phoneOf = (n: number) => `1390000${String(n).padStart(4, '0')}`

async function somebody(birthDate: string | null, name = '邹某') {
  const n = serial++
  const actor = await registerResident(database, n, name)
  if (birthDate !== null) {
    const given = {
      name,
      documentKind: 'passport',
      documentNumber: `P${10_000 + n}`,
      birthDate,
      sexCode: null,
    } as const
    await database.work((work) => saveIdentity(work, actor.personId!, given), actor)
  }
  return { actor, personId: actor.personId!, phone: phoneOf(n) }
}
type Somebody = Awaited<ReturnType<typeof somebody>>

async function codeFor(phone: string): Promise<string> {
  await database.work((work) => requestLoginCode(work, phone))
  const made = database.sent.findLast((job) => job.name === LOGIN_CODE_MADE)!
  return database.work(async ({ tx }) => openLoginCode(tx, String(made.data['id']), String(made.data['sealed'])).code)
}

const ask = (from: Somebody, phone: string, kind: 'household' | 'guardian' = 'household') =>
  database.work((work) => askLink(work, from.personId, { kind, phone, relation: '家人' }), from.actor)
const answer = async (by: Somebody, id: string, more: Partial<Parameters<typeof answerLink>[3]> = {}) => {
  const refusal = await database.work(
    (work) => answerLink(work, by.personId, id, { agrees: true, code: null, childConsent: false, ...more }),
    by.actor,
  )
  if (refusal !== null) throw refusal
}
const end = (by: Somebody, id: string, holders: readonly PersonHolder[] = []) =>
  database.work((work) => endLink(work, by.personId, id, holders), by.actor)
const household = (of: Somebody, days = 0) =>
  database.work(({ tx, now }) => householdOf(tx, of.personId, days === 0 ? now : addMinutes(now, -days * 24 * 60)))
const why = async (of: Somebody) => {
  const facts = await database.work(({ tx }) => volunteerFacts(tx, of.personId))
  const activity = { membersOnly: false, teamId: null, needsInsurance: false, needsHealth: false }
  return whyNotThisPerson(activity, { skills: [], licences: [], ageMin: null }, facts, '2026-12-01')
}

describe('households', () => {
  test('both confirm; who is linked through others belongs to it; ended by either side', async () => {
    const [one, two, three, stranger] = [
      await somebody(null),
      await somebody(null),
      await somebody(null),
      await somebody(null),
    ]
    const first = await ask(one, two.phone)
    expect(await household(one)).toEqual(new Set([one.personId]))
    await expect(answer(stranger, first)).rejects.toMatchObject({ status: 404 })
    await answer(two, first)
    await answer(three, await ask(two, three.phone))
    expect(await household(three)).toEqual(new Set([one.personId, two.personId, three.personId]))
    await end(one, first)
    // What was approved around the end is still approved within the household.
    expect(await household(one, 1)).toEqual(new Set([one.personId, two.personId, three.personId]))
    expect(await household(three)).toEqual(new Set([two.personId, three.personId]))
    expect(await household(one)).toEqual(new Set([one.personId]))
  })

  test('the phone that is asked stands sealed, is not told to others, and goes with the answer', async () => {
    const [one, two] = [await somebody(null), await somebody(null)]
    const id = await ask(one, two.phone)
    const stored = async () =>
      (await database.owner((client) => client.query('select * from person_link where id = $1', [id]))).rows[0]
    expect((await stored()).to_phone_cipher.toString('latin1')).not.toContain(two.phone)
    const seen = await database.work(({ tx }) => linksOf(tx, two.personId, two.phone))
    expect(seen).toMatchObject([{ id, isAsker: false, phoneCipher: null, otherName: '邹某' }])
    await answer(two, id, { agrees: false })
    expect(await stored()).toMatchObject({
      state: 'declined',
      to_id: null,
      to_phone_cipher: null,
      to_phone_index: null,
    })
    await expect(ask(one, one.phone)).rejects.toMatchObject({ code: 'people.own-phone', field: 'phone' })
    await ask(one, two.phone)
    await expect(ask(one, two.phone)).rejects.toMatchObject({ code: 'people.asked-already', field: 'phone' })
  })
})

describe('guardians', () => {
  test('a minor serves only after the guardian confirmed by a code of the own phone', async () => {
    const child = await somebody('2010-06-01', '邹少年')
    const parent = await somebody('1980-01-01', '邹父')
    await database.work((work) => registerVolunteer(work, []), child.actor)
    expect(await why(child)).toBe('guardian-consent-missing')
    const id = await ask(child, parent.phone, 'guardian')
    await expect(answer(parent, id)).rejects.toMatchObject({ code: 'people.code-needed', field: 'code' })
    await codeFor(parent.phone)
    await expect(answer(parent, id, { code: '000000' })).rejects.toMatchObject({ code: 'people.code-wrong' })
    await answer(parent, id, { code: await codeFor(parent.phone) })
    expect(await why(child)).toBeNull()
    expect(await household(child)).toContain(parent.personId)
    const withdrawn: string[] = []
    await end(parent, id, [{ name: 'test', withdrawService: async (_work, personId) => void withdrawn.push(personId) }])
    expect(await why(child)).toBe('guardian-consent-missing')
    expect(withdrawn).toEqual([child.personId])
  })

  test('under 14 the separate consent is needed, and before it nobody is registered as a volunteer', async () => {
    const child = await somebody('2016-06-01', '邹幼')
    const parent = await somebody('1985-01-01', '邹母')
    const register = () => database.work((work) => registerVolunteer(work, []), child.actor)
    await expect(register()).rejects.toMatchObject({ code: 'teams.guardian-first' })
    const id = await ask(child, parent.phone, 'guardian')
    const code = await codeFor(parent.phone)
    await expect(answer(parent, id, { code })).rejects.toMatchObject({
      code: 'people.child-consent-needed',
      field: 'childConsent',
    })
    await answer(parent, id, { code, childConsent: true })
    await register()
    expect(await why(child)).toBeNull()
    const consent = { purpose: 'photos', agrees: true, wordingVersion: '2026-11' } as const
    await database.work((work) => setWardConsent(work, parent.personId, child.personId, consent), parent.actor)
    const facts = await database.work(({ tx }) => volunteerFacts(tx, child.personId))
    expect(facts.consents).toContain('photos')
    const stranger = await somebody('1970-01-01')
    await expect(
      database.work((work) => setWardConsent(work, stranger.personId, child.personId, consent), stranger.actor),
    ).rejects.toMatchObject({ status: 404 })
  })

  test('of full age nobody has a guardian any more who reads or decides', async () => {
    const child = await somebody('2010-01-01')
    const parent = await somebody('1980-01-01')
    await answer(parent, await ask(child, parent.phone, 'guardian'), { code: await codeFor(parent.phone) })
    const asWard = () => database.work((work) => requireWard(work, child.personId, parent.personId), parent.actor)
    expect(await asWard()).toMatchObject({ id: child.personId })
    // As if years had passed: no operation makes a minor older.
    const document = { kind: 'passport', number: 'P99999', birthDate: null, sexCode: null } as const
    const grown = { name: '邹某', document, birthDate: '2000-01-01', sexCode: null }
    await database.work(({ tx }) => updateIdentity(tx, child.personId, grown))
    await expect(asWard()).rejects.toMatchObject({ status: 404 })
    const consent = { purpose: 'sharing', agrees: true, wordingVersion: '2026-11' } as const
    await expect(
      database.work((work) => setWardConsent(work, parent.personId, child.personId, consent), parent.actor),
    ).rejects.toMatchObject({ status: 404 })
  })

  test('two guardians end it at once: nobody is left, so the consents end', async () => {
    const child = await somebody('2010-01-01')
    const parents = [await somebody('1980-01-01'), await somebody('1981-01-01')]
    const ids: string[] = []
    for (const parent of parents) {
      ids.push(await ask(child, parent.phone, 'guardian'))
      await answer(parent, ids.at(-1)!, { code: await codeFor(parent.phone) })
    }
    await database.work((work) => registerVolunteer(work, []), child.actor)
    const [first, second] = parents as [Somebody, Somebody]
    let other: Promise<void> | undefined
    await database.work(async (work) => {
      await endLink(work, first.personId, ids[0]!, [])
      // Not committed yet: the other one either waits for that or is through without knowing of it.
      other = end(second, ids[1]!)
      await Promise.race([other, sleep(300)])
    }, first.actor)
    await other
    expect(await why(child)).toBe('guardian-consent-missing')
  })

  test.each<[string, string | null, string | null, string]>([
    ['an adult needs none', '1990-01-01', '1960-01-01', 'people.not-a-minor'],
    ['a birth date comes first', null, '1960-01-01', 'people.birth-date-first'],
    ['another minor is none', '2012-01-01', '2010-01-01', 'people.guardian-too-young'],
    ['somebody without a document is none', '2012-01-01', null, 'people.guardian-unproved'],
  ])('%s', async (_what, born, guardianBorn, code) => {
    const child: Somebody = await somebody(born)
    const guardian = await somebody(guardianBorn)
    const attempt = async () => answer(guardian, await ask(child, guardian.phone, 'guardian'), { code: '123456' })
    await expect(attempt()).rejects.toMatchObject({ code })
    expect(await database.work(({ tx }) => isWardOf(tx, child.personId, guardian.personId))).toBe(false)
  })

  test('of two who confirm one question at once, one does', async () => {
    const child = await somebody('2010-01-01')
    const parent = await somebody('1980-01-01')
    const id = await ask(child, parent.phone, 'guardian')
    const code = await codeFor(parent.phone)
    const results = await Promise.allSettled([answer(parent, id, { code }), answer(parent, id, { code })])
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(await database.work(({ tx }) => findPerson(tx, child.personId))).toMatchObject({ name: '邹某' })
  })
})

test('the log names nobody and holds no phone', async () => {
  const [one, two]: [Somebody, Somebody] = [await somebody(null, '邹不留名'), await somebody(null)]
  await answer(two, await ask(one, two.phone))
  const { rows } = await database.owner((client) => client.query('select details::text from audit_event'))
  const text = JSON.stringify(rows) + JSON.stringify(database.sent)
  for (const secret of ['邹不留名', two.phone]) expect(text).not.toContain(secret)
})
