import type { AccountsProps } from '#contract/pages-account.ts'
import { clientIdOf, type Labels, neededIn, newForm, textIn } from './forms.ts'
import { get, paramOf, post, postedBy, queryOf, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** Joining another account of one's own into this one, and taking it back. */
export const mergingPages = [
  get('/me/accounts', (visit) => accounts(visit)),
  post('/me/accounts', sendCode),
  post('/me/accounts/merge', merge),
  post('/me/accounts/:id/undo', undo),
]

const LABELS = {
  phone: ['phone', 'account.accounts.phone'],
  code: ['code', 'resident.login-code.code'],
} as const satisfies Labels
const DONE = ['merged', 'undone'] as const

async function accounts(visit: Visit, form = newForm(), phone: string | null = null, status = 200) {
  const { rows } = await visit.call('listMyMerges')
  const done: AccountsProps['done'] = DONE.find((one) => one === queryOf(visit, 'done')) ?? null
  return visit.render('my-accounts', { form, merges: rows, phone, done }, status)
}

async function sendCode(visit: Visit) {
  return submit(
    visit,
    LABELS,
    async (values) => {
      await visit.call('requestCode', { body: { phone: neededIn(values, 'phone') } })
      return accounts(visit, newForm(), textIn(values, 'phone'))
    },
    (form, status) => accounts(visit, form, null, status),
  )
}

async function merge(visit: Visit) {
  const phone = textIn(postedBy(visit), 'phone')
  return submit(
    visit,
    LABELS,
    async (values) => {
      const code = textIn(values, 'code').replaceAll(/\s/gu, '') || undefined
      await visit.call('mergeOwn', { body: { phone, code } })
      return visit.redirect('/me/accounts?done=merged')
    },
    // A wrong code keeps the phone; what is wrong with the phone itself is asked for again.
    (form, status) => accounts(visit, form, status === 401 || status === 400 ? phone : null, status),
  )
}

async function undo(visit: Visit) {
  return submit(
    visit,
    {},
    async (values) => {
      await visit.call('undoMyMerge', { params: { id: paramOf(visit, 'id') }, clientId: clientIdOf(values) })
      return visit.redirect('/me/accounts?done=undone')
    },
    (form, status) => accounts(visit, form, null, status),
  )
}
