// What the office keeps for others: the number a village answers at, and the photos of orders.
import sharp from 'sharp'
import { test } from 'vitest'
import type { Locator } from 'playwright-core'
import { eventually } from '../../scripts/smoke/client.ts'
import {
  JOURNEY_MILLISECONDS,
  becomes,
  expectSound,
  field,
  newPhone,
  openPlay,
  pick,
  readMessage,
  sees,
  zh,
} from '../support/journey.ts'

const UNITS_KEPT_SECONDS_MAX = 75
const VILLAGE = '孔化营村委会'
const play = openPlay()

test(
  'an administrator writes down where a village answers, and residents call it',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const page = await here.staff('admin')
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.people') })
      .click()
    await pick(page, zh('staff-office.unit'), 'konghuaying', VILLAGE)
    await field(page, zh('staff-office.unit-phone')).fill('123')
    await page.getByRole('button', { name: zh('staff.save'), exact: true }).click()
    await sees(page.getByRole('region', { name: VILLAGE }), zh('validation.phone'))
    await expectSound(page)
    await field(page, zh('staff-office.unit-phone')).fill('010-69175577')
    await page.getByRole('button', { name: zh('staff.save'), exact: true }).click()
    await sees(page, zh('staff-office.unit-phone-saved'))
    await expectSound(page)
    await page.context().close()
    const resident = await here.resident()
    const answer = await resident.request.get(`/api/v1/units?kind=station&q=${encodeURIComponent(VILLAGE)}`)
    const { rows } = (await answer.json()) as { rows: { id: string }[] }
    // Pages keep the district's units for a minute, and an earlier journey may have read them just now.
    await eventually(UNITS_KEPT_SECONDS_MAX, 'the new number', async () => {
      await resident.goto(`/call/${rows[0]?.id}`)
      return (await resident.getByText('010-69175577').count()) > 0 ? true : undefined
    })
    await expectSound(resident)
    await resident.context().close()
  },
)

test(
  'an administrator opens an agency, is told what is wrong with a code, and ends the agency again',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const page = await here.staff('admin')
    // Where a district begins is the first that its administrator sees.
    await sees(page.getByRole('heading', { level: 1 }), zh('staff.menu.people'))
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.units') })
      .click()
    await page.getByRole('button', { name: zh('staff-office.unit-open') }).click()
    const form = page.getByRole('region', { name: zh('staff-office.unit-open') })
    const submit = form.getByRole('button', { name: zh('staff-office.unit-open') })
    await field(page, zh('staff-office.unit-name')).fill('区𠮷象局')
    await field(page, zh('staff-office.unit-from')).fill('2026-01-01')
    await form.getByRole('combobox', { name: zh('staff-office.unit-kind') }).selectOption('institute')
    await field(page, zh('staff-office.unit-code')).fill('330106009000')
    await submit.click()
    await sees(form, zh('orgs.refusal.code-elsewhere'))
    await expectSound(page)
    await form.getByRole('combobox', { name: zh('staff-office.unit-kind') }).selectOption('agency')
    await submit.click()
    await sees(page, zh('staff-office.unit-opened'))
    // It opens on its own page, whatever page of the list it would stand on.
    await page.getByRole('heading', { level: 1, name: '区𠮷象局' }).waitFor()
    await expectSound(page)
    await page.getByRole('button', { name: zh('staff-office.unit-end') }).click()
    const end = page.getByRole('region', { name: zh('staff-office.unit-end') })
    await field(page, zh('staff-office.unit-until')).fill('2026-02-01')
    await pick(page, zh('staff-office.unit-successor'), '卫健委', '区卫健委')
    await end.getByRole('button', { name: zh('staff-office.unit-end') }).click()
    await sees(page, zh('staff-office.unit-ended'))
    // It stays to be read as it was.
    await sees(page.getByRole('region', { name: zh('staff-office.unit-periods') }), '2026-02-01')
    await expectSound(page)
    await page.context().close()
  },
)

test(
  'the photo of a paper card is seen by the staff and by the requester',
  { timeout: JOURNEY_MILLISECONDS },
  async () => {
    const here = await play()
    const page = await here.staff('keeper')
    const phone = newPhone()
    await page
      .getByRole('navigation')
      .getByRole('link', { name: zh('staff.menu.paper') })
      .click()
    await field(page, zh('staff-entry.card-name')).fill('于大伯')
    await field(page, zh('staff-entry.card-phone')).fill(phone)
    await field(page, zh('staff-entry.title')).fill('庙会想请人写楹联匾额')
    await field(page, zh('staff-order.category')).selectOption({ label: '文化活动' })
    await page.getByRole('checkbox', { name: zh('staff-entry.card-signed') }).check()
    const picture = { create: { width: 640, height: 400, channels: 3 as const, background: '#c9a27a' } }
    const buffer = await sharp(picture).png().toBuffer()
    await field(page, '卡片照片').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer })
    await page.getByRole('button', { name: zh('staff-entry.place-card') }).click()
    const cards = page.getByRole('region', { name: zh('staff-entry.cards-done', { count: 1 }) })
    const number = (await cards.getByRole('link').textContent()) ?? ''
    await cards.getByRole('link').click()
    await expectPicture(page.getByRole('img', { name: zh('staff-order.photo.paper-card') }))
    await expectSound(page)
    await page.context().close()
    const requester = await here.resident()
    await requester.goto(await readMessage(requester, phone, new RegExp(`${number}.*?(/o/[\\w-]+)`, 'u')))
    await requester.getByRole('heading', { name: zh('resident.order.photos') }).scrollIntoViewIfNeeded()
    await expectPicture(requester.getByRole('img', { name: zh('resident.photo.paper-card') }))
    await expectSound(requester)
    await requester.context().close()
  },
)

async function expectPicture(picture: Locator): Promise<void> {
  const width = () => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
  await becomes(width, 640)
}
