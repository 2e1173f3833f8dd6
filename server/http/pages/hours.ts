import type { FormState } from '#contract/pages.ts'
import { dateIn } from '#platform/dates.ts'
import {
  clientIdOf,
  inputsOf,
  instantOn,
  type Labels,
  minutesOf,
  neededIn,
  newForm,
  textIn,
  type Values,
} from './forms.ts'
import { nameOfUnit } from './district-units.ts'
import { get, paramOf, post, queryOf, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** A volunteer's hours: what counts, how it is known, and a correction on demand. */
export const hoursPages = [
  get('/me/hours', myHours),
  get('/me/hours/missing', (visit) => missing(visit)),
  post('/me/hours/missing', demandMissing),
  get('/me/hours/:id', (visit) => record(visit)),
  post('/me/hours/:id/demand', demand),
  post('/me/hours/:id/objection', object),
  post('/me/hours/:id/confirm', confirm),
]

const TIMES = {
  startedAt: ['from', 'hours.mine.from'],
  endedAt: ['until', 'hours.mine.until'],
  reason: ['reason', 'hours.mine.reason'],
} as const satisfies Labels
const OBJECTION: Labels = { statement: ['statement', 'hours.mine.objection'] }
const MISSING: Labels = {
  title: ['title', 'hours.mine.what'],
  teamId: ['organiser', 'hours.mine.organiser'],
  unitId: ['organiser', 'hours.mine.organiser'],
  ...TIMES,
}

async function myHours(visit: Visit) {
  const cursor = queryOf(visit, 'cursor')
  const query = cursor === '' ? {} : { cursor }
  const [hours, demands] = await Promise.all([visit.call('listMyHours', { query }), visit.call('listMyDemands')])
  const done = (['sent', 'confirmed'] as const).find((one) => one === queryOf(visit, 'done')) ?? null
  return visit.render('my-hours', { ...hours, demands: demands.rows, isFirstPage: cursor === '', done })
}

async function record(visit: Visit, again: { form?: FormState; objection?: FormState } = {}, status = 200) {
  const id = paramOf(visit, 'id')
  const [found, demands] = await Promise.all([visit.call('readHours', { params: { id } }), visit.call('listMyDemands')])
  const from = inputsOf(found.record.startedAt).time
  const until = inputsOf(found.record.endedAt).time
  return visit.render(
    'hours-record',
    {
      ...found,
      form: again.form ?? newForm({ from, until }),
      objection: again.objection ?? newForm(),
      hasOpenDemand: demands.rows.some((one) => one.recordId === id && one.state === 'open'),
    },
    status,
  )
}

/** Times of day on one date; what is no time goes on as it is, for the contract to refuse. */
function timesOn(values: Values, day: string) {
  const at = (name: string) => {
    const text = textIn(values, name)
    const minutes = minutesOf(text)
    return minutes === null ? (text === '' ? undefined : text) : instantOn(day, minutes)
  }
  return { startedAt: at('from'), endedAt: at('until'), reason: neededIn(values, 'reason') }
}

async function demand(visit: Visit) {
  const id = paramOf(visit, 'id')
  return submit(
    visit,
    TIMES,
    async (values) => {
      const { record: found } = await visit.call('readHours', { params: { id } })
      const body = { recordId: id, ...timesOn(values, found.day) }
      await visit.call('demandCorrection', { body, clientId: clientIdOf(values) })
      return visit.redirect('/me/hours?done=sent')
    },
    (form, status) => record(visit, { form }, status),
  )
}

async function confirm(visit: Visit) {
  const id = paramOf(visit, 'id')
  return submit(
    visit,
    {},
    async (values) => {
      await visit.call('confirmOwnHours', { params: { id }, clientId: clientIdOf(values) })
      return visit.redirect('/me/hours?done=confirmed')
    },
    (form, status) => record(visit, { form }, status),
  )
}

async function object(visit: Visit) {
  const id = paramOf(visit, 'id')
  return submit(
    visit,
    OBJECTION,
    async (values) => {
      const body = { statement: neededIn(values, 'statement') }
      await visit.call('objectToHours', { params: { id }, body, clientId: clientIdOf(values) })
      return visit.redirect('/me/hours?done=sent')
    },
    (objection, status) => record(visit, { objection }, status),
  )
}

async function missing(visit: Visit, form: FormState = newForm(), status = 200) {
  const [me, kinds, units] = await Promise.all([visit.me(), visit.call('listServiceKinds'), visit.units()])
  const { village } = visit.preferences
  const station = village === null ? undefined : units.ofValue(village)
  return visit.render(
    'missing-hours',
    {
      form,
      teams: me?.teams ?? [],
      station: station === undefined ? null : { id: station.id, name: nameOfUnit(station, visit.locale) },
      uncounted: kinds.rows
        .filter((kind) => !kind.counts)
        .map((kind) => (visit.locale === 'en' ? kind.nameEn : kind.name)),
    },
    status,
  )
}

async function demandMissing(visit: Visit) {
  return submit(
    visit,
    MISSING,
    async (values) => {
      const [kind, id = null] = textIn(values, 'organiser').split(':')
      const organiser = kind === 'team' ? { teamId: id } : { unitId: id }
      const day = neededIn(values, 'day') ?? dateIn(new Date())
      const body = { ...organiser, title: neededIn(values, 'title'), ...timesOn(values, day) }
      await visit.call('demandCorrection', { body, clientId: clientIdOf(values) })
      return visit.redirect('/me/hours?done=sent')
    },
    (form, status) => missing(visit, form, status),
  )
}
