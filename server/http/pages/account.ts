import type { FormState } from '#contract/pages.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { callRoute } from '../api.ts'
import { setSessionCookie } from '../authenticate.ts'
import { clientIdOf, neededIn, newForm, textIn, type Values } from './forms.ts'
import { get, post, postedBy, queryOf, submit } from './page-route.ts'
import { choseElder, choseLocale, localPath, remember } from './preferences.ts'
import type { Visit } from './visit.ts'

/** Holds the phone between the two pages of the login, so that it stands in no address. */
const LOGIN_COOKIE = 'huiyin-login'
const LOGIN_MINUTES = 15

const PHONE_LABELS = { phone: ['phone', 'resident.login.phone'] } as const
const CODE_LABELS = { code: ['code', 'resident.login-code.code'] } as const
const ME_LABELS = {
  name: ['name', 'resident.me.name'],
  locale: ['locale', 'resident.me.locale'],
  elderMode: ['elderMode', 'resident.me.mode'],
} as const

export const accountPages = [
  get('/login', login),
  post('/login', requestCode),
  get('/login/code', loginCode),
  post('/login/code', enter),
  post('/logout', logout),
  get('/me', (visit) => mePage(visit)),
  post('/me', saveMe),
  get('/me/orders', myOrders),
]

const nextOf = (visit: Visit) => localPath(queryOf(visit, 'next'))

async function login(visit: Visit) {
  if (visit.caller.actor.kind === 'resident') return visit.redirect(nextOf(visit))
  return visit.render('login', { form: newForm(), next: nextOf(visit) })
}

async function requestCode(visit: Visit) {
  const next = localPath(textIn(postedBy(visit), 'next'))
  return submit(
    visit,
    PHONE_LABELS,
    async (values) => {
      await visit.call('requestCode', { body: { phone: neededIn(values, 'phone') } })
      void visit.reply.setCookie(LOGIN_COOKIE, textIn(values, 'phone'), {
        path: '/login',
        httpOnly: true,
        sameSite: 'lax',
        secure: visit.host.secureCookies,
        maxAge: LOGIN_MINUTES * 60,
      })
      return visit.redirect(`/login/code?next=${encodeURIComponent(next)}`)
    },
    (form, status) => visit.render('login', { form, next }, status),
  )
}

function phoneOf(visit: Visit): string | undefined {
  return visit.request.cookies[LOGIN_COOKIE]
}

async function loginCode(visit: Visit) {
  const phone = phoneOf(visit)
  if (phone === undefined) return visit.redirect('/login')
  return visit.render('login-code', { form: newForm(), next: nextOf(visit), phone })
}

async function enter(visit: Visit) {
  const phone = phoneOf(visit)
  if (phone === undefined) return visit.redirect('/login')
  const next = localPath(textIn(postedBy(visit), 'next'))
  return submit(
    visit,
    CODE_LABELS,
    async (values) => {
      // People type the code with the spaces that the message shows.
      const body = { phone, code: textIn(values, 'code').replaceAll(/\s/gu, '') || undefined }
      const { session } = await callRoute(visit.host, visit.caller, 'residentLogin', {
        body,
        address: visit.request.ip,
      })
      if (session === undefined || session === 'ended') throw new Error('a login opened no session')
      setSessionCookie(visit.host, visit.reply, session)
      void visit.reply.clearCookie(LOGIN_COOKIE, { path: '/login' })
      await alignPreferences(visit, session.token)
      return visit.redirect(next)
    },
    (form, status) => visit.render('login-code', { form, next, phone }, status),
  )
}

/** What this device chose goes to the account; what it did not choose comes from there. */
async function alignPreferences(visit: Visit, token: string): Promise<void> {
  const { host, request, reply, preferences } = visit
  const actor = await host.sessions.actorOf(token, visit.caller.actor.districtId)
  if (actor === null) return
  const caller = { actor, token, byCookie: true }
  const me = (await callRoute(host, caller, 'readMe', { address: request.ip })).body
  const locale = choseLocale(request) && visit.locale !== me.locale ? visit.locale : undefined
  const elderMode = choseElder(request) && preferences.elder !== me.elderMode ? preferences.elder : undefined
  remember(host, reply, {
    ...(!choseLocale(request) && me.locale === 'en' && { locale: me.locale }),
    ...(!choseElder(request) && me.elderMode && { elder: true }),
  })
  if (locale === undefined && elderMode === undefined) return
  const body = { ...(locale !== undefined && { locale }), ...(elderMode !== undefined && { elderMode }) }
  await callRoute(host, caller, 'updateMe', { body, clientId: newUuid7(new Date()), address: request.ip })
}

async function logout(visit: Visit) {
  if (visit.caller.actor.personId !== null) await visit.call('logout')
  setSessionCookie(visit.host, visit.reply, 'ended')
  return visit.redirect('/')
}

async function mePage(visit: Visit, again?: FormState, status = 200) {
  const [me, points, looks] = await Promise.all([
    visit.call('readMe'),
    visit.call('readMyPoints'),
    visit.call('listMyLooks'),
  ])
  const form =
    again ?? newForm({ name: me.name ?? '', locale: visit.locale, elderMode: visit.preferences.elder ? 'yes' : 'no' })
  const saved = queryOf(visit, 'done') === 'saved'
  return visit.render('me', { form, me, points, looks: looks.rows, saved }, status)
}

async function saveMe(visit: Visit) {
  return submit(
    visit,
    ME_LABELS,
    async (values) => {
      const body = meBody(values)
      await visit.call('updateMe', { body, clientId: clientIdOf(values) })
      remember(visit.host, visit.reply, { locale: body.locale === 'en' ? 'en' : 'zh-CN', elder: body.elderMode })
      return visit.redirect('/me?done=saved')
    },
    (form, status) => mePage(visit, form, status),
  )
}

function meBody(values: Values) {
  const name = neededIn(values, 'name')
  return {
    ...(name !== undefined && { name }),
    locale: textIn(values, 'locale'),
    elderMode: textIn(values, 'elderMode') === 'yes',
  }
}

async function myOrders(visit: Visit) {
  const cursor = queryOf(visit, 'cursor')
  return visit.render('my-orders', await visit.call('listMyOrders', { query: cursor === '' ? {} : { cursor } }))
}
