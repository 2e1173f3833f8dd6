// Who may handle what is about whom: accounts of one person and households, whoever signs in under which.
import { beforeAll, describe, expect, test } from 'vitest'
import { bookHours, endNotice, makeCertificate, PREPARATION, requestOf } from '../../../test/support/certificates.ts'
import { codeOf, makeResident, makeStaff, type Player } from '../../../test/support/cast.ts'
import { YANQING } from '../../../test/support/database.ts'
import { useServer } from '../../../test/support/server.ts'
import { recordOwnPhone } from '../people/index.ts'
import { registerVolunteer } from '../teams/index.ts'

const server = useServer()
let unitId: string
let phones = 13_986_450_000
let staff = 0

beforeAll(() => {
  unitId = server.cast.places.village.id
})

const id = (value: string) => ({ params: { id: value } })
async function newVolunteer(name = '丁一心'): Promise<Player> {
  const player = await makeResident(server.host, YANQING, String(++phones), name)
  await server.work((work) => registerVolunteer(work, []), player.actor)
  return player
}
/** A keeper of the village whose own resident account is that of a volunteer. */
async function keeperWho(self: Player): Promise<Player> {
  const keeper = await makeStaff(server.host, YANQING, {
    name: '计站长',
    login: `ji${++staff}`,
    role: 'station-keeper',
    unitId,
  })
  await server.work((work) => recordOwnPhone(work, keeper.personId, self.phone!))
  return keeper
}
async function household(one: Player, other: Player): Promise<string> {
  const body = { kind: 'household' as const, phone: other.phone!, relation: '配偶' }
  const { answer } = await server.call('askLink', { as: one, body })
  await server.call('answerLink', {
    as: other,
    ...id(answer.id),
    body: { agrees: true, code: null, childConsent: false },
  })
  return answer.id
}
async function merge(kept: Player, absorbed: Player): Promise<void> {
  const code = await codeOf(server.host, YANQING, absorbed.phone!)
  await server.call('mergeOwn', { as: kept, body: { phone: absorbed.phone!, code } })
}
const certificateOf = async (holder: Player, stage: 'requested' | 'ready' | 'objected') =>
  makeCertificate(server, {
    holder: holder.actor,
    unitId,
    handler: server.cast.keeper.actor,
    signer: server.cast.institute.actor,
    objector: server.cast.neighbour.actor,
    stage,
  })
const codeIn = async (sent: Promise<{ status: number; text: string }>) => {
  const { status, text } = await sent
  return status < 300 ? 'done' : (JSON.parse(text) as { code: string }).code
}
const prepare = (as: Player, certificateId: string) =>
  codeIn(server.send('prepareCertificate', { as, ...id(certificateId), body: PREPARATION }))
const signOff = (as: Player, certificateId: string) =>
  codeIn(server.send('signOffCertificate', { as, ...id(certificateId) }))
const actsSeen = async (as: Player, certificateId: string) =>
  (await server.call('readCertificate', { as, ...id(certificateId) })).answer.acts

describe('a certificate', () => {
  test('is not handled by staff whose own it is, nor by their household, also after the tie ended', async () => {
    const [self, wife] = [await newVolunteer(), await newVolunteer()]
    const keeper = await keeperWho(self)
    const own = await certificateOf(self, 'requested')
    expect(await prepare(keeper, own.id)).toBe('records.household-certificate')
    expect(await actsSeen(keeper, own.id)).toEqual([])
    const linkId = await household(self, wife)
    const hers = await certificateOf(wife, 'requested')
    expect(await prepare(keeper, hers.id)).toBe('records.household-certificate')
    await server.call('endLink', { as: self, ...id(linkId) })
    expect(await prepare(keeper, hers.id)).toBe('records.household-certificate')
    expect(await prepare(keeper, (await certificateOf(await newVolunteer(), 'requested')).id)).toBe('done')
  })

  test('asked for by an account that was merged since is the own one of the account that goes on', async () => {
    const [old, self] = [await newVolunteer(), await newVolunteer()]
    const keeper = await keeperWho(self)
    await bookHours(server, YANQING, { personId: self.personId, unitId, minutes: 40 })
    const made = await certificateOf(old, 'requested')
    await merge(self, old)
    expect(await prepare(keeper, made.id)).toBe('records.household-certificate')
    const { rows } = (await server.call('listMyCertificates', { as: self })).answer
    expect(rows.map((row) => row.id)).toContain(made.id)
    await server.call('withdrawCertificate', { as: self, ...id(made.id) })
    // What was recorded under the account that is gone counts for the one that goes on.
    const body = { ...requestOf(unitId), holderName: '丁一心' }
    const { answer } = await server.call('requestCertificate', { as: self, body })
    await server.call('prepareCertificate', { as: server.cast.keeper, ...id(answer.id), body: PREPARATION })
    const { lines } = (await server.call('readCertificate', { as: self, ...id(answer.id) })).answer
    expect(lines.map((line) => line.minutes).toSorted((a, b) => a - b)).toEqual([40, 90])
    const book = (await server.call('readMyRecord', { as: self })).answer
    expect(book.service.byUnit).toMatchObject([{ records: 2, verifiedMinutes: 130 }])
  })

  test('is not signed by the household of whoever prepared it', async () => {
    const [husband, wife] = [await newVolunteer(), await newVolunteer()]
    await household(husband, wife)
    const [handler, signer] = [await keeperWho(husband), await keeperWho(wife)]
    const made = await certificateOf(await newVolunteer(), 'requested')
    expect(await prepare(handler, made.id)).toBe('done')
    await endNotice(server, made.id)
    expect(await actsSeen(signer, made.id)).not.toContain('sign-off')
    expect(await signOff(signer, made.id)).toBe('records.two-people')
    expect(await signOff(server.cast.institute, made.id)).toBe('done')
  })

  test('is handled only by staff of whom it is known which resident they are', async () => {
    const self = await newVolunteer()
    const keeper = await keeperWho(self)
    await server.owner((owner) =>
      owner.query('update staff_phone set ended_at = proved_at where person_id = $1', [keeper.personId]),
    )
    const made = await certificateOf(await newVolunteer(), 'requested')
    expect(await prepare(keeper, made.id)).toBe('hours.own-phone-first')
  })

  test('whose objection is one’s own or of the household is answered by somebody else', async () => {
    const self = await newVolunteer()
    const keeper = await keeperWho(self)
    const made = await certificateOf(await newVolunteer(), 'ready')
    await server.owner((owner) =>
      owner.query(
        `update certificate set state = 'on-notice', next_step = 'wait-notice', due_at = huiyin_now() + interval '3 days',
           notice_until = huiyin_now() + interval '3 days' where id = $1`,
        [made.id],
      ),
    )
    const objected = await server.call('objectToCertificate', {
      as: self,
      ...id(made.id),
      body: { reason: '那天没有人来' },
    })
    const answer = (as: Player) =>
      codeIn(
        server.send('answerObjection', {
          as,
          ...id(objected.answer.id),
          body: { isUpheld: false, answer: '有签到记录' },
        }),
      )
    expect(await answer(keeper)).toBe('records.objection-of-yours')
    expect(await answer(server.cast.institute)).toBe('done')
  })
})

describe('an entry of the record book', () => {
  const facts = { name: '急救培训', content: '心肺复苏', minutes: 120, giver: '区红十字会', day: '2026-01-10' }
  const enter = (as: Player, ...who: Player[]) =>
    codeIn(
      server.send('enterRecords', {
        as,
        body: { unitId, kind: 'training', ...facts, phones: who.map((one) => one.phone!) },
      }),
    )

  test('is neither made, corrected nor answered for one’s own or the household’s', async () => {
    const [self, wife] = [await newVolunteer(), await newVolunteer()]
    const keeper = await keeperWho(self)
    for (const { personId } of [self, wife]) await bookHours(server, YANQING, { personId, unitId })
    await household(self, wife)
    expect(await enter(keeper, self)).toBe('records.household-entry')
    expect(await enter(keeper, wife)).toBe('records.household-entry')
    expect(await enter(server.cast.keeper, wife)).toBe('done')
    const [entry] = (await server.call('readMyRecord', { as: wife })).answer.training
    const correction = { ...facts, minutes: 600 }
    expect(
      await codeIn(server.send('correctRecordEntry', { as: keeper, ...id(entry!.id), body: { correction } })),
    ).toBe('records.household-entry')
    const demand = { as: wife, ...id(entry!.id), body: { reason: '实际是三小时' } }
    const demandId = (await server.call('demandRecordCorrection', demand)).answer.id
    const answer = { outcome: 'declined' as const, answer: '签到表写的是两小时' }
    expect(await codeIn(server.send('answerRecordDemand', { as: keeper, ...id(demandId), body: answer }))).toBe(
      'records.household-entry',
    )
    const { keeper: other } = server.cast
    expect(await codeIn(server.send('answerRecordDemand', { as: other, ...id(demandId), body: answer }))).toBe('done')
  })

  test('tells an organisation nothing of people who are not its volunteers: registered or not is one answer', async () => {
    const { keeper, places } = server.cast
    const [ours, elsewhere] = [await newVolunteer('乌有一'), await newVolunteer('乌有二')]
    await bookHours(server, YANQING, { personId: ours.personId, unitId })
    await bookHours(server, YANQING, { personId: elsewhere.personId, unitId: places.far.id })
    const nobody = '13911112222'
    const enterThese = (...given: string[]) =>
      server.send('enterRecords', { as: keeper, body: { unitId, kind: 'training', ...facts, phones: given } })
    const [known, unknown] = [await enterThese(elsewhere.phone!), await enterThese(nobody)]
    const said = ({ status, text }: { status: number; text: string }) => ({
      status,
      text: text.replace(/"requestId":"[^"]+"/u, ''),
    })
    expect(said(known)).toEqual(said(unknown))
    expect(known.text).toContain('records.person-unknown')
    const mixed = await server.call('enterRecords', {
      as: keeper,
      body: { unitId, kind: 'training', ...facts, phones: [ours.phone!, elsewhere.phone!, nobody] },
    })
    expect(mixed.answer).toEqual({ entered: 1, unknown: [1, 2] })
    expect((await server.call('readMyRecord', { as: elsewhere })).answer.training).toEqual([])
  })
})
