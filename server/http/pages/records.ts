import type { FastifyReply } from 'fastify'
import { type FormState, recordActs } from '#contract/pages.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { clientIdOf, formAgain, type Labels, neededIn, newForm, textIn, valuesOf } from './forms.ts'
import { get, paramOf, post, queryOf, submit } from './page-route.ts'
import { businessTime, notFound, type Visit } from './visit.ts'

/** A volunteer's record and certificates, the public check of a certificate, and what is on notice. */
export const recordPages = [
  get('/me/record', async (visit) => {
    await signedIn(visit)
    return visit.render('record-book', { book: await visit.call('readMyRecord'), done: queryOf(visit, 'done') || null })
  }),
  get('/me/record/:id/demand', (visit) => demand(visit, newForm())),
  post('/me/record/:id/demand', postDemand),
  get('/me/certificates', async (visit) => {
    await signedIn(visit)
    return visit.render('certificates', await visit.call('listMyCertificates'))
  }),
  get('/me/certificates/new', (visit) => request(visit)),
  post('/me/certificates/new', postRequest),
  get('/me/certificates/:id', (visit) => certificate(visit, newForm())),
  get('/me/certificates/:id/file', file),
  post('/me/certificates/:id/withdraw', withdraw),
  get('/certificates', (visit) => unindexed(visit).render('check-certificate', { form: newForm(), found: null })),
  post('/certificates', check),
  get('/certificates/:serial', checkByLink),
  get('/certificate-notices', async (visit) =>
    visit.render('certificate-notices', {
      ...(await visit.call('listCertificateNotices')),
      mine: (await visit.me()) === null ? [] : (await visit.call('listMyObjections')).rows,
      done: recordActs.find((one) => one === queryOf(visit, 'done')) ?? null,
    }),
  ),
  get('/certificate-notices/:id', (visit) => objection(visit, newForm())),
  post('/certificate-notices/:id', postObjection),
]

const params = (visit: Visit) => ({ params: { id: paramOf(visit, 'id') } })

async function signedIn(visit: Visit): Promise<void> {
  if ((await visit.me()) === null) throw new Refusal('platform.not-signed-in', 401, {})
}

const REASON_LABELS: Labels = { reason: ['reason', 'certificate.reason'] }

async function demand(visit: Visit, form: FormState, status = 200): Promise<FastifyReply> {
  await signedIn(visit)
  const book = await visit.call('readMyRecord')
  const entry = [...book.training, ...book.commendation].find((one) => one.id === paramOf(visit, 'id'))
  if (entry === undefined) throw notFound()
  return visit.render('record-demand', { form, entry }, status)
}

function postDemand(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    REASON_LABELS,
    async (values) => {
      const body = { reason: neededIn(values, 'reason') }
      await visit.call('demandRecordCorrection', { ...params(visit), body, clientId: clientIdOf(values) })
      return visit.redirect('/me/record?done=demand')
    },
    (form, status) => demand(visit, form, status),
  )
}

const REQUEST_LABELS: Labels = {
  unitId: ['unitId', 'certificate.request.unit'],
  fromDay: ['fromDay', 'certificate.request.from'],
  untilDay: ['untilDay', 'certificate.request.until'],
  purpose: ['purpose', 'certificate.request.purpose'],
  holderName: ['holderName', 'certificate.request.name'],
  idType: ['idType', 'certificate.request.id-type'],
  idNumber: ['idNumber', 'certificate.request.id-number'],
}

async function request(visit: Visit, again?: FormState, status = 200): Promise<FastifyReply> {
  await signedIn(visit)
  const { basic, service } = await visit.call('readMyRecord')
  const chosen = service.byUnit.find((unit) => unit.unitId === queryOf(visit, 'unit')) ?? service.byUnit[0]
  const form =
    again ??
    newForm({
      unitId: chosen?.unitId ?? '',
      fromDay: chosen?.firstDay ?? '',
      untilDay: dateIn(new Date(await businessTime(visit))),
      holderName: basic.name ?? '',
      idType: 'resident-id',
    })
  return visit.render('certificate-request', { form, units: service.byUnit }, status)
}

function postRequest(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    REQUEST_LABELS,
    async (values) => {
      const names = ['unitId', 'fromDay', 'untilDay', 'purpose', 'holderName', 'idType', 'idNumber'] as const
      const body = Object.fromEntries(names.map((name) => [name, neededIn(values, name)]))
      const { id } = await visit.call('requestCertificate', { body, clientId: clientIdOf(values) })
      return visit.redirect(`/me/certificates/${id}?done=request`)
    },
    (form, status) => request(visit, form, status),
  )
}

async function certificate(visit: Visit, form: FormState, status = 200): Promise<FastifyReply> {
  await signedIn(visit)
  const read = await visit.call('readCertificate', params(visit))
  const done = recordActs.find((one) => one === queryOf(visit, 'done')) ?? null
  return visit.render('certificate', { form, done, ...read }, status)
}

function withdraw(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    {},
    async (values) => {
      await visit.call('withdrawCertificate', { ...params(visit), clientId: clientIdOf(values) })
      return visit.redirect(`/me/certificates/${paramOf(visit, 'id')}?done=withdraw`)
    },
    (form, status) => certificate(visit, form, status),
  )
}

async function file(visit: Visit): Promise<FastifyReply> {
  await signedIn(visit)
  const locale = queryOf(visit, 'lang') === 'en' ? 'en' : 'zh-CN'
  const answer = await visit.call('downloadCertificate', { ...params(visit), query: { locale } })
  return visit.reply
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .header('content-disposition', `attachment; filename="${answer.name}"`)
    .type(answer.mediaType)
    .send(Buffer.from(answer.dataBase64, 'base64'))
}

/** No search engine keeps a certificate's page, nor the way to it. */
function unindexed(visit: Visit): Visit {
  void visit.reply.header('x-robots-tag', 'noindex, nofollow')
  return visit
}

const CHECK_LABELS: Labels = {
  serial: ['serial', 'certificate.check.serial'],
  code: ['code', 'certificate.check.code'],
}

async function check(visit: Visit): Promise<FastifyReply> {
  const values = valuesOf(visit.request.body)
  return showChecked(visit, textIn(values, 'serial'), textIn(values, 'code'))
}

function checkByLink(visit: Visit): Promise<FastifyReply> {
  return showChecked(visit, paramOf(visit, 'serial'), queryOf(visit, 'code'))
}

/** Unknown numbers and wrong codes come back to the form with one and the same word. */
async function showChecked(visit: Visit, serial: string, code: string): Promise<FastifyReply> {
  unindexed(visit)
  try {
    const found = await visit.call('checkCertificate', { params: { serial: serial.trim() }, query: { code } })
    return visit.render('check-certificate', { form: newForm(), found })
  } catch (error) {
    const problem = visit.problemOf(error)
    if (problem.unexpected || problem.status === 429) throw error
    const form = formAgain({ serial: [serial], code: [code] }, problem, CHECK_LABELS, visit.t)
    return visit.render('check-certificate', { form, found: null }, problem.status)
  }
}

async function objection(visit: Visit, form: FormState, status = 200): Promise<FastifyReply> {
  await signedIn(visit)
  const { rows } = await visit.call('listCertificateNotices')
  const notice = rows.find((row) => row.id === paramOf(visit, 'id'))
  if (notice === undefined) throw notFound()
  return visit.render('certificate-objection', { form, notice }, status)
}

function postObjection(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    REASON_LABELS,
    async (values) => {
      const body = { reason: neededIn(values, 'reason') }
      await visit.call('objectToCertificate', { ...params(visit), body, clientId: clientIdOf(values) })
      return visit.redirect('/certificate-notices?done=object')
    },
    (form, status) => objection(visit, form, status),
  )
}
