import { createHash } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  bookHours,
  endNotice,
  freshVolunteer,
  makeCertificate,
  PREPARATION,
  requestOf,
} from '../../../test/support/certificates.ts'
import { makeResident, type Player } from '../../../test/support/cast.ts'
import { YANQING as YANQING_ID } from '../../../test/support/database.ts'
import { readPdf } from '../../../test/support/read-pdf.ts'
import { useServer } from '../../../test/support/server.ts'
import { registerVolunteer } from '../teams/index.ts'
import { runRead } from '../../platform/work.ts'
import { systemActor } from '../../platform/actor.ts'
import { recordBookOf } from './record-book.ts'
import { markSuperseded } from './lapse.ts'

const server = useServer()
const DAY = 24 * 60
let volunteer: Player
let unitId: string
let phones = 13_986_430_000

beforeAll(async () => {
  unitId = server.cast.places.village.id
  volunteer = await newVolunteer('于得水')
})

async function newVolunteer(name: string): Promise<Player> {
  const player = await makeResident(server.host, YANQING_ID, String(++phones), name)
  await server.work((work) => registerVolunteer(work, []), player.actor)
  return player
}

const id = (value: string) => ({ params: { id: value } })
const now = () => server.work((work) => Promise.resolve(work.now))
const stateOf = async (certificateId: string, as: Player) =>
  (await server.call('readCertificate', { as, ...id(certificateId) })).answer.certificate.state

async function request(as: Player): Promise<string> {
  const body = { ...requestOf(unitId, await now()), holderName: as.name }
  return (await server.call('requestCertificate', { as, body })).answer.id
}

async function issued(as: Player): Promise<string> {
  const { keeper, institute, neighbour } = server.cast
  const made = await makeCertificate(server, {
    holder: as.actor,
    unitId,
    handler: keeper.actor,
    signer: institute.actor,
    objector: neighbour.actor,
    stage: 'issued',
  })
  return made.id
}

async function linkOf(certificateId: string, as: Player): Promise<{ serial: string; code: string }> {
  const { answer } = await server.call('readCertificate', { as, ...id(certificateId) })
  const url = new URL(answer.shareLink!)
  return { serial: decodeURIComponent(url.pathname.split('/').at(-1)!), code: url.searchParams.get('code')! }
}

const check = async ({ serial, code }: { serial: string; code: string }) => {
  await server.refill()
  return server.send('checkCertificate', { params: { serial }, query: { code } })
}

/** Who got a message that there is an answer to an objection. */
const toldOf = async (certificateId: string) =>
  (
    await server.owner((owner) =>
      owner.query<{ personId: string }>(
        `select to_person_id as "personId" from message where template = 'objection-answered' and subject_id = $1 order by 1`,
        [certificateId],
      ),
    )
  ).rows.map((row) => row.personId)

describe('the life of a certificate', () => {
  test('asked for, prepared, on notice, signed off, downloaded, checked, revoked', async () => {
    const { keeper, institute } = server.cast
    await bookHours(server, YANQING_ID, { personId: volunteer.personId, unitId, minutes: 95 })
    await bookHours(server, YANQING_ID, { personId: volunteer.personId, unitId, minutes: 30, class: 'claimed' })
    await bookHours(server, YANQING_ID, { personId: volunteer.personId, unitId, state: 'noticed' })
    const certificateId = await request(volunteer)
    await server.call('prepareCertificate', { as: keeper, ...id(certificateId), body: PREPARATION })
    const notices = await server.call('listCertificateNotices', { query: { unitId } })
    expect(notices.answer.rows.find((row) => row.id === certificateId)).toMatchObject({
      holderMasked: '于**',
      verifiedMinutes: 95,
      claimedMinutes: 30,
    })
    // Six whole days are not enough, and nobody can be quicker than the clock.
    await server.shift(6 * DAY)
    await server.settle()
    const early = await server.send('signOffCertificate', { as: institute, ...id(certificateId) })
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('records.not-in-this-state')])
    await server.shift(2 * DAY)
    await server.settle()
    expect(await stateOf(certificateId, volunteer)).toBe('ready')
    const own = await server.send('signOffCertificate', { as: keeper, ...id(certificateId) })
    expect(own.text).toContain('records.two-people')
    const { answer } = await server.call('signOffCertificate', { as: institute, ...id(certificateId) })
    expect(answer.serial).toMatch(new RegExp(`^${server.cast.places.village.code}-20\\d\\d-\\d{4,}$`, 'u'))

    const read = await server.call('readCertificate', { as: volunteer, ...id(certificateId) })
    expect(read.answer.certificate).toMatchObject({ handlerName: '戴守村', inChargeName: '丁镇所' })
    expect(read.answer.certificate.idNumberMasked).toBe('1****************X')
    expect(read.answer.lines.map((line) => line.minutes).toSorted((a, b) => a - b)).toEqual([30, 95])
    const atWork = await server.call('readCertificate', { as: keeper, ...id(certificateId) })
    expect(atWork.answer.shareLink).toBeNull()
    expect(atWork.text).not.toContain('11010519491231002X')

    const file = await server.call('downloadCertificate', { as: volunteer, ...id(certificateId) })
    const bytes = Buffer.from(file.answer.dataBase64, 'base64')
    const again = await server.call('downloadCertificate', { as: volunteer, ...id(certificateId) })
    expect(again.answer.dataBase64).toBe(file.answer.dataBase64)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.answer.digest)
    const kept = await server.owner(async (owner) =>
      owner.query('select encode(digest, $2) as digest from certificate_document where certificate_id = $1', [
        certificateId,
        'hex',
      ]),
    )
    expect(kept.rows).toEqual([{ digest: file.answer.digest }])
    const pdf = await readPdf(bytes)
    expect(pdf.pages[0]).toContain('11010519491231002X')
    expect(pdf.qr).toBe(read.answer.shareLink)

    const link = await linkOf(certificateId, volunteer)
    const valid = await check(link)
    expect(valid.answer).toMatchObject({
      state: 'issued',
      holderMasked: '于**',
      verifiedMinutes: 95,
      claimedMinutes: 30,
    })
    expect(valid.text).not.toMatch(/于得水|idNumber|11010519491231002X|purpose|contact/u)
    await server.call('revokeCertificate', {
      as: institute,
      ...id(certificateId),
      body: { reason: '签到表是代签的' },
    })
    expect((await check(link)).answer).toMatchObject({ state: 'revoked' })
    const gone = await server.send('downloadCertificate', { as: volunteer, ...id(certificateId) })
    expect([gone.status, gone.text]).toEqual([409, expect.stringContaining('records.not-valid')])
  })

  test('an objection stops the notice, which goes on for what was left; upheld, nothing is issued and no number is kept', async () => {
    const { keeper, institute, neighbour } = server.cast
    const person = await newVolunteer('俞流水')
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId })
    const certificateId = await request(person)
    await server.call('prepareCertificate', { as: keeper, ...id(certificateId), body: PREPARATION })
    const before = (await server.call('readCertificate', { as: person, ...id(certificateId) })).answer.certificate
    await server.shift(2 * DAY)
    const object = { ...id(certificateId), body: { reason: '他那天在外地' } }
    await server.call('objectToCertificate', { as: neighbour, ...object })
    const twice = await server.send('objectToCertificate', { as: neighbour, ...object })
    expect(twice.text).toContain('records.objected-already')
    const own = await server.send('objectToCertificate', { as: person, ...object })
    expect(own.text).toContain('records.own-objection')
    await server.shift(3 * DAY)
    await server.settle()
    expect(await stateOf(certificateId, person)).toBe('objected')
    const [objection] = (await server.call('readCertificate', { as: institute, ...id(certificateId) })).answer
      .objections
    const answer = { ...id(objection!.id), body: { isUpheld: false, answer: '有签到记录' } }
    const byHandler = await server.send('answerObjection', { as: keeper, ...answer })
    expect(byHandler.text).toContain('records.two-people')
    const mine = async (as: Player) => (await server.call('listMyObjections', { as })).answer.rows[0]
    expect(await mine(neighbour)).toMatchObject({ holderMasked: '俞**', isUpheld: null, answer: null, mootAt: null })
    expect(await toldOf(certificateId)).toEqual([])
    await server.call('answerObjection', { as: institute, ...answer })
    expect(await mine(neighbour)).toMatchObject({ isUpheld: false, answer: '有签到记录' })
    expect(await toldOf(certificateId)).toEqual([neighbour.personId])
    const after = (await server.call('readCertificate', { as: person, ...id(certificateId) })).answer.certificate
    const moved = Temporal.Instant.from(before.noticeUntil!).until(after.noticeUntil!).total('minutes')
    expect(Math.round(moved / DAY)).toBe(3)

    await server.call('objectToCertificate', { as: server.cast.stranger, ...object })
    // Two objections: the second one is upheld, and the certificate ends with the third unanswered.
    const third = await newVolunteer('裘实')
    await server.call('objectToCertificate', { as: third, ...object })
    const second = (await server.call('readCertificate', { as: institute, ...id(certificateId) })).answer.objections[1]
    await server.call('answerObjection', {
      as: institute,
      ...id(second!.id),
      body: { isUpheld: true, answer: '查实不在场' },
    })
    const refused = (await server.call('readCertificate', { as: person, ...id(certificateId) })).answer.certificate
    expect(refused).toMatchObject({ state: 'refused', endedReason: '查实不在场', idNumberMasked: null })
    expect(await mine(server.cast.stranger)).toMatchObject({ isUpheld: true, answer: '查实不在场' })
    expect(await mine(third)).toMatchObject({ isUpheld: null, mootAt: expect.any(String) })
    expect(await toldOf(certificateId)).toEqual(
      [neighbour.personId, server.cast.stranger.personId, third.personId].toSorted(),
    )
  })

  test('hours that are corrected before the signature stop it; afterwards the certificate is superseded at once', async () => {
    const { keeper, institute } = server.cast
    const person = await newVolunteer('虞上善')
    const record = await bookHours(server, YANQING_ID, { personId: person.personId, unitId, minutes: 200 })
    const correct = (minutes: number) =>
      server.owner(async (owner) => {
        await owner.query(
          'update hours_record set booked_minutes = $2, minutes = $2, entries = entries + 1 where id = $1',
          [record, minutes],
        )
      })
    const certificateId = await request(person)
    await server.call('prepareCertificate', { as: keeper, ...id(certificateId), body: PREPARATION })
    await endNotice(server, certificateId)
    await correct(120)
    const refused = await server.send('signOffCertificate', { as: institute, ...id(certificateId) })
    expect(refused.text).toContain('records.hours-changed')
    await server.call('prepareCertificate', { as: keeper, ...id(certificateId), body: PREPARATION })
    await endNotice(server, certificateId)
    await server.call('signOffCertificate', { as: institute, ...id(certificateId) })
    const link = await linkOf(certificateId, person)
    expect((await check(link)).answer).toMatchObject({ state: 'issued', verifiedMinutes: 120 })
    await correct(60)
    expect((await check(link)).answer).toMatchObject({ state: 'superseded' })
    expect(await stateOf(certificateId, person)).toBe('superseded')
    await server.work((work) => markSuperseded(work))
    const rows = await server.owner(async (owner) =>
      owner.query('select state, ended_reason from certificate where id = $1', [certificateId]),
    )
    expect(rows.rows).toEqual([{ state: 'superseded', ended_reason: 'hours-corrected' }])
  })

  test('a unit that is gone is stood in for by the one above, or by a successor that it names', async () => {
    const { institute, dispatcher, places } = server.cast
    const person = await newVolunteer('余再兴')
    const gone = places.sibling.id
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId: gone })
    const end = (until: string | null) =>
      server.owner(async (owner) => {
        await owner.query('update unit_period set valid_until = $2 where unit_id = $1', [gone, until])
      })
    const body = { ...requestOf(gone, await now()), holderName: person.name }
    const still = (await server.call('requestCertificate', { as: person, body })).answer.id
    const notYet = await server.send('prepareCertificate', {
      as: institute,
      ...id(still),
      body: { ...PREPARATION, issuerUnitId: unitId },
    })
    expect(notYet.text).toContain('records.unit-still-there')
    await end('2026-01-01')
    await server.work(async ({ tx }) => tx.referenceChanged())
    const prepare = (issuerUnitId: string | null) =>
      server.send('prepareCertificate', { as: institute, ...id(still), body: { ...PREPARATION, issuerUnitId } })
    expect((await prepare(places.far.id)).text).toContain('records.no-successor')
    expect((await prepare(null)).status).toBe(204)
    const by = async () =>
      (await server.call('readCertificate', { as: person, ...id(still) })).answer.certificate.issuerUnitId
    expect(await by()).toBe(places.township.id)
    expect((await prepare(unitId)).status).toBe(204)
    expect(await by()).toBe(unitId)
    await endNotice(server, still)
    await server.call('signOffCertificate', { as: dispatcher, ...id(still) })
    const file = await server.call('downloadCertificate', { as: person, ...id(still) })
    const pdf = await readPdf(Buffer.from(file.answer.dataBase64, 'base64'))
    expect(pdf.pages[0]!.replaceAll('\n', '')).toContain('已撤并')
    await end(null)
    await server.work(async ({ tx }) => tx.referenceChanged())
  })

  test('what a handler leaves lying rises to the unit above', async () => {
    const person = await newVolunteer('郁不决')
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId })
    const certificateId = await request(person)
    const responsible = async () =>
      (await server.call('readCertificate', { as: person, ...id(certificateId) })).answer.certificate
        .responsibleUnitName
    expect(await responsible()).toBe(server.cast.places.village.name)
    await server.shift(20 * DAY)
    await server.settle()
    expect(await responsible()).toBe(server.cast.places.township.name)
  })
})

describe('numbers and races', () => {
  test('serials of an organisation have no gaps when many are signed off at once, and refused ones take none', async () => {
    const { keeper, institute } = server.cast
    const certificates = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const holder = await freshVolunteer(server, YANQING_ID)
        const objector = server.cast.neighbour.actor
        const staff = { handler: keeper.actor, signer: institute.actor, objector }
        return (await makeCertificate(server, { holder, unitId, ...staff, stage: 'ready' })).id
      }),
    )
    await server.owner(async (owner) => {
      await owner.query(
        'update hours_record set booked_minutes = 1 where person_id in (select person_id from certificate where id = $1)',
        [certificates[3]],
      )
    })
    // Each is signed by two at the same time.
    const answers = await Promise.all(
      certificates.flatMap((one) => [
        server.send('signOffCertificate', { as: institute, ...id(one) }),
        server.send('signOffCertificate', { as: server.cast.dispatcher, ...id(one) }),
      ]),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(11)
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201, 409]))
    const { rows } = await server.owner(async (owner) =>
      owner.query<{ serial: string }>(
        'select serial from certificate where issuer_unit_id = $1 and serial is not null',
        [unitId],
      ),
    )
    // The tests' clock passed a new year's day, at which an organisation begins anew.
    const byYear = Map.groupBy(rows, (row) => row.serial.slice(0, row.serial.lastIndexOf('-')))
    for (const [prefix, ofYear] of byYear) {
      const numbers = ofYear.map((row) => Number(row.serial.split('-').at(-1))).toSorted((a, b) => a - b)
      expect(numbers, prefix).toEqual(numbers.map((_, index) => index + 1))
    }
  })

  test('two handlers at once: one notice, prepared by one of them', async () => {
    const person = await newVolunteer('元同时')
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId })
    const certificateId = await request(person)
    const both = await Promise.all([
      server.send('prepareCertificate', { as: server.cast.keeper, ...id(certificateId), body: PREPARATION }),
      server.send('prepareCertificate', { as: server.cast.institute, ...id(certificateId), body: PREPARATION }),
    ])
    expect(both.map((one) => one.status)).toEqual([204, 204])
    const { answer } = await server.call('readCertificate', { as: person, ...id(certificateId) })
    expect(answer.lines).toHaveLength(1)
    const requests = await Promise.all([request(person), request(person)].map((one) => one.catch(() => 'refused')))
    expect(requests).toEqual(['refused', 'refused'])
  })

  test('revoked while it is downloaded: a file of a valid certificate, or a refusal, and no file afterwards', async () => {
    const person = await newVolunteer('袁两难')
    const certificateId = await issued(person)
    const [revoked, ...files] = await Promise.all([
      server.send('revokeCertificate', {
        as: server.cast.institute,
        ...id(certificateId),
        body: { reason: '重复出具' },
      }),
      ...Array.from({ length: 4 }, () => server.send('downloadCertificate', { as: person, ...id(certificateId) })),
    ])
    expect(revoked.status).toBe(204)
    for (const file of files) expect([200, 409]).toContain(file.status)
    expect((await server.send('downloadCertificate', { as: person, ...id(certificateId) })).status).toBe(409)
  })
})

describe('the public page', () => {
  test('says nothing of a number without its code, nor of a code without its number', async () => {
    const person = await newVolunteer('袁公开')
    const { serial, code } = await linkOf(await issued(person), person)
    expect((await check({ serial, code: code.toLowerCase() })).status).toBe(200)
    const swapped = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A')
    const bodies = new Set<string>()
    for (const wrong of [
      { serial, code: swapped },
      { serial, code: 'A'.repeat(20) },
      { serial, code: 'x' },
      { serial: serial.replace(/\d{4}$/u, '9999'), code },
      { serial: `${serial}'--`, code },
    ]) {
      const answer = await check(wrong)
      expect(answer.status).toBe(404)
      bodies.add(answer.text.replace(/"requestId":"[^"]*"/u, ''))
    }
    expect(bodies.size).toBe(1)
  })

  test('cannot be asked without end', async () => {
    await server.refill()
    const statuses: number[] = []
    for (let tried = 0; tried < 25; tried++) {
      const query = { code: 'A'.repeat(20) }
      statuses.push((await server.send('checkCertificate', { params: { serial: 'x-2026-0001' }, query })).status)
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5)
    await server.refill()
  })
})

describe('the record book', () => {
  const facts = { name: '急救培训', content: '心肺复苏', minutes: 120, giver: '区红十字会', day: '2026-01-10' }

  test('shows what an organisation entered at once, and what it mended when the person asked for it', async () => {
    const { keeper } = server.cast
    const person = await newVolunteer('樊学习')
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId, state: 'noticed' })
    const entered = await server.call('enterRecords', {
      as: keeper,
      body: { unitId, kind: 'training', ...facts, phones: [person.phone!, '13911112222', person.phone!] },
    })
    expect(entered.answer).toEqual({ entered: 1, unknown: [1] })
    const book = async () => (await server.call('readMyRecord', { as: person })).answer
    const [entry] = (await book()).training
    expect(entry).toMatchObject({ ...facts, isCorrection: false, demand: null })
    const demand = { as: person, ...id(entry!.id), body: { reason: '实际是三小时' } }
    const { answer } = await server.call('demandRecordCorrection', demand)
    expect((await server.send('demandRecordCorrection', demand)).text).toContain('records.demanded-already')
    const asked = await server.call('listRecordEntries', { as: keeper, query: { demanded: 'true' } })
    expect(asked.answer.rows.map((row) => [row.id, row.personName])).toEqual([[entry!.id, '樊学习']])
    const mend = {
      as: keeper,
      ...id(answer.id),
      body: { outcome: 'corrected' as const, answer: '已按签到表改为三小时', correction: { ...facts, minutes: 180 } },
    }
    await server.call('answerRecordDemand', mend)
    expect((await server.send('answerRecordDemand', mend)).text).toContain('records.answered-already')
    const [mended, ...rest] = (await book()).training
    expect(rest).toEqual([])
    expect(mended).toMatchObject({ minutes: 180, isCorrection: true, demand: { state: 'corrected' } })
    const again = await server.send('correctRecordEntry', { as: keeper, ...id(entry!.id), body: { correction: null } })
    expect(again.text).toContain('records.corrected-already')
    await server.call('correctRecordEntry', { as: keeper, ...id(mended!.id), body: { correction: null } })
    expect((await book()).training).toEqual([])
  })

  test('has five blocks, with hours apart by how they are known', async () => {
    const person = await newVolunteer('范五块')
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId, minutes: 45 })
    await bookHours(server, YANQING_ID, { personId: person.personId, unitId, minutes: 15, class: 'claimed' })
    await server.owner(async (owner) => {
      await owner.query(
        `insert into record_evaluation (district_id, order_id, person_id, order_number, unit_id, stars, solved, at)
         values ($1, gen_random_uuid(), $2, '26-000001-K', $3, 5, true, now())`,
        [YANQING_ID, person.personId, unitId],
      )
    })
    const book = await runRead(server.host.db, systemActor(YANQING_ID), ({ tx }) => recordBookOf(tx, person.personId))
    expect(book.basic).toMatchObject({ name: '范五块' })
    expect(book.service.byUnit).toMatchObject([{ unitId, records: 2, verifiedMinutes: 45, claimedMinutes: 15 }])
    expect(book.evaluation).toMatchObject([{ orderNumber: '26-000001-K', stars: 5 }])
  })
})

test('the database refuses what no operation does', async () => {
  const person = await newVolunteer('鲁三关')
  const certificateId = await issued(person)
  const attempt = (change: string) =>
    server.owner((owner) => owner.query(`update certificate set ${change} where id = $1`, [certificateId]))
  await expect(attempt('handler_id = in_charge_id')).rejects.toThrow('two_people_issue_a_certificate')
  await expect(attempt('in_charge_id = person_id')).rejects.toThrow('nobody_signs_their_own_certificate')
  await expect(attempt('handler_id = person_id')).rejects.toThrow('nobody_prepares_their_own_certificate')
  await expect(attempt('notice_until = issued_at + interval $$1 hour$$')).rejects.toThrow(
    'an_issued_certificate_is_complete',
  )
  await expect(attempt('id_number_cipher = null')).rejects.toThrow('a_number_is_kept_for_a_certificate_only')
  const { rows } = await server.owner((owner) =>
    owner.query<{ sealed: string }>(
      `select encode(id_number_cipher, 'escape') as sealed from certificate where id = $1`,
      [certificateId],
    ),
  )
  expect(rows[0]!.sealed).not.toContain('1101051949')
})
