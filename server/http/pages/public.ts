import type { CallUnitProps } from '#contract/pages.ts'
import { districtUnits, nameOfUnit, valueOfUnit } from './district-units.ts'
import { newForm, textIn } from './forms.ts'
import { homeFigures } from './home-figures.ts'
import { get, paramOf, post, postedBy, queryOf, submit } from './page-route.ts'
import { localPath, remember } from './preferences.ts'
import { notFound, type Visit } from './visit.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { type TextPixels, textSizes } from '#contract/pages.ts'

const HOME_OFFERINGS = '6'
const SERVICES_ROWS = '24'

export const publicPages = [
  get('/', home),
  get('/services', services),
  get('/services/:id', async (visit) =>
    visit.render('service', { offering: await visit.call('readOffering', { params: { id: paramOf(visit, 'id') } }) }),
  ),
  get('/track', (visit) => visit.render('track', { form: newForm({ number: queryOf(visit, 'number') }), found: null })),
  post('/track', track),
  get('/call', call),
  get('/call/:id', callUnit),
  get('/help', help),
  get('/figures', async (visit) => visit.render('figures', await visit.call('readFigures'))),
  post('/preferences', preferences),
  { ...get('/demo/outbox', outbox), demoOnly: true },
]

async function home(visit: Visit) {
  const [categories, offerings, figures] = await Promise.all([
    visit.call('listCategories'),
    visit.call('listOfferings', { query: { limit: HOME_OFFERINGS } }),
    homeFigures(visit),
  ])
  return visit.render('home', { categories: categories.rows, offerings: offerings.rows, figures })
}

async function services(visit: Visit) {
  const q = queryOf(visit, 'q').slice(0, 40)
  const category = queryOf(visit, 'category').slice(0, 40)
  const cursor = queryOf(visit, 'cursor')
  const query = {
    limit: SERVICES_ROWS,
    ...(q !== '' && { q }),
    ...(category !== '' && { category }),
    ...(cursor !== '' && { cursor }),
  }
  const [categories, offerings] = await Promise.all([
    visit.call('listCategories'),
    visit.call('listOfferings', { query }),
  ])
  return visit.render('services', {
    q,
    category,
    categories: categories.rows,
    offerings: offerings.rows,
    nextCursor: offerings.nextCursor,
  })
}

async function track(visit: Visit) {
  return submit(
    visit,
    {
      number: ['number', 'resident.track.number'],
      phoneTail: ['phoneTail', 'resident.track.tail'],
    },
    async (values) => {
      const body = {
        number: textIn(values, 'number') || undefined,
        phoneTail: textIn(values, 'phoneTail') || undefined,
      }
      return visit.render('track', { form: newForm(), found: await visit.call('trackOrder', { body }) })
    },
    (form, status) => visit.render('track', { form, found: null }, status),
  )
}

async function call(visit: Visit) {
  const units = await visit.units()
  const { locale } = visit
  const named = (unit: (typeof units.townships)[number]) => ({
    id: unit.id,
    name: nameOfUnit(unit, locale),
    phone: unit.phone,
  })
  const asked = queryOf(visit, 'township')
  const township = units.townships.find((one) => one.id === asked)
  if (asked !== '' && township === undefined) throw notFound()
  return visit.render('call', {
    townships: units.townships.map(named),
    township: township === undefined ? null : named(township),
    villages: township === undefined ? [] : units.villages.filter((one) => one.parentId === township.id).map(named),
  })
}

/** The number to call, and this device remembers the village for the next time. */
async function callUnit(visit: Visit) {
  const units = await districtUnits(visit.host, visit.caller)
  const unit = units.find(paramOf(visit, 'id'))
  if (unit === undefined) throw notFound()
  const named = (one: typeof unit): CallUnitProps['unit'] => ({
    name: nameOfUnit(one, visit.locale),
    phone: one.phone,
  })
  if (unit.kind === 'station') remember(visit.host, visit.reply, { village: valueOfUnit(unit) })
  return visit.render('call-unit', { unit: named(unit), above: units.above(unit).map(named) })
}

async function help(visit: Visit) {
  const { centre } = await visit.units()
  return visit.render('help', {
    centre:
      centre === null ? { name: '', phone: null } : { name: nameOfUnit(centre, visit.locale), phone: centre.phone },
  })
}

/** Language, mode and size of text: kept on this device, and on the account of whoever is signed in. */
async function preferences(visit: Visit) {
  const values = postedBy(visit)
  const locale = (['zh-CN', 'en'] as const).find((one) => one === textIn(values, 'locale'))
  const elder = { '1': true, '0': false }[textIn(values, 'elder')]
  const text = textSizes.find((size): size is TextPixels => String(size) === textIn(values, 'text'))
  remember(visit.host, visit.reply, {
    ...(locale !== undefined && { locale }),
    ...(elder !== undefined && { elder }),
    ...(text !== undefined && { text }),
  })
  if (visit.caller.actor.kind === 'resident' && (locale !== undefined || elder !== undefined)) {
    const body = { ...(locale !== undefined && { locale }), ...(elder !== undefined && { elderMode: elder }) }
    await visit.call('updateMe', { body, clientId: newUuid7(new Date()) })
  }
  return visit.redirect(localPath(textIn(values, 'back')))
}

async function outbox(visit: Visit) {
  const phone = queryOf(visit, 'phone')
  const show = (query: Readonly<Record<string, string>>) =>
    visit.call('listOutbox', { query: { limit: '50', ...query } })
  const { rows } = await show(phone === '' ? {} : { phone })
  return visit.render('outbox', { form: newForm({ phone }), rows })
}
