// A volunteer's hours become a certificate: asked for on the phone, prepared and signed at two desks, checked by anybody, revoked.
import { expect, test } from 'vitest'
import { eventually } from '../../scripts/smoke/client.ts'
import {
  en,
  expectSoundAtEveryWidth,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  passTime,
  sees,
  wearSession,
  zh,
} from '../support/journey.ts'
import { serve } from '../support/journey-record.ts'
import { readPdf } from '../support/read-pdf.ts'

const play = openPlay()
const DAY_MINUTES = 24 * 60
const NAME = '季清和'

test('hours become a certificate that anybody can check', { timeout: JOURNEY_MILLISECONDS }, async () => {
  const here = await play()
  const keeper = await here.account('keeper')
  const phone = newPhone()
  const volunteer = await here.client.signInResident(phone, 'the volunteer', NAME)
  await here.client.call(volunteer, 'registerVolunteer', { body: { skills: [], consent: true } })
  const unitId = await serve(here, keeper, volunteer)
  const page = await here.resident()
  await wearSession(page, here.server, volunteer)
  await page.goto('/me/record')
  await sees(page, '清和读书小组')
  await sees(page, zh('certificate.hours.booked'))
  await expectSoundAtEveryWidth(page)
  await page.goto('/me/record?mode=elder')
  await expectSoundAtEveryWidth(page)
  await page.goto('/me/record?mode=standard')

  await page.goto(`/me/certificates/new?unit=${unitId}`)
  await field(page, zh('certificate.request.purpose')).fill('申请星级志愿者评定')
  await field(page, zh('certificate.request.id-number')).fill('110105194912310021')
  await page.getByRole('button', { name: zh('certificate.request.send') }).click()
  await sees(page, zh('records.refusal.id-number-wrong'))
  await expectSoundAtEveryWidth(page)
  expect(await field(page, zh('certificate.request.purpose')).inputValue()).toBe('申请星级志愿者评定')
  await field(page, zh('certificate.request.id-number')).fill('11010519491231002X')
  await page.getByRole('button', { name: zh('certificate.request.send') }).click()
  await sees(page, zh('certificate.done.request'))
  await sees(page, zh('records.state.requested'))
  await expectSoundAtEveryWidth(page)
  const id = new URL(page.url()).pathname.split('/').at(-1)!

  const desk = await here.staff('keeper')
  await desk
    .getByRole('navigation')
    .getByRole('link', { name: zh('staff-records.menu') })
    .click()
  await sees(desk, NAME)
  await expectSoundAtEveryWidth(desk)
  await desk.locator(`a[href$="/certificates/${id}"]`, { hasText: NAME }).click()
  await field(desk, zh('staff-records.contact')).fill('010-69101234')
  await expectSoundAtEveryWidth(desk)
  await desk.getByRole('button', { name: zh('staff-records.prepare'), exact: true }).click()
  await sees(desk, zh('records.state.on-notice'))
  await expectSoundAtEveryWidth(desk)
  await desk.goto('/staff/seal')
  await expectSoundAtEveryWidth(desk)
  await desk.goto('/staff/record-entries')
  await field(desk, zh('staff-records.name')).fill('初级急救培训')
  await field(desk, zh('staff-records.giver')).fill('区红十字会')
  await field(desk, zh('staff-records.day')).fill('2026-01-10')
  await field(desk, zh('staff-records.phones')).fill(phone)
  await desk.getByRole('button', { name: zh('staff-records.enter'), exact: true }).click()
  await sees(desk, zh('staff-records.entered', { count: 1 }))
  await expectSoundAtEveryWidth(desk)
  await desk.context().close()

  const stranger = await here.visitor()
  await stranger.goto('/certificate-notices')
  await sees(stranger, '季**')
  await expectSoundAtEveryWidth(stranger)
  await passTime(here, 8 * DAY_MINUTES)
  await eventually(20, 'the end of the notice', async () => {
    const { certificate } = await here.client.call(volunteer, 'readCertificate', { params: { id } })
    return certificate.state === 'ready' ? true : undefined
  })
  const leader = await here.staff('dispatcher')
  await leader.goto(`/staff/certificates/${id}`)
  await leader.getByRole('button', { name: zh('staff-records.sign-off'), exact: true }).click()
  await sees(leader, zh('records.state.issued'))
  await expectSoundAtEveryWidth(leader)

  await page.goto(`/me/certificates/${id}`)
  await sees(page, zh('records.state.issued'))
  await expectSoundAtEveryWidth(page)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: zh('certificate.file.zh') }).click()
  const bytes: Buffer[] = []
  for await (const chunk of await (await download).createReadStream()) bytes.push(chunk as Buffer)
  const pdf = await readPdf(Buffer.concat(bytes))
  expect(pdf.pages[0]).toContain('11010519491231002X')
  await page.context().close()

  const link = new URL(pdf.qr!)
  await stranger.goto(`${link.pathname}${link.search}`)
  await sees(stranger, zh('certificate.check.state.issued'))
  await sees(stranger, '季**')
  await expectSoundAtEveryWidth(stranger)
  await stranger.context().close()
  // Without scripts, in English, on a phone and with large letters.
  const plain = await here.resident({ javaScriptEnabled: false, locale: 'en' })
  const answer = await plain.goto(`${link.pathname}${link.search}&mode=elder`)
  expect(answer?.headers()['x-robots-tag']).toContain('noindex')
  await sees(plain, en('certificate.check.state.issued'))
  await plain.goto(`${link.pathname}?code=AAAAAAAAAAAAAAAAAAAA`)
  await sees(plain, en('records.refusal.certificate-unknown'))

  // Who revokes asks for it first: nothing that ends a certificate stands open beside the rest.
  expect(await leader.getByLabel(zh('staff.reason')).count()).toBe(0)
  await leader.getByText(zh('staff-records.revoke-help')).click()
  await expectSoundAtEveryWidth(leader)
  await leader.getByLabel(zh('staff.reason')).last().fill('签到是别人代签的')
  await leader.getByRole('button', { name: zh('staff-records.revoke'), exact: true }).click()
  await sees(leader, zh('records.state.revoked'))
  await expectSoundAtEveryWidth(leader)
  await leader.context().close()
  await plain.goto(`${link.pathname}${link.search}`)
  await sees(plain, en('certificate.check.state.revoked'))
  await plain.context().close()
})
