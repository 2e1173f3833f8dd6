import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import type { Actor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { runRead } from '#platform/work.ts'
import { consentsOf } from './consent-rows.ts'
import { ageOn, checkDocument, type DocumentKind } from './identity.ts'
import { accountsOfOneDocument } from './merge-rows.ts'
import { findPerson } from './person-rows.ts'
import { giveConsent, withdrawConsent } from './record-consent.ts'
import { accountHandlers } from './routes-account.ts'
import { type GivenIdentity, saveIdentity } from './save-identity.ts'

const database = useDatabase()
let serial = 700
const resident = () => registerResident(database, serial++)
const ID_NUMBER = '11010519491231002X'
const identity: GivenIdentity = {
  name: '段实名',
  documentKind: 'resident-id',
  documentNumber: ID_NUMBER,
  birthDate: null,
  sexCode: null,
}
const save = (actor: Actor, given: Partial<GivenIdentity> = {}) =>
  database.work((work) => saveIdentity(work, actor.personId!, { ...identity, ...given }), actor)

describe('documents', () => {
  test.each<[DocumentKind, string, string | null]>([
    ['resident-id', '11010519491231002x', '1949-12-31'],
    ['resident-id', ' 110105 19491231 002Ｘ ', '1949-12-31'],
    ['hmt-residence', '810000199408230021', '1994-08-23'],
    ['passport', 'e12345678', null],
    ['hmt-travel', 'H1234567890', null],
    ['hmt-travel', '12345678', null],
  ])('%s %s is accepted', (kind, number, birthDate) => {
    expect(checkDocument(kind, number)).toMatchObject({ ok: true, document: { kind, birthDate } })
  })
  test.each<[DocumentKind, string, string]>([
    ['resident-id', '110105194912310021', 'check-digit'],
    ['resident-id', '1101051949123100', 'length'],
    ['resident-id', '110105194902300021', 'date'],
    // A permit for residents of Hong Kong is no identity card, and the other way round.
    ['resident-id', '810000199408230021', 'characters'],
    ['hmt-residence', ID_NUMBER, 'characters'],
    ['passport', '没有', 'characters'],
  ])('%s %s is refused for its %s', (kind, number, fault) => {
    expect(checkDocument(kind, number)).toEqual({ ok: false, fault })
  })
  test('one who was born on 29 February is a year older on 1 March', () => {
    expect(ageOn('2012-02-29', '2026-02-28')).toBe(13)
    expect(ageOn('2012-02-29', '2026-03-01')).toBe(14)
    expect(ageOn('2012-03-01', '2030-03-01')).toBe(18)
  })
})

describe('identity', () => {
  test('is sealed, found by its index, and never shown whole', async () => {
    const actor = await resident()
    await save(actor)
    const stored = await database.owner((client) =>
      client.query('select * from person where id = $1', [actor.personId]),
    )
    const bytes = JSON.stringify(stored.rows) + stored.rows[0].id_number_cipher.toString('latin1')
    for (const secret of ['19491231', '1949-12-31']) expect(bytes).not.toContain(secret)
    const shown = await runRead(database.db, actor, (read) =>
      accountHandlers.readMyIdentity(read, { params: {}, query: {}, body: {}, version: 0, address: '', token: null }),
    )
    expect(shown.answer).toMatchObject({
      documentKind: 'resident-id',
      documentNumberMasked: '1****************X',
      birthDate: '1949-12-31',
      sex: 'female',
      isMinor: false,
    })
    // Another account with the same number learns nothing from it; staff who join accounts do.
    const other = await resident()
    await save(other)
    const pairs = await database.work(({ tx }) => accountsOfOneDocument(tx, 10))
    expect(pairs.map(({ oneId, otherId }) => [oneId, otherId].toSorted())).toEqual([
      [actor.personId!, other.personId!].toSorted(),
    ])
    // The same digits on another kind of paper are another document.
    await save(await resident(), { documentKind: 'passport', documentNumber: 'E10203040', birthDate: '1990-01-01' })
  })

  test.each<[Partial<GivenIdentity>, string, string]>([
    [{ documentNumber: '110105194912310021' }, 'people.document-invalid', 'documentNumber'],
    [{ documentKind: 'passport', documentNumber: 'E1020304' }, 'people.birth-date-needed', 'birthDate'],
    [{ birthDate: '1950-01-01' }, 'people.birth-date-differs', 'birthDate'],
    [
      { documentKind: 'passport', documentNumber: 'E1020304', birthDate: '2190-01-01' },
      'people.birth-date-impossible',
      'birthDate',
    ],
  ])('refuses %j and names the field', async (given, code, field) => {
    const actor = await resident()
    await expect(save(actor, given)).rejects.toMatchObject({ code, field })
    expect(await database.work(({ tx }) => findPerson(tx, actor.personId!))).toMatchObject({ document: null })
  })

  const born = (birthDate: string): Partial<GivenIdentity> => ({
    documentKind: 'passport',
    documentNumber: `E9${serial}${birthDate.replaceAll('-', '').slice(2)}`,
    birthDate,
  })
  const MINOR = '110101201501010011'

  test.each<[string, Partial<GivenIdentity>, Partial<GivenIdentity>, string]>([
    ['a minor does not grow older', born('2015-05-05'), born('2005-05-05'), 'people.birth-date-known birthDate'],
    ['not by a year either', born('2015-05-05'), born('2014-05-05'), 'people.birth-date-known birthDate'],
    ['nor by another one’s number', born('2015-05-05'), {}, 'people.birth-date-known documentNumber'],
    ['what a number said is settled', {}, born('1950-01-01'), 'people.birth-date-known birthDate'],
    ['also a minor’s', { documentNumber: MINOR }, born('2016-01-01'), 'people.birth-date-known birthDate'],
    ['a minor may turn out younger', born('2015-05-05'), born('2016-05-05'), 'done'],
    ['an adult may correct a slip', born('1985-05-05'), born('1958-05-05'), 'done'],
    ['the same date on another document is the same', {}, born('1949-12-31'), 'done'],
  ])('keeps the birth date: %s', async (_why, first, second, outcome) => {
    const actor = await resident()
    await save(actor, first)
    const said = await save(actor, second).then(
      () => 'done',
      (refusal: { code: string; field: string }) => `${refusal.code} ${refusal.field}`,
    )
    expect(said).toBe(outcome)
  })

  test('leaves nothing personal in the log', async () => {
    const actor = await resident()
    await save(actor, { documentKind: 'passport', documentNumber: 'E55667788', birthDate: '1991-07-07' })
    const events = await database.work(({ tx }) =>
      tx.rows(
        sql`select details from audit_event where person_id = ${actor.personId} and action = 'people.save-identity'`,
      ),
    )
    expect(events).toEqual([{ details: { documentKind: 'passport' } }])
  })
})

describe('consents', () => {
  test('are given in the wording that was shown, withdrawn, given again; the history keeps all', async () => {
    const actor = await resident()
    const personId = actor.personId!
    const give = (wordingVersion = '2026-11') =>
      database.work((work) => giveConsent(work, personId, { purpose: 'photos', wordingVersion }), actor)
    const withdraw = () => database.work((work) => withdrawConsent(work, personId, 'photos'), actor)
    await expect(give('2020-01')).rejects.toMatchObject({ code: 'people.wording-changed', field: 'wordingVersion' })
    await Promise.all([give(), give(), give()])
    await withdraw()
    await withdraw()
    await give()
    const rows = await database.work(({ tx }) => consentsOf(tx, personId))
    expect(rows.map((row) => [row.purpose, row.withdrawnAt !== null, row.wordingVersion, row.byGuardian])).toEqual([
      ['photos', false, '2026-11', false],
      ['photos', true, '2026-11', false],
    ])
  })

  test('a child under 14 leaves them to the guardian', async () => {
    const actor = await resident()
    await save(actor, { documentKind: 'passport', documentNumber: 'E13131313', birthDate: '2015-05-05' })
    const giving = database.work(
      (work) => giveConsent(work, actor.personId!, { purpose: 'photos', wordingVersion: '2026-11' }),
      actor,
    )
    await expect(giving).rejects.toMatchObject({ code: 'people.guardian-decides', field: 'purpose' })
  })
})
