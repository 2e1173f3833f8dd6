import type { Export } from '#contract/pages-account.ts'
import { setSessionCookie } from '../authenticate.ts'
import { formAgain, type Labels, neededIn, newForm, textIn } from './forms.ts'
import { get, post, postedBy, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** “Am I registered here?”, one's own data, and the way out. */
export const leavingPages = [
  get('/registered', (visit) => visit.render('registered', { step: 'phone', form: newForm() })),
  get('/registered/left', (visit) => visit.render('registered', { step: 'left' })),
  post('/registered', sendCode),
  post('/registered/answer', showAnswer),
  post('/registered/leave', leaveByToken),
  get('/me/export', async (visit) => visit.render('my-export', await visit.call('exportMine'))),
  get('/me/export.json', exportJson),
  get('/me/export.csv', exportCsv),
  get('/me/leave', (visit) => leavePage(visit)),
  post('/me/leave', sendMyCode),
  post('/me/leave/code', leave),
]

const PHONE_LABELS = { phone: ['phone', 'resident.login.phone'] } as const satisfies Labels
const CODE_LABELS = { code: ['code', 'resident.login-code.code'] } as const satisfies Labels
const codeIn = (visit: Visit) => textIn(postedBy(visit), 'code').replaceAll(/\s/gu, '') || undefined

async function sendCode(visit: Visit) {
  return submit(
    visit,
    PHONE_LABELS,
    async (values) => {
      await visit.call('requestCode', { body: { phone: neededIn(values, 'phone') } })
      return visit.render('registered', { step: 'code', form: newForm(), phone: textIn(values, 'phone') })
    },
    (form, status) => visit.render('registered', { step: 'phone', form }, status),
  )
}

async function showAnswer(visit: Visit) {
  const phone = textIn(postedBy(visit), 'phone')
  return submit(
    visit,
    CODE_LABELS,
    async () => {
      const answer = await visit.call('checkRegistration', { body: { phone, code: codeIn(visit) } })
      return visit.render('registered', { step: 'answer', form: newForm(), answer })
    },
    (form, status) => visit.render('registered', { step: 'code', form, phone }, status),
  )
}

async function leaveByToken(visit: Visit) {
  const values = postedBy(visit)
  try {
    await visit.call('leaveByToken', { body: { exitToken: textIn(values, 'exitToken') } })
    return visit.render('registered', { step: 'left' })
  } catch (error) {
    const problem = visit.problemOf(error)
    if (problem.unexpected) throw error
    // The answer is not known any more; whoever still wants to leave asks again.
    const form = formAgain({}, problem, {}, visit.t)
    return visit.render('registered', { step: 'phone', form }, problem.status)
  }
}

async function leavePage(visit: Visit, form = newForm(), sentTo: string | null = null, status = 200) {
  const { holdBacks } = await visit.call('readMyExit')
  return visit.render('leave', { form, holdBacks, sentTo }, status)
}

async function sendMyCode(visit: Visit) {
  return submit(
    visit,
    CODE_LABELS,
    async () => leavePage(visit, newForm(), (await visit.call('requestMyCode')).phoneMasked),
    (form, status) => leavePage(visit, form, null, status),
  )
}

async function leave(visit: Visit) {
  return submit(
    visit,
    CODE_LABELS,
    async () => {
      await visit.call('leaveForGood', { body: { code: codeIn(visit) } })
      setSessionCookie(visit.host, visit.reply, 'ended')
      // By another request, because this one was still made by somebody.
      return visit.redirect('/registered/left')
    },
    (form, status) => leavePage(visit, form, textIn(postedBy(visit), 'sentTo') || null, status),
  )
}

async function exportJson(visit: Visit) {
  const data = await visit.call('exportMine')
  return visit.reply
    .header('content-disposition', 'attachment; filename="huiyin-my-data.json"')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(data, null, 2))
}

async function exportCsv(visit: Visit) {
  return visit.reply
    .header('content-disposition', 'attachment; filename="huiyin-my-data.csv"')
    .type('text/csv; charset=utf-8')
    .send(csvOf(await visit.call('exportMine')))
}

/** One line for each field, which any spreadsheet can filter; the mark at its front tells Excel that it is UTF-8. */
function csvOf({ sections }: Export): string {
  const lines = [['section', 'record', 'field', 'value']]
  for (const { name, rows } of sections)
    for (const [index, row] of rows.entries())
      for (const [field, value] of Object.entries(row))
        lines.push([name, String(index + 1), field, String(value ?? '')])
  return `\ufeff${lines.map((line) => line.map(cellOf).join(',')).join('\r\n')}\r\n`
}

/** Quoted; what a spreadsheet would run as a formula gets an apostrophe before it. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) && !/^[+-]?\d[\d .:TZ-]*$/u.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
