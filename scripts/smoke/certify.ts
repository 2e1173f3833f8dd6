/** From recorded hours to a certificate that anybody can check: notice, booking, a correction, and a revocation. */
import type { Person } from './cast.ts'
import { signInStaff } from './cast.ts'
import { type Account, type AnswerOf, Deviation, eventually, expectEqual, expectTrue, PUBLIC } from './client.ts'
import { minutesAfter, type Stage } from './stage.ts'

const RECORD_SECONDS_MAX = 20
const CORRECTED_MINUTES = 50
// The example of GB 11643-1999, whose check digit is right and which belongs to nobody alive.
const ID_NUMBER = '11010519491231002X'
const HOLDER = 'Ben Player'
const PDF_SIGN = '%PDF-'

interface Scene extends Stage {
  readonly ana: Person
  readonly ben: Person
  readonly leader: Account
}

type Hours = AnswerOf<'listMyHours'>['rows'][number]

export async function playCertificate(scene: Scene): Promise<void> {
  const { client, step, ana, ben } = scene
  const first = await step('Ben', 'finds his hour on notice: it does not count yet', async () => {
    const mine = await recorded(scene, ben)
    expectEqual('his record', [mine.class, mine.state, mine.bookedMinutes], ['verified', 'noticed', 0])
    return mine
  })
  await step('Ana', 'finds what was collected without a network among her hours', () => recorded(scene, ana))
  await booked(scene, first, first.minutes)
  await correct(scene, first)
  const { handler, signer } = await staffOf(scene)
  const unit = await step('Ben', 'reads in his record book who recorded his hours', async () => {
    const book = await client.call(ben, 'readMyRecord')
    const unit = book.service.byUnit[0]
    expectTrue('one organisation recorded them', unit !== undefined && book.service.byUnit.length === 1)
    expectEqual('the minutes that count', unit.verifiedMinutes + unit.claimedMinutes, CORRECTED_MINUTES)
    return unit
  })
  const id = await issue(scene, { handler, signer, unitId: unit.unitId, days: [unit.firstDay, unit.lastDay] })
  await check(scene, { signer, id })
}

function recorded({ client }: Stage, person: Person): Promise<Hours> {
  return eventually(RECORD_SECONDS_MAX, `the hours of ${person.name}`, async () => {
    const { rows } = await client.call(person, 'listMyHours')
    return rows[0]
  })
}

/** Moves on to the end of the notice and waits until it is booked. */
async function booked(scene: Scene, hours: Hours, minutes: number): Promise<void> {
  const { client, step, ben } = scene
  await step('the clock', 'passes the notice: the hours are booked', async () => {
    const before = await client.call(ben, 'readHours', { params: { id: hours.id } })
    expectTrue('the notice has an end', before.record.dueAt !== null)
    await scene.moveTo(minutesAfter(new Date(before.record.dueAt), 1))
    await eventually(RECORD_SECONDS_MAX, 'the booking', async () => {
      const { record } = await client.call(ben, 'readHours', { params: { id: hours.id } })
      return record.state === 'booked' ? true : undefined
    })
    const mine = await client.call(ben, 'listMyHours')
    expectEqual('what counts', mine.verifiedMinutes + mine.claimedMinutes, minutes)
  })
}

async function correct(scene: Scene, hours: Hours): Promise<void> {
  const { client, step, ben, leader } = scene
  const reason = 'I left ten minutes earlier.'
  const demand = await step('Ben', 'demands a correction; the leader finds it', async () => {
    const endedAt = minutesAfter(new Date(hours.startedAt), CORRECTED_MINUTES).toISOString()
    const body = { recordId: hours.id, startedAt: hours.startedAt, endedAt, reason }
    const made = await client.call(ben, 'demandCorrection', { body })
    const { rows } = await client.call(leader, 'listDemands')
    expectTrue(
      'the leader has the demand with its reason',
      rows.some((row) => row.id === made.id && row.reason === reason),
    )
    return made.id
  })
  await step('leader', 'corrects it by another entry; Ben sees the answer and both entries', async () => {
    const body = { outcome: 'corrected', answer: 'You are right.', minutes: CORRECTED_MINUTES } as const
    await client.call(leader, 'answerDemand', { params: { id: demand }, body })
    const { rows } = await client.call(ben, 'listMyDemands')
    const seen = rows.find((row) => row.id === demand)
    expectEqual('the answer', [seen?.outcome, seen?.answer], ['corrected', body.answer])
    const { chain } = await client.call(ben, 'readHours', { params: { id: hours.id } })
    expectEqual(
      'the minutes of its entries',
      chain.filter((row) => row.kind === 'entry').map((row) => row.minutes),
      [hours.minutes, CORRECTED_MINUTES],
    )
  })
  await booked(scene, hours, CORRECTED_MINUTES)
}

async function staffOf(stage: Stage) {
  return {
    handler: await signInStaff(stage, 'institute', 'records.handle'),
    signer: await signInStaff(stage, 'leader', 'records.sign'),
  }
}

async function issue(
  scene: Scene,
  given: { handler: Account; signer: Account; unitId: string; days: readonly [string, string] },
): Promise<string> {
  const { client, step, ben } = scene
  const { handler, signer, unitId, days } = given
  const id = await step('Ben', 'asks that organisation for a certificate; its handler finds the request', async () => {
    const asked = await client.call(ben, 'requestCertificate', {
      body: {
        unitId,
        fromDay: days[0],
        untilDay: days[1],
        purpose: 'application',
        holderName: HOLDER,
        idType: 'resident-id',
        idNumber: ID_NUMBER,
      },
    })
    const { rows } = await client.call(handler, 'listCertificates', { query: { box: 'open' } })
    expectTrue(
      'the request is in the register, its number masked',
      rows.some((row) => row.id === asked.id && row.idNumberMasked !== ID_NUMBER),
    )
    return asked.id
  })
  const params = { id }
  await step('institute', 'prepares it: it goes on public notice', async () => {
    await client.call(handler, 'prepareCertificate', { params, body: { contact: '010-69100000' } })
    const { rows } = await client.call(PUBLIC, 'listCertificateNotices')
    expectTrue(
      'the notice is public',
      rows.some((row) => row.id === id),
    )
  })
  await step('the clock', 'passes the seven days of notice', async () => {
    const { certificate } = await client.call(handler, 'readCertificate', { params })
    expectTrue('the notice has an end', certificate.noticeUntil !== null)
    await scene.moveTo(minutesAfter(new Date(certificate.noticeUntil), 1))
  })
  await step('leader of the centre', 'signs it off: it gets its number', async () => {
    const { serial } = await client.call(signer, 'signOffCertificate', { params })
    const { rows } = await client.call(ben, 'listMyCertificates')
    expectEqual(
      'what Ben sees',
      rows.map((row) => [row.state, row.serial]),
      [['issued', serial]],
    )
  })
  return id
}

async function check(scene: Scene, { signer, id }: { signer: Account; id: string }): Promise<void> {
  const { client, step, ben } = scene
  const params = { id }
  await step('Ben', 'downloads the document in both languages', async () => {
    for (const locale of ['zh-CN', 'en']) {
      const file = await client.call(ben, 'downloadCertificate', { params, query: { locale } })
      const bytes = Buffer.from(file.dataBase64, 'base64')
      expectTrue(`${file.name} is a PDF`, bytes.subarray(0, PDF_SIGN.length).toString('latin1') === PDF_SIGN)
    }
  })
  const { serial, code } = await step('the public', 'follows the code on it: valid, and the minimum', async () => {
    const { shareLink, certificate } = await client.call(ben, 'readCertificate', { params })
    const { issuerName } = certificate
    const page = await client.readPage(shareLink ?? '')
    expectTrue('the page names its issuer and not its holder', page.includes(issuerName) && !page.includes(HOLDER))
    const link = new URL(shareLink ?? '', 'http://localhost')
    const [serial, code] = [decodeURIComponent(link.pathname.split('/').at(-1)!), link.searchParams.get('code') ?? '']
    const checked = await client.call(PUBLIC, 'checkCertificate', { params: { serial }, query: { code } })
    expectEqual('its state', checked.state, 'issued')
    expectEqual('its minutes', checked.verifiedMinutes + checked.claimedMinutes, CORRECTED_MINUTES)
    expectTrue('the name is masked', !checked.holderMasked.includes(HOLDER))
    await client.refused(
      PUBLIC,
      'checkCertificate',
      { params: { serial }, query: { code: `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}` } },
      { status: 404, code: 'records.certificate-unknown' },
    )
    return { serial, code }
  })
  await step('leader of the centre', 'revokes it; whoever checks it is told', async () => {
    await client.call(signer, 'revokeCertificate', { params, body: { reason: 'Issued for a play.' } })
    const checked = await client.call(PUBLIC, 'checkCertificate', { params: { serial }, query: { code } })
    if (checked.state !== 'revoked') throw new Deviation(`the certificate is ${checked.state}, not revoked`)
  })
}
