import type { Offering } from '#contract/catalogue.ts'
import type { FormState, OrderFormProps, SimilarOrder } from '#contract/pages.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { valueOfUnit, villageGroups } from './district-units.ts'
import {
  clientIdOf,
  instantOn,
  type Labels,
  listIn,
  neededIn,
  newForm,
  numberIn,
  orNull,
  textIn,
  type Values,
} from './forms.ts'
import { get, paramOf, post, postedBy, queryOf, submit } from './page-route.ts'
import { remember } from './preferences.ts'
import { businessTime, type Visit } from './visit.ts'
import { Refusal } from '#platform/refusal.ts'

/** How far ahead a wish may lie. */
const DAYS_AHEAD_MAX = 180
/** Minutes after midnight between which “morning”, “afternoon” and “either” lie. */
const HALVES: Readonly<Record<string, readonly [from: number, until: number]>> = {
  morning: [8 * 60, 12 * 60],
  afternoon: [12 * 60, 18 * 60],
  any: [8 * 60, 18 * 60],
}
const LOOKS_LIKE_ANOTHER = 'orders.looks-like-another'

const LABELS: Labels = {
  title: ['title', 'resident.order-form.what'],
  categoryId: ['categoryId', 'resident.order-form.category'],
  unitId: ['village', 'resident.order-form.village'],
  address: ['address', 'resident.order-form.address'],
  windowFrom: ['date', 'resident.order-form.date'],
  windowUntil: ['date', 'resident.order-form.date'],
  headcount: ['headcount', 'resident.order-form.headcount'],
  contactName: ['contactName', 'resident.order-form.name'],
  contactPhone: ['contactPhone', 'resident.order-form.phone'],
  details: ['details', 'resident.order-form.details'],
  venue: ['venue', 'resident.order-form.venue'],
  targetGroup: ['targetGroup', 'resident.order-form.target'],
  urgency: ['urgency', 'resident.order-form.urgency'],
  risks: ['risks', 'resident.order-form.risks'],
}

export const orderingPages = [get('/order', orderForm), post('/order', placeOrder), get('/order/placed/:id', placed)]

async function offeringOf(visit: Visit, id: string): Promise<Offering | null> {
  return id === '' ? null : visit.call('readOffering', { params: { id } })
}

async function orderForm(visit: Visit) {
  if (visit.caller.actor.kind !== 'resident') throw new Refusal('platform.not-signed-in', 401, {})
  const offering = await offeringOf(visit, queryOf(visit, 'offering'))
  const me = await visit.me()
  const units = await visit.units()
  const village = visit.preferences.village === null ? undefined : units.ofValue(visit.preferences.village)
  const form = newForm({
    title: queryOf(visit, 'title').slice(0, 60),
    village: village?.kind === 'station' ? valueOfUnit(village) : '',
    headcount: String(offering?.headcountMin ?? 1),
    half: 'any',
    contactName: me?.name ?? '',
    targetGroup: offering?.targetGroups[0] ?? 'all',
    urgency: 'normal',
  })
  return showForm(visit, offering, form)
}

async function showForm(visit: Visit, offering: Offering | null, form: FormState, status = 200) {
  const [categories, units, me, now] = await Promise.all([
    visit.call('listCategories'),
    visit.units(),
    visit.me(),
    businessTime(visit),
  ])
  const today = dateIn(new Date(now))
  const props: OrderFormProps = {
    form,
    offering,
    categories: categories.rows,
    groups: villageGroups(units, visit.locale),
    phoneMasked: me?.phoneMasked ?? null,
    dateMin: today,
    dateMax: addDays(today, DAYS_AHEAD_MAX),
  }
  return visit.render('order-form', props, status)
}

async function placeOrder(visit: Visit) {
  const posted = postedBy(visit)
  const offering = await offeringOf(visit, textIn(posted, 'offering'))
  return submit(
    visit,
    LABELS,
    async (values) => {
      const units = await visit.units()
      const village = units.ofValue(textIn(values, 'village'))
      const body = bodyOf(values, offering, village?.id)
      try {
        const order = await visit.call('placeOrder', { body, clientId: clientIdOf(values) })
        await keepName(visit, body.contactName)
        if (village !== undefined) remember(visit.host, visit.reply, { village: valueOfUnit(village) })
        return visit.redirect(`/order/placed/${order.id}`)
      } catch (error) {
        const similar = similarIn(error)
        if (similar === null) throw error
        return visit.render('similar', { form: sentAgain(values), rows: similar }, 409)
      }
    },
    (form, status) => showForm(visit, offering, form, status),
  )
}

function bodyOf(values: Values, offering: Offering | null, unitId: string | undefined) {
  const phone = neededIn(values, 'contactPhone')
  return {
    categoryId: offering?.category.id ?? neededIn(values, 'categoryId'),
    offeringId: offering?.id ?? null,
    title: offering?.title ?? neededIn(values, 'title'),
    details: textIn(values, 'details'),
    unitId,
    address: orNull(values, 'address'),
    venue: textIn(values, 'venue'),
    targetGroup: neededIn(values, 'targetGroup') ?? 'all',
    headcount: numberIn(values, 'headcount'),
    ...windowOf(values),
    urgency: neededIn(values, 'urgency') ?? 'normal',
    risks: listIn(values, 'risks'),
    agreementTriggers: [],
    contactName: neededIn(values, 'contactName'),
    ...(phone !== undefined && { contactPhone: phone }),
    ...(textIn(values, 'placeAnyway') === 'yes' && { placeAnyway: true }),
  }
}

function windowOf(values: Values): { windowFrom: string | null; windowUntil: string | null } {
  const date = textIn(values, 'date')
  if (date === '') return { windowFrom: null, windowUntil: null }
  const [from, until] = HALVES[textIn(values, 'half')] ?? HALVES['any']!
  return { windowFrom: instantOn(date, from), windowUntil: instantOn(date, until) }
}

/** The open orders that a refusal names as looking like this one, or null when it is another refusal. */
function similarIn(error: unknown): SimilarOrder[] | null {
  if (!(error instanceof Refusal) || error.code !== LOOKS_LIKE_ANOTHER) return null
  // As on the wire: instants become ISO 8601 texts.
  return JSON.parse(JSON.stringify(error.details?.['similar'] ?? [])) as SimilarOrder[]
}

function sentAgain(values: Values): FormState {
  const { clientId: _, placeAnyway: __, ...typed } = values
  return { clientId: clientIdOf(values), values: typed, errors: [] }
}

/** Somebody who has no name on the account yet need not type it a second time. */
async function keepName(visit: Visit, name: string | undefined): Promise<void> {
  const me = await visit.me()
  if (me?.name !== null || name === undefined) return
  await visit.call('updateMe', { body: { name }, clientId: newUuid7(new Date()) })
}

async function placed(visit: Visit) {
  return visit.render('placed', { order: await visit.call('readOrder', { params: { id: paramOf(visit, 'id') } }) })
}
