import type { FamilyProps } from '#contract/pages-account.ts'
import type { FormState } from '#contract/pages.ts'
import { clientIdOf, type Labels, neededIn, newForm, textIn } from './forms.ts'
import { get, paramOf, post, postedBy, queryOf, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** Household and guardians: who asked whom, answers, and what a guardian decides for a child. */
export const familyPages = [
  get('/me/family', (visit) => family(visit)),
  post('/me/family', ask),
  post('/me/family/code', sendCode),
  post('/me/family/:id/answer', answer),
  post('/me/family/:id/end', end),
  get('/me/wards/:id', (visit) => ward(visit)),
  post('/me/wards/:id', changeWard),
]

const ASK_LABELS = {
  kind: ['kind', 'account.family.kind'],
  phone: ['phone', 'account.family.phone'],
  relation: ['relation', 'account.family.relation'],
  code: ['code', 'account.family.code'],
  childConsent: ['childConsent', 'people.consent.guardian-under-14'],
} as const satisfies Labels
const DONE = ['asked', 'answered', 'ended', 'code'] as const

async function family(visit: Visit, form: FormState = newForm({ kind: 'household' }), status = 200) {
  const [{ rows }, { isMinor }] = await Promise.all([visit.call('listMyLinks'), visit.call('readMyIdentity')])
  const done: FamilyProps['done'] = DONE.find((one) => one === queryOf(visit, 'done')) ?? null
  return visit.render('my-family', { form, links: rows, isMinor, done }, status)
}

async function ask(visit: Visit) {
  return submit(
    visit,
    ASK_LABELS,
    async (values) => {
      const body = {
        kind: textIn(values, 'kind'),
        phone: neededIn(values, 'phone'),
        relation: neededIn(values, 'relation'),
      }
      await visit.call('askLink', { body, clientId: clientIdOf(values) })
      return visit.redirect('/me/family?done=asked')
    },
    (form, status) => family(visit, form, status),
  )
}

async function sendCode(visit: Visit) {
  return submit(
    visit,
    ASK_LABELS,
    async () => {
      await visit.call('requestMyCode')
      return visit.redirect('/me/family?done=code')
    },
    (form, status) => family(visit, form, status),
  )
}

async function answer(visit: Visit) {
  return submit(
    visit,
    ASK_LABELS,
    async (values) => {
      const body = {
        agrees: textIn(values, 'agrees') === 'yes',
        code: textIn(values, 'code').replaceAll(/\s/gu, '') || null,
        childConsent: textIn(values, 'childConsent') === 'yes',
      }
      await visit.call('answerLink', { params: { id: paramOf(visit, 'id') }, body })
      return visit.redirect('/me/family?done=answered')
    },
    (form, status) => family(visit, form, status),
  )
}

async function end(visit: Visit) {
  const clientId = clientIdOf(postedBy(visit))
  await visit.call('endLink', { params: { id: paramOf(visit, 'id') }, clientId })
  return visit.redirect('/me/family?done=ended')
}

async function ward(visit: Visit, form: FormState = newForm(), status = 200) {
  const id = paramOf(visit, 'id')
  const done = queryOf(visit, 'done') === 'saved' ? 'saved' : null
  return visit.render('ward', { form, id, ward: await visit.call('readWard', { params: { id } }), done }, status)
}

async function changeWard(visit: Visit) {
  return submit(
    visit,
    {},
    async (values) => {
      const id = paramOf(visit, 'id')
      const body = {
        purpose: textIn(values, 'purpose'),
        wordingVersion: textIn(values, 'wordingVersion'),
        agrees: textIn(values, 'agrees') === 'yes',
      }
      await visit.call('setWardConsent', { params: { id }, body, clientId: clientIdOf(values) })
      return visit.redirect(`/me/wards/${id}?done=saved`)
    },
    (form, status) => ward(visit, form, status),
  )
}
