/** "Am I registered here?", the export of one's own data, and leaving for good. */
import { describe, expect, test } from 'vitest'
import { addMinutes } from '../../server/platform/dates.ts'
import { codeOf, makeResident, type Player } from '../support/cast.ts'
import { makeCertificate, type Stage } from '../support/certificates.ts'
import { YANQING } from '../support/database.ts'
import { scenesOf, stageOrder } from '../support/http-orders.ts'
import { useServer } from '../support/server.ts'

const server = useServer()
let serial = 0
const newResident = (name: string) => makeResident(server.host, YANQING, `1398643${String(1000 + serial++)}`, name)
const check = async (phone: string, code?: string) =>
  server.send('checkRegistration', { body: { phone, code: code ?? (await codeOf(server.host, YANQING, phone)) } })
const leave = async (who: Player) =>
  server.send('leaveForGood', { as: who, body: { code: await codeOf(server.host, YANQING, who.phone!) } })
const rows = async (text: string, values: unknown[] = []) =>
  (await server.owner((client) => client.query(text, values))).rows as Record<string, unknown>[]
const personRow = async (id: string) => (await rows('select * from person where id = $1', [id]))[0]!

let step = 3_000
async function session(needed = 1): Promise<string> {
  const { village } = server.cast.places
  const { answer } = await server.call('createActivity', {
    as: server.cast.keeper,
    body: {
      unitId: village.id,
      startsAt: addMinutes(new Date(), (step += 60)).toISOString(),
      publish: true,
      plan: {
        title: '清扫河道',
        place: '河边',
        placeUnitId: village.id,
        personInCharge: '戴守村',
        minutes: 30,
        roles: [{ name: '组员', needed, skills: [], licences: [], ageMin: null }],
      },
    },
  })
  return answer.sessionIds[0]!
}
async function volunteer(name: string): Promise<Player> {
  const player = await newResident(name)
  await server.call('registerVolunteer', { as: player, body: { skills: ['剪纸'], consent: true } })
  return player
}
const signUp = (as: Player, id: string) => server.call('signUp', { as, params: { id }, body: { mayWait: true } })

describe('am I registered', () => {
  test('is told to the holder of the phone alone', async () => {
    const { phone } = await newResident('仇查询')
    expect((await check(phone!, '000000')).status).toBe(401)
    expect((await check('13986449999')).answer).toMatchObject({ isRegistered: false, exitToken: null })
    expect((await check(phone!)).answer).toMatchObject({ isRegistered: true, isVolunteer: false, holdBacks: [] })
    // Asking made nobody.
    expect(await rows(`select 1 from person where phone_index is not null and name is null`)).toEqual([])
  })

  test('and one step leads out, once', async () => {
    const someone = await volunteer('仇一步')
    await server.refill()
    const { answer } = await check(someone.phone!)
    const exit = { body: { exitToken: answer.exitToken! } }
    expect((await server.send('leaveByToken', exit)).status).toBe(204)
    expect((await server.send('leaveByToken', exit)).status).toBe(409)
    await server.refill()
    expect((await check(someone.phone!)).answer).toMatchObject({ isRegistered: false })
    const forged = `${someone.personId}.${Date.now() + 900_000}.${'A'.repeat(43)}`
    expect((await server.send('leaveByToken', { body: { exitToken: forged } })).status).toBe(410)
  })

  test('a token of yesterday leads nowhere', async () => {
    const someone = await newResident('仇昨日')
    const { answer } = await check(someone.phone!)
    await server.shift(16)
    expect((await server.send('leaveByToken', { body: { exitToken: answer.exitToken! } })).status).toBe(410)
    await server.shift(-16)
  })
})

describe('leaving', () => {
  test('erases what is personal; records of service stay under the bare id, the phone may register anew', async () => {
    const someone = await volunteer('仇离开')
    const id = await session()
    await signUp(someone, id)
    await server.call('addLicence', {
      as: someone,
      body: { kind: '急救员证', issuer: '红十字会', proofNumber: 'R-778899', validUntil: null },
    })
    await rows(
      `insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, checked_out_at, check_in_method, check_out_method)
       values (110119, gen_random_uuid(), 'session', gen_random_uuid(), $1, now() - interval '3 hours', now() - interval '2 hours', 'paper', 'paper')`,
      [someone.personId],
    )
    await server.settle()
    expect((await leave(someone)).status).toBe(204)
    await server.settle()
    const person = await personRow(someone.personId)
    expect(person).toMatchObject({ name: null, phone_cipher: null, phone_index: null, birth_date_cipher: null })
    expect(person['erased_at']).not.toBeNull()
    expect(await rows('select skills from volunteer where person_id = $1', [someone.personId])).toEqual([
      { skills: [] },
    ])
    expect(await rows('select 1 from volunteer_licence where person_id = $1', [someone.personId])).toEqual([])
    expect(await rows('select 1 from attendance where person_id = $1', [someone.personId])).toHaveLength(1)
    expect(await rows('select state from sign_up where person_id = $1', [someone.personId])).toEqual([
      { state: 'withdrawn' },
    ])
    expect(
      await rows('select 1 from consent where person_id = $1 and withdrawn_at is null', [someone.personId]),
    ).toEqual([])
    expect(await rows('select 1 from idempotency where actor_key = $1', [someone.personId])).toEqual([])
    expect((await server.send('readMe', { as: someone })).status).toBe(401)
    await server.refill()
    const again = await makeResident(server.host, YANQING, someone.phone!, '仇重来')
    expect(again.personId).not.toBe(someone.personId)
    expect((await server.call('readMyVolunteer', { as: again })).answer).toMatchObject({ isVolunteer: false })
  })

  test('a place goes to whoever waits', async () => {
    const [first, second] = [await volunteer('仇先来'), await volunteer('仇后到')]
    const id = await session()
    await signUp(first, id)
    await signUp(second, id)
    await leave(first)
    expect(await rows('select person_id, state from sign_up where session_id = $1 order by created_at', [id])).toEqual([
      { person_id: first.personId, state: 'withdrawn' },
      { person_id: second.personId, state: 'offered' },
    ])
  })

  test('an open order is taken back first; its contact goes', async () => {
    const { resident } = server.cast
    const order = await stageOrder(server, scenesOf(server.cast).own, 'accepted')
    await server.refill()
    expect((await leave(resident)).status).toBe(204)
    const [row] = await rows('select * from service_order where id = $1', [order.id])
    expect(row).toMatchObject({ outcome: 'cancelled', contact_name: '', address_cipher: null, details: '' })
  })

  test.each([
    [
      'a service under way',
      async () => (await stageOrder(server, scenesOf(server.cast).sibling, 'in_service'), server.cast.cousin),
    ],
    [
      'a team’s promise',
      async () => (await stageOrder(server, scenesOf(server.cast).sibling, 'accepted'), server.cast.otherLeader),
    ],
  ])('is not possible with %s, and says why', async (_what, make) => {
    const who = await make()
    await server.refill()
    const { problem } = await leave(who)
    expect(problem).toMatchObject({ status: 409, code: 'people.cannot-leave-yet' })
    expect(problem.title).toContain('服务')
    expect((await personRow(who.personId))['erased_at']).toBeNull()
    expect((await server.call('readMyExit', { as: who })).answer).toEqual({ holdBacks: ['order-under-way'] })
  })

  test('while somebody is checked in', async () => {
    const someone = await volunteer('仇在岗')
    await rows(
      `insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, check_in_method, planned_until)
       values (110119, gen_random_uuid(), 'session', gen_random_uuid(), $1, now(), 'paper', now() + interval '1 hour')`,
      [someone.personId],
    )
    expect((await leave(someone)).problem).toMatchObject({ status: 409, code: 'people.cannot-leave-yet' })
  })
})

describe('the certificates of somebody who left', () => {
  const given = (holder: Player, stage: Stage) => {
    const { places, keeper, institute, neighbour } = server.cast
    const staff = { handler: keeper.actor, signer: institute.actor, objector: neighbour.actor }
    return { holder: holder.actor, unitId: places.village.id, stage, ...staff }
  }
  const linkOf = async (as: Player, id: string) => {
    const { answer } = await server.call('readCertificate', { as, params: { id } })
    const url = new URL(answer.shareLink!)
    return {
      params: { serial: decodeURIComponent(url.pathname.split('/').at(-1)!) },
      query: { code: url.searchParams.get('code')! },
    }
  }

  test('stay valid for those who were shown them, and lead to nobody', async () => {
    const someone = await volunteer('司徒有证')
    const issued = (await makeCertificate(server, given(someone, 'issued'))).id
    const link = await linkOf(someone, issued)
    const before = (await server.call('checkCertificate', link)).answer
    const { id: open, objectionId } = await makeCertificate(server, given(someone, 'objected'))
    await server.refill()
    expect((await leave(someone)).status).toBe(204)
    await server.settle()

    expect((await server.call('checkCertificate', link)).answer).toEqual(before)
    const erased = await rows(
      `select id, state, holder_name, id_number_cipher, volunteer_number, purpose, remarks, erased_at is not null as gone
         from certificate where person_id = $1 order by id`,
      [someone.personId],
    )
    const nothing = { id_number_cipher: null, volunteer_number: null, purpose: '', remarks: '', gone: true }
    expect(erased).toEqual([
      { id: issued, state: 'issued', holder_name: '丁**', ...nothing },
      { id: open, state: 'withdrawn', holder_name: '丁**', ...nothing },
    ])
    // Whoever objected to the one that ended waits for no answer any more.
    expect(
      await rows('select moot_at is not null as moot from certificate_objection where id = $1', [objectionId]),
    ).toEqual([{ moot: true }])
    // The register goes on, and what turns out wrong is still taken back.
    const read = await server.call('readCertificate', { as: server.cast.institute, params: { id: issued } })
    expect(read.answer.certificate).toMatchObject({ holderName: '丁**', idNumberMasked: null, purpose: '' })
    const body = { reason: '时长有误' }
    const revoked = await server.send('revokeCertificate', { as: server.cast.institute, params: { id: issued }, body })
    expect(revoked.status).toBeLessThan(300)
    expect((await server.call('checkCertificate', link)).answer).toMatchObject({
      state: 'revoked',
      holderMasked: '丁**',
    })
  })

  test('are anonymous too when one was being signed off', async () => {
    for (let round = 0; round < 4; round++) {
      const someone = await volunteer('仇同时')
      const { id } = await makeCertificate(server, given(someone, 'ready'))
      await server.refill()
      const code = await codeOf(server.host, YANQING, someone.phone!)
      const [left, signed] = await Promise.all([
        server.send('leaveForGood', { as: someone, body: { code } }),
        server.send('signOffCertificate', { as: server.cast.institute, params: { id } }),
      ])
      expect(left.status).toBe(204)
      const [row] = await rows('select state, holder_name, id_number_cipher from certificate where id = $1', [id])
      const state = signed.status < 300 ? 'issued' : 'withdrawn'
      expect(row).toEqual({ state, holder_name: '丁**', id_number_cipher: null })
    }
  }, 60_000)
})

test('of leaving and accepting a place at once, no promise of somebody who left remains', async () => {
  for (let round = 0; round < 6; round++) {
    const [holder, waiting] = [await volunteer('仇占位'), await volunteer('仇候补')]
    const id = await session()
    await signUp(holder, id)
    await signUp(waiting, id)
    await server.call('withdrawSignUp', { as: holder, params: { id } })
    const code = await codeOf(server.host, YANQING, waiting.phone!)
    const [left, accepted] = await Promise.all([
      server.send('leaveForGood', { as: waiting, body: { code } }),
      server.send('acceptPlace', { as: waiting, params: { id }, body: {} }),
    ])
    expect(left.status).toBe(204)
    expect([200, 201, 401, 409]).toContain(accepted.status)
    const live = `select 1 from sign_up where session_id = $1 and state in ('signed-up', 'waiting', 'offered')`
    expect(await rows(live, [id])).toEqual([])
    expect(await rows('select taken from session_role where session_id = $1', [id])).toEqual([{ taken: 0 }])
    expect(await rows('select 1 from busy_range where person_id = $1', [waiting.personId])).toEqual([])
  }
}, 60_000)

test('the export holds every kind of record, and no document number', async () => {
  const someone = await volunteer('仇导出')
  await signUp(someone, await session())
  const body = {
    name: '仇导出',
    documentKind: 'resident-id',
    documentNumber: '11010519491231002X',
    birthDate: null,
    sex: null,
  } as const
  await server.call('saveMyIdentity', { as: someone, body })
  const { answer, text } = await server.call('exportMine', { as: someone })
  const names = answer.sections.filter((section) => section.rows.length > 0).map((section) => section.name)
  for (const name of ['person', 'consents', 'volunteer', 'signUps']) expect(names).toContain(name)
  expect(text).toContain(someone.phone!)
  expect(text).not.toContain('19491231002X')
})
