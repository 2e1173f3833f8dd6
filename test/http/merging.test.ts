/** Two accounts of one person become one, and go apart again. */
import { describe, expect, test } from 'vitest'
import { householdOf, identitiesOf } from '../../server/modules/people/index.ts'
import { award, fundBudget, pointsOf, verifyLedger } from '../../server/modules/points/index.ts'
import { addMinutes } from '../../server/platform/dates.ts'
import { codeOf, enlist, makeResident, type Player } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { scenesOf, stageOrder } from '../support/http-orders.ts'
import { useServer } from '../support/server.ts'

const server = useServer()
let serial = 0
const newResident = (name = '司徒一') => makeResident(server.host, YANQING, `1398653${String(1000 + serial++)}`, name)
const rows = async (text: string, values: unknown[] = []) =>
  (await server.owner((client) => client.query(text, values))).rows as Record<string, unknown>[]
const codeFor = (who: Player) => codeOf(server.host, YANQING, who.phone!)
const merge = async (kept: Player, absorbed: Player, code?: string) =>
  server.send('mergeOwn', { as: kept, body: { phone: absorbed.phone!, code: code ?? (await codeFor(absorbed)) } })
const whoSignsIn = async (phone: string) => (await makeResident(server.host, YANQING, phone, '司徒一')).personId

let step = 6_000
async function session(startsIn = (step += 60), needed = 3): Promise<string> {
  const { village } = server.cast.places
  const role = { name: '组员', needed, skills: [], licences: [], ageMin: null }
  const plan = {
    title: '义务植树',
    place: '后山',
    placeUnitId: village.id,
    personInCharge: '戴守村',
    minutes: 30,
    roles: [role],
  }
  const body = { unitId: village.id, startsAt: addMinutes(new Date(), startsIn).toISOString(), publish: true, plan }
  return (await server.call('createActivity', { as: server.cast.keeper, body })).answer.sessionIds[0]!
}
const signUp = (as: Player, id: string) => server.send('signUp', { as, params: { id }, body: { mayWait: true } })
async function volunteer(): Promise<Player> {
  const player = await newResident()
  await server.call('registerVolunteer', { as: player, body: { skills: [], consent: true } })
  return player
}
const liveSignUps = (id: string) =>
  rows(
    `select session_id, person_id from sign_up where person_id = $1 and state in ('signed-up', 'waiting', 'offered') order by session_id`,
    [id],
  )
const teamsOf = async (id: string) =>
  (await rows('select team_id from team_member where person_id = $1 and left_at is null', [id])).map(
    (row) => row['team_id'],
  )
const balance = (id: string) => server.work(async ({ tx }) => (await pointsOf(tx, id)).balance)

describe('by both phones', () => {
  test('what is live follows, history stays and is read through; undone, it goes back', async () => {
    const [kept, absorbed] = [await volunteer(), await volunteer()]
    await enlist(server.host, server.cast.places.team, absorbed)
    const [first, second] = [await session(), await session()]
    await signUp(absorbed, first)
    await signUp(absorbed, second)
    await server.work(async (work) => {
      await fundBudget(work, { key: 'merge-test', points: 100, reason: '预算' })
      await award(work, {
        key: `t:${absorbed.personId}`,
        personId: absorbed.personId,
        points: 30,
        subject: { kind: 'order', id: first },
      })
    })
    await rows(
      `insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, checked_out_at, check_in_method, check_out_method)
       values (110119, gen_random_uuid(), 'session', gen_random_uuid(), $1, now() - interval '3 hours', now() - interval '2 hours', 'paper', 'paper')`,
      [absorbed.personId],
    )
    const made = await merge(kept, absorbed)
    expect(made.status).toBe(201)
    expect(await liveSignUps(kept.personId)).toHaveLength(2)
    expect(await liveSignUps(absorbed.personId)).toEqual([])
    expect(await rows('select 1 from busy_range where person_id = $1', [kept.personId])).toHaveLength(2)
    expect(await teamsOf(kept.personId)).toEqual([server.cast.places.team])
    expect([await balance(kept.personId), await balance(absorbed.personId)]).toEqual([30, 0])
    expect(await rows('select 1 from attendance where person_id = $1', [absorbed.personId])).toHaveLength(1)
    const exported = (await server.call('exportMine', { as: kept })).answer.sections
    expect(exported.find((section) => section.name === 'attendances')?.rows).toHaveLength(1)
    expect(await server.work(({ tx }) => identitiesOf(tx, kept.personId))).toHaveLength(2)
    expect(await server.work(({ tx }) => householdOf(tx, kept.personId, new Date()))).toContain(absorbed.personId)
    expect((await server.send('readMe', { as: absorbed })).status).toBe(401)
    await server.refill()
    expect(await whoSignsIn(absorbed.phone!)).toBe(kept.personId)

    const { rows: mine } = (await server.call('listMyMerges', { as: kept })).answer
    expect(mine).toMatchObject([{ id: made.answer.id, state: 'done', mayUndo: true }])
    await server.call('undoMyMerge', { as: kept, params: { id: made.answer.id } })
    expect(await liveSignUps(absorbed.personId)).toHaveLength(2)
    expect(await liveSignUps(kept.personId)).toEqual([])
    expect(await teamsOf(absorbed.personId)).toEqual([server.cast.places.team])
    expect(await teamsOf(kept.personId)).toEqual([])
    expect([await balance(kept.personId), await balance(absorbed.personId)]).toEqual([0, 30])
    expect(await server.work(async ({ tx }) => (await verifyLedger(tx)).faults)).toEqual([])
    await server.refill()
    expect(await whoSignsIn(absorbed.phone!)).toBe(absorbed.personId)
    expect((await server.send('undoMyMerge', { as: kept, params: { id: made.answer.id } })).problem.code).toBe(
      'people.undo-too-late',
    )
  })

  test('orders follow, and a document too', async () => {
    const { resident } = server.cast
    const order = await stageOrder(server, scenesOf(server.cast).own, 'submitted')
    const kept = await newResident()
    const identity = {
      name: '柏溪午',
      documentKind: 'passport',
      documentNumber: 'M4567890',
      birthDate: '1960-06-06',
      sex: null,
    } as const
    await server.call('saveMyIdentity', { as: resident, body: identity })
    await server.refill()
    const made = await merge(kept, resident)
    expect((await server.call('listMyOrders', { as: kept })).answer.rows.map((row) => row.id)).toContain(order.id)
    expect((await server.call('readMyIdentity', { as: kept })).answer).toMatchObject({ birthDate: '1960-06-06' })
    await server.call('undoMyMerge', { as: kept, params: { id: made.answer.id } })
    expect((await server.call('listMyOrders', { as: kept })).answer.rows).toEqual([])
    expect((await server.call('readMyIdentity', { as: kept })).answer).toMatchObject({
      documentKind: null,
      birthDate: null,
    })
    expect(
      await rows('select 1 from person where id = $1 and id_number_index is not null', [resident.personId]),
    ).toHaveLength(1)
  })

  test('a place held twice becomes free for others', async () => {
    const [kept, absorbed, waiting] = [await volunteer(), await volunteer(), await volunteer()]
    const id = await session(undefined, 2)
    for (const who of [kept, absorbed, waiting]) await signUp(who, id)
    await merge(kept, absorbed)
    expect(
      await rows(`select state from sign_up where session_id = $1 and person_id = $2`, [id, waiting.personId]),
    ).toEqual([{ state: 'offered' }])
    expect(await rows('select taken from session_role where session_id = $1', [id])).toEqual([{ taken: 2 }])
  })

  test.each([
    ['a wrong code', async (kept: Player) => merge(kept, await newResident(), '000000'), 401, 'people.code-gone'],
    ['one’s own phone', async (kept: Player) => merge(kept, kept), 422, 'people.same-account'],
    [
      'a phone without an account',
      async (kept: Player) => merge(kept, { ...kept, phone: '13986539999' }),
      404,
      'people.no-account',
    ],
  ])('is refused with %s', async (_what, act, status, code) => {
    await server.refill()
    expect((await act(await newResident())).problem).toMatchObject({ status, code })
  })

  test('after thirty days it stays', async () => {
    const [kept, absorbed] = [await newResident(), await newResident()]
    const made = await merge(kept, absorbed)
    await rows(`update person_merge set undo_until = now() - interval '1 day' where id = $1`, [made.answer.id])
    const undone = await server.send('undoMyMerge', { as: kept, params: { id: made.answer.id } })
    expect(undone.problem).toMatchObject({ status: 409, code: 'people.undo-too-late' })
  })

  test('who leaves afterwards leaves with every account', async () => {
    const [kept, absorbed] = [await volunteer(), await volunteer()]
    await merge(kept, absorbed)
    await server.refill()
    const left = await server.send('leaveForGood', { as: kept, body: { code: await codeFor(kept) } })
    expect(left.status).toBe(204)
    const found = await rows('select name, phone_index, erased_at is not null as gone from person where id = any($1)', [
      [kept.personId, absorbed.personId],
    ])
    expect(found).toEqual(Array.from({ length: 2 }, () => ({ name: null, phone_index: null, gone: true })))
  })
})

describe('by two of the staff', () => {
  const propose = async (kept: Player, absorbed: Player, documentNumber: string) =>
    server.send('proposeMerge', {
      as: server.cast.agent,
      body: {
        keptPhone: kept.phone!,
        absorbedPhone: absorbed.phone!,
        documentKind: 'passport',
        documentNumber,
        note: '本人带护照到窗口',
      },
    })
  const giveDocument = async (who: Player, documentNumber = `Q${String(7_000_000 + serial++)}`) => {
    const body = {
      name: '司徒一',
      documentKind: 'passport',
      documentNumber,
      birthDate: '1970-01-01',
      sex: null,
    } as const
    await server.call('saveMyIdentity', { as: who, body })
    return documentNumber
  }

  test('one proposes with the document, another one agrees; it can be taken back', async () => {
    const [kept, absorbed] = [await newResident(), await newResident()]
    const number = await giveDocument(kept)
    expect((await propose(kept, absorbed, 'Q0000000')).problem).toMatchObject({
      code: 'people.document-of-neither',
      status: 422,
    })
    const { answer } = await propose(kept, absorbed, number)
    expect((await propose(kept, absorbed, number)).problem).toMatchObject({ code: 'people.merge-open' })
    const decide = (as: Player) => server.send('decideMerge', { as, params: { id: answer.id }, body: { agrees: true } })
    expect((await decide(server.cast.agent)).problem).toMatchObject({ code: 'people.own-proposal' })
    const [one, two] = await Promise.all([decide(server.cast.admin), decide(server.cast.centreLeader)])
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([204, 409])
    const list = (await server.call('listMerges', { as: server.cast.admin })).answer.rows
    const row = list.find((each) => each.id === answer.id)!
    expect(row).toMatchObject({ state: 'done', mayUndo: true, kept: { nameMasked: '司徒*' } })
    expect(JSON.stringify(list)).not.toContain(number)
    expect(JSON.stringify(list)).not.toContain(kept.phone!)
    // Both saw that their data were looked at, and why.
    const looks = (await server.call('listMyLooks', { as: kept })).answer.rows
    expect(looks).toMatchObject([{ purpose: 'merge-accounts' }])
    expect((await server.send('undoMerge', { as: server.cast.admin, params: { id: answer.id } })).status).toBe(204)
    await server.refill()
    expect(await whoSignsIn(absorbed.phone!)).toBe(absorbed.personId)
  })

  test('the same document in two accounts is shown to staff alone, and may be one person', async () => {
    const [kept, absorbed] = [await newResident(), await newResident()]
    const number = await giveDocument(kept)
    await giveDocument(absorbed, number)
    const pairs = async () =>
      (await server.call('listMerges', { as: server.cast.admin })).answer.sharing.map(({ one, other }) =>
        [one.id, other.id].toSorted(),
      )
    const pair = [kept.personId, absorbed.personId].toSorted()
    expect(await pairs()).toContainEqual(pair)
    const { answer } = await propose(kept, absorbed, number)
    const as = server.cast.admin
    expect((await server.send('decideMerge', { as, params: { id: answer.id }, body: { agrees: true } })).status).toBe(
      204,
    )
    expect(await pairs()).not.toContainEqual(pair)
    expect((await server.send('undoMerge', { as, params: { id: answer.id } })).status).toBe(204)
    expect((await server.call('readMyIdentity', { as: kept })).answer.birthDate).toBe('1970-01-01')
  })

  test('two documents are two people', async () => {
    const [kept, absorbed] = [await newResident(), await newResident()]
    const number = await giveDocument(kept)
    await giveDocument(absorbed)
    expect((await propose(kept, absorbed, number)).problem).toMatchObject({ status: 409, code: 'people.two-documents' })
    expect((await merge(kept, absorbed)).problem).toMatchObject({ code: 'people.two-documents' })
  })
})

test('of signing up and being merged at once, no promise stays with the absorbed account', async () => {
  for (let round = 0; round < 6; round++) {
    const [kept, absorbed] = [await volunteer(), await volunteer()]
    const id = await session()
    const code = await codeFor(absorbed)
    const [merged, signed] = await Promise.all([merge(kept, absorbed, code), signUp(absorbed, id)])
    expect(merged.status).toBe(201)
    expect([201, 401, 409]).toContain(signed.status)
    expect(await liveSignUps(absorbed.personId)).toEqual([])
    expect(await liveSignUps(kept.personId)).toHaveLength(signed.status === 201 ? 1 : 0)
    expect(await rows('select 1 from busy_range where person_id = $1', [absorbed.personId])).toEqual([])
  }
}, 60_000)
