// Somebody objects to a certificate on notice; another desk than the handler's answers, and both learn what came of it.
import { expect, test } from 'vitest'
import { formatDate } from '../../web/shared/dates.ts'
import {
  expectSoundAtEveryWidth,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  sees,
  wearSession,
  zh,
} from '../support/journey.ts'
import { serve } from '../support/journey-record.ts'

const play = openPlay()
const NAME = '秦又安'
const FROM = '2020-01-01'
const REASON = '那天下着雨，读书小组没有办'
const ANSWER = '调看了签到和照片，当天改在室内办了'

test('an objection halts a notice until it is answered', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const here = await play()
  const { client } = here
  const keeper = await here.account('keeper')
  const volunteer = await client.signInResident(newPhone(), 'the volunteer', NAME)
  await client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
  const unitId = await serve(here, keeper, volunteer)
  const untilDay = (await client.call(keeper, 'readClock')).now.slice(0, 10)
  const request = {
    unitId,
    fromDay: FROM,
    untilDay,
    purpose: '求职',
    holderName: NAME,
    idType: 'resident-id' as const,
    idNumber: '11010519491231002X',
  }
  const { id } = await client.call(volunteer, 'requestCertificate', { body: request })
  const preparation = { contact: '010-69101234', remarks: '', issuerUnitId: null }
  await client.call(keeper, 'prepareCertificate', { params: { id }, body: preparation })

  const neighbour = await here.resident()
  await wearSession(neighbour, here.server, await client.signInResident(newPhone(), 'a neighbour', '邻居'))
  await neighbour.goto('/certificate-notices')
  await sees(neighbour, formatDate(FROM, 'zh-CN'))
  // A notice that ends at midnight ends with the day before.
  expect(await neighbour.getByRole('main').innerText()).not.toContain('00:00')
  await neighbour.locator(`a[href="/certificate-notices/${id}"]`).click()
  await expectSoundAtEveryWidth(neighbour)
  await field(neighbour, zh('certificate.reason')).fill(REASON)
  await neighbour.getByRole('button', { name: zh('certificate.objection.send') }).click()
  await sees(neighbour, zh('certificate.done.object'))
  await sees(neighbour, zh('certificate.notices.open'))
  await neighbour.goto('/certificate-notices?mode=elder')
  await expectSoundAtEveryWidth(neighbour)

  const desk = await here.staff('dispatcher')
  await desk.goto(`/staff/certificates/${id}`)
  await sees(desk, REASON)
  await sees(desk, formatDate(FROM, 'zh-CN'))
  await expectSoundAtEveryWidth(desk)
  await field(desk, zh('staff-records.verdict')).selectOption('dismissed')
  await field(desk, zh('staff-records.answer')).fill(ANSWER)
  await desk.getByRole('button', { name: zh('staff-records.answer-objection'), exact: true }).click()
  await sees(desk, zh('records.state.on-notice'))
  await expectSoundAtEveryWidth(desk)
  await desk.getByRole('link', { name: zh('staff-records.back') }).click()
  await desk.getByRole('heading', { level: 1, name: zh('staff-records.menu') }).waitFor()
  await desk.context().close()

  await neighbour.goto('/certificate-notices?mode=standard')
  await sees(neighbour, zh('certificate.notices.dismissed', { answer: ANSWER }))
  await neighbour.context().close()
  const holder = await here.resident()
  await wearSession(holder, here.server, volunteer)
  await holder.goto(`/me/certificates/${id}`)
  await sees(holder, ANSWER)
  await expectSoundAtEveryWidth(holder)
  await holder.context().close()
})
