// What the office keeps for others: the number a village answers at, and the photos of orders.
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Locator } from 'playwright-core'
import {
  expectSound,
  field,
  JOURNEY_MILLISECONDS,
  newPhone,
  openPlay,
  pick,
  readMessage,
  sees,
  zh,
} from '../support/journey.ts'

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
    await resident.goto(`/call/${rows[0]?.id}`)
    await sees(resident, '010-69175577')
    await expectSound(resident)
    await resident.context().close()
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
  await expect.poll(width).toBe(640)
}
