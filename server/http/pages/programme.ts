import type { FastifyReply } from 'fastify'
import type { ProgrammeRow } from '#contract/activity-shapes.ts'
import { type FormState, type SessionAct, sessionActs } from '#contract/pages.ts'
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { calendarText } from './calendar-text.ts'
import { clientIdOf, type Labels, newForm, textIn } from './forms.ts'
import { get, paramOf, post, queryOf, submit } from './page-route.ts'
import { businessTime, notFound, type Visit } from './visit.ts'

/** The civil calendar, its sessions, and the volunteer's own pages. */
export const programmePages = [
  get('/programme', programme),
  get('/programme/month', month),
  get('/programme/:id', (visit) => session(visit, newForm())),
  get('/programme/:id/screen', screen),
  get('/programme/:id/sheet', sheet),
  post('/programme/:id/:act', act),
  get('/programme.ics', programmeCalendar),
  get('/calendar/:token', secretCalendar),
  get('/me/volunteering', volunteering),
  get('/me/volunteering/code', async (visit) => {
    await signedIn(visit)
    return visit.render('my-code', await visit.call('readMyCode'))
  }),
  get('/check-in/:id', (visit) => checkIn(visit, newForm({ code: queryOf(visit, 'code').slice(0, 20) }))),
  post('/check-in/:id', postCheckIn),
]

const ROWS = '50'
const MONTH_ROWS = '100'
const MONTH_PAGES_MAX = 10
const CALENDAR_DAYS = 92

async function programme(visit: Visit): Promise<FastifyReply> {
  const q = queryOf(visit, 'q').slice(0, 40)
  const from = dateOr(queryOf(visit, 'from'), dateIn(new Date(await businessTime(visit))))
  const themeId = queryOf(visit, 'theme')
  const cursor = queryOf(visit, 'cursor')
  const query = {
    limit: ROWS,
    from,
    ...(q !== '' && { q }),
    ...(themeId !== '' && { themeId }),
    ...(cursor !== '' && { cursor }),
  }
  const [list, themes] = await Promise.all([visit.call('listProgramme', { query }), visit.call('listThemes')])
  return visit.render('programme', { q, from, themeId, themes: themes.rows, ...list })
}

async function month(visit: Visit): Promise<FastifyReply> {
  const asked = queryOf(visit, 'month')
  const shown = /^20\d\d-(?:0[1-9]|1[0-2])$/u.test(asked)
    ? asked
    : dateIn(new Date(await businessTime(visit))).slice(0, 7)
  const after = monthAfter(shown, 1)
  const query = { limit: MONTH_ROWS, from: `${shown}-01`, until: `${after}-01` }
  const rows = await allRows(visit, query)
  return visit.render('programme-month', { month: shown, before: monthAfter(shown, -1), after, rows })
}

async function allRows(visit: Visit, query: Readonly<Record<string, string>>): Promise<ProgrammeRow[]> {
  const rows: ProgrammeRow[] = []
  let cursor: string | null = null
  for (let page = 0; page < MONTH_PAGES_MAX; page++) {
    const list: Awaited<ReturnType<typeof readPage>> = await readPage(visit, query, cursor)
    rows.push(...list.rows)
    cursor = list.nextCursor
    if (cursor === null) break
  }
  return rows
}

function readPage(visit: Visit, query: Readonly<Record<string, string>>, cursor: string | null) {
  return visit.call('listProgramme', { query: { ...query, ...(cursor !== null && { cursor }) } })
}

function monthAfter(shown: string, months: number): string {
  const index = Number(shown.slice(0, 4)) * 12 + Number(shown.slice(5)) - 1 + months
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}

function dateOr(text: string, otherwise: string): string {
  try {
    startOfDate(text)
    return /^\d{4}-\d\d-\d\d$/u.test(text) ? text : otherwise
  } catch {
    return otherwise
  }
}

const params = (visit: Visit) => ({ params: { id: paramOf(visit, 'id') } })

async function session(
  visit: Visit,
  form: FormState,
  status = 200,
  skipped: readonly { startsAt: string; reason: string }[] = [],
  now: SessionAct | null = null,
): Promise<FastifyReply> {
  const read = await visit.call('readSession', params(visit))
  const done = now ?? sessionActs.find((one) => one === queryOf(visit, 'done')) ?? null
  return visit.render('programme-session', { form, ...read, done, skipped }, status)
}

const NO_FIELDS: Labels = {}

async function act(visit: Visit): Promise<FastifyReply> {
  const name = sessionActs.find((one) => one === paramOf(visit, 'act'))
  if (name === undefined) throw notFound()
  await signedIn(visit)
  return submit(
    visit,
    NO_FIELDS,
    async (values) => {
      const clientId = clientIdOf(values)
      if (name === 'series') {
        const read = await visit.call('readSession', params(visit))
        const answer = await visit.call('signUpSeries', {
          params: { id: read.activity.id },
          body: {},
          clientId,
        })
        return session(visit, newForm(), 200, answer.skipped, 'series')
      }
      if (name === 'sign-up') await visit.call('signUp', { ...params(visit), body: {}, clientId })
      else if (name === 'accept') await visit.call('acceptPlace', { ...params(visit), body: {}, clientId })
      else await visit.call('withdrawSignUp', { ...params(visit), body: {}, clientId })
      return visit.redirect(`/programme/${paramOf(visit, 'id')}?done=${name}`)
    },
    (form, status) => session(visit, form, status),
  )
}

/** The public programme for calendar programs: a month back is left out, three months ahead is enough to plan by. */
async function programmeCalendar(visit: Visit): Promise<FastifyReply> {
  const today = dateIn(new Date(await businessTime(visit)))
  const query = { limit: MONTH_ROWS, from: today, until: addDays(today, CALENDAR_DAYS) }
  return sendCalendar(visit, visit.t('volunteer.programme.title'), await allRows(visit, query))
}

/** Somebody's own sign-ups or a team's sessions, at an address that is a secret and can be revoked. */
async function secretCalendar(visit: Visit): Promise<FastifyReply> {
  const token = paramOf(visit, 'token').replace(/\.ics$/u, '')
  const { kind, rows } = await visit.call('readCalendar', { params: { token } })
  return sendCalendar(visit, visit.t(`volunteer.calendar.${kind}`), rows)
}

function sendCalendar(visit: Visit, name: string, rows: readonly ProgrammeRow[]): FastifyReply {
  const text = calendarText({ name, origin: visit.host.origin, rows })
  return visit.reply.type('text/calendar; charset=utf-8').header('cache-control', 'no-store').send(text)
}

async function volunteering(visit: Visit): Promise<FastifyReply> {
  await signedIn(visit)
  const [{ isVolunteer }, signUps, takable] = await Promise.all([
    visit.call('readMyVolunteer'),
    visit.call('listMySignUps'),
    visit.call('listTakable'),
  ])
  return visit.render('volunteering', { isVolunteer, signUps: signUps.rows, takable: takable.rows })
}

async function screen(visit: Visit): Promise<FastifyReply> {
  const code = await visit.call('readSessionCode', params(visit))
  const { session: shown } = await visit.call('readSession', params(visit))
  return visit.render('session-screen', { session: shown, code })
}

async function sheet(visit: Visit): Promise<FastifyReply> {
  const { rows } = await visit.call('readRoster', params(visit))
  const read = await visit.call('readSession', params(visit))
  return visit.render('sign-in-sheet', { session: read.session, activity: read.activity, rows })
}

const CHECK_IN_LABELS: Labels = { code: ['code', 'volunteer.check-in.code'] }

async function checkIn(visit: Visit, form: FormState, status = 200): Promise<FastifyReply> {
  await signedIn(visit)
  const { session: shown } = await visit.call('readSession', params(visit))
  return visit.render('check-in', { form, session: shown, done: null }, status)
}

async function postCheckIn(visit: Visit): Promise<FastifyReply> {
  await signedIn(visit)
  return submit(
    visit,
    CHECK_IN_LABELS,
    async (values) => {
      const device = textIn(values, 'device')
      const body = {
        direction: textIn(values, 'direction') === 'out' ? 'out' : 'in',
        code: textIn(values, 'code'),
        device: device === '' ? null : device,
      }
      const done = await visit.call('checkInSelf', { ...params(visit), body, clientId: clientIdOf(values) })
      const { session: shown } = await visit.call('readSession', params(visit))
      return visit.render('check-in', { form: newForm(), session: shown, done })
    },
    (form, status) => checkIn(visit, form, status),
  )
}

async function signedIn(visit: Visit): Promise<void> {
  if ((await visit.me()) === null) throw new Refusal('platform.not-signed-in', 401, {})
}
