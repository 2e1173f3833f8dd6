import type { FastifyReply } from 'fastify'
import type { FormState } from '#contract/pages.ts'
import type { PublicTeam } from '#contract/pages-teams.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { villageGroups } from './district-units.ts'
import {
  clientIdOf,
  type Labels,
  listIn,
  minutesOf,
  neededIn,
  newForm,
  numberIn,
  orNull,
  textIn,
  type Values,
} from './forms.ts'
import { get, paramOf, post, queryOf, submit } from './page-route.ts'
import { businessTime, type Visit } from './visit.ts'

/** Teams as residents meet them: finding, joining, founding; and for those who lead one, keeping it. */
export const teamsPages = [
  get('/team/mine', (visit) => mine(visit)),
  post('/team/mine/:kind/:id/:act', answerMine),
  get('/teams', findTeam),
  get('/teams/found', (visit) => foundTeam(visit)),
  post('/teams/found', postFounding),
  get('/teams/:id', (visit) => teamPage(visit)),
  get('/teams/:id/join', (visit) => teamPage(visit)),
  post('/teams/:id/join', join),
  post('/teams/:id/apply', apply),
  post('/teams/:id/leave', leave),
  get('/teams/:id/manage', (visit) => manage(visit)),
  post('/teams/:id/manage/:act', change),
  get('/teams/:id/code', (visit) => code(visit)),
  post('/teams/:id/code', poster),
  get('/teams/:id/calendar', (visit) => calendar(visit)),
  post('/teams/:id/calendar/:act', editCalendar),
]

const idOf = (visit: Visit) => ({ params: { id: paramOf(visit, 'id') } })
const doneOf = (visit: Visit) => queryOf(visit, 'done') || null
const NO_LABELS: Labels = {}

async function mine(visit: Visit, form: FormState = newForm(), status = 200): Promise<FastifyReply> {
  const [own, invitations] = [await visit.call('readMyTeams'), await visit.call('listMyInvitations')]
  return visit.render('my-teams', { ...own, invitations: invitations.rows, form, done: doneOf(visit) }, status)
}

async function answerMine(visit: Visit): Promise<FastifyReply> {
  const [kind, act] = [paramOf(visit, 'kind'), paramOf(visit, 'act')]
  return submit(
    visit,
    NO_LABELS,
    async (values) => {
      const input = { ...idOf(visit), clientId: clientIdOf(values) }
      if (kind === 'application') await visit.call('withdrawApplication', input)
      else if (kind === 'founding') await visit.call('withdrawFounding', input)
      else if (kind === 'invitation') await answerInvitation(visit, act, input)
      else await visit.call('answerHandover', { ...input, body: { accept: act === 'accept' } })
      return visit.redirect('/team/mine?done=saved')
    },
    (form, status) => mine(visit, form, status),
  )
}

async function answerInvitation(
  visit: Visit,
  act: string,
  input: { readonly params: { readonly id: string }; readonly clientId: string },
): Promise<void> {
  if (act === 'accept') await visit.call('claimInvitation', { ...input, body: { consent: true } })
  else await visit.call('declineInvitation', input)
}

async function findTeam(visit: Visit): Promise<FastifyReply> {
  const [q, cursor] = [queryOf(visit, 'q').slice(0, 40), queryOf(visit, 'cursor')]
  const query = { ...(q !== '' && { q }), ...(cursor !== '' && { cursor }) }
  return visit.render('find-team', { q, ...(await visit.call('listTeams', { query })) })
}

async function teamPage(visit: Visit, form: FormState = newForm(), status = 200): Promise<FastifyReply> {
  const team = await visit.call('readTeam', idOf(visit))
  const me = await visit.me()
  const own = me === null ? null : await visit.call('readMyTeams')
  const given = queryOf(visit, 'code').slice(0, 60) || form.values['code']?.[0] || null
  return visit.render(
    'team-page',
    {
      form,
      team,
      role: own?.teams.find((one) => one.id === team.id)?.role ?? null,
      hasApplied: own?.applications.some((one) => one.teamId === team.id && one.state === 'open') ?? false,
      code: given,
    },
    status,
  )
}

const JOIN_LABELS = {
  code: ['code', 'team-page.code'],
  message: ['message', 'team-page.message'],
  volunteer: ['volunteer', 'team-page.volunteer'],
} as const satisfies Labels

/** Joins at once; whoever is no volunteer yet becomes one by ticking that he or she wants to. */
async function join(visit: Visit): Promise<FastifyReply> {
  return onTeam(visit, async (values) => {
    await registerIfAsked(visit, values)
    const code = neededIn(values, 'code')
    const body = code === undefined ? {} : { code }
    await asVolunteer(() => visit.call('joinTeam', { ...idOf(visit), body, clientId: clientIdOf(values) }))
    return visit.redirect('/team/mine?done=joined')
  })
}

async function apply(visit: Visit): Promise<FastifyReply> {
  return onTeam(visit, async (values) => {
    await registerIfAsked(visit, values)
    const body = { message: neededIn(values, 'message') }
    await asVolunteer(() => visit.call('applyToTeam', { ...idOf(visit), body, clientId: clientIdOf(values) }))
    return visit.redirect('/team/mine?done=applied')
  })
}

async function leave(visit: Visit): Promise<FastifyReply> {
  return onTeam(visit, async (values) => {
    await visit.call('leaveTeam', { ...idOf(visit), clientId: clientIdOf(values) })
    return visit.redirect('/team/mine?done=left')
  })
}

/** The tick that makes a volunteer of somebody stands on these forms; where it is missing, it is the field at fault. */
async function asVolunteer<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'teams.not-a-volunteer') throw error
    throw new Refusal(error.code, error.status, {}, { field: 'volunteer' })
  }
}

function onTeam(visit: Visit, act: (values: Values) => Promise<FastifyReply>): Promise<FastifyReply> {
  return submit(visit, JOIN_LABELS, act, (form, status) => teamPage(visit, form, status))
}

async function registerIfAsked(visit: Visit, values: Values): Promise<void> {
  if (textIn(values, 'volunteer') !== 'yes') return
  const { isVolunteer } = await visit.call('readMyVolunteer')
  if (isVolunteer) return
  // A client id of its own: the form's stands for joining.
  const { clientId } = newForm()
  await visit.call('registerVolunteer', { body: { skills: [], consent: true }, clientId })
}

async function foundTeam(visit: Visit, form: FormState = newForm(), status = 200): Promise<FastifyReply> {
  const [categories, units] = await Promise.all([visit.call('listCategories'), visit.units()])
  const groups = villageGroups(units, visit.locale)
  return visit.render('found-team', { form, categories: categories.rows, groups }, status)
}

const FOUND_LABELS = {
  name: ['name', 'team-page.found-name'],
  unitId: ['unitId', 'team-page.found-unit'],
  purpose: ['purpose', 'team-page.found-purpose'],
  categorySlugs: ['categories', 'team-page.categories'],
  volunteer: ['volunteer', 'team-page.volunteer'],
} as const satisfies Labels

async function postFounding(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    FOUND_LABELS,
    async (values) => {
      await registerIfAsked(visit, values)
      const body = {
        unitId: (await visit.units()).ofValue(textIn(values, 'unitId'))?.id,
        name: neededIn(values, 'name'),
        purpose: neededIn(values, 'purpose'),
        categorySlugs: listIn(values, 'categories'),
      }
      await asVolunteer(() => visit.call('applyToFound', { body, clientId: clientIdOf(values) }))
      return visit.redirect('/team/mine?done=asked')
    },
    (form, status) => foundTeam(visit, form, status),
  )
}

async function manage(visit: Visit, form: FormState = newForm(), status = 200): Promise<FastifyReply> {
  const [team, desk] = [await visit.call('readTeam', idOf(visit)), await visit.call('readTeamDesk', idOf(visit))]
  return visit.render('manage-team', { form, team, desk, done: doneOf(visit) }, status)
}

const MANAGE_LABELS = {
  answer: ['answer', 'team-page.answer'],
  personId: ['personId', 'team-page.successor'],
  role: ['role', 'team-page.role'],
  reason: ['reason', 'team-page.end-reason'],
} as const satisfies Labels

async function change(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    MANAGE_LABELS,
    async (values) => {
      await changeBy(visit, paramOf(visit, 'act'), values)
      if (paramOf(visit, 'act') === 'end') return visit.redirect('/team/mine?done=saved')
      return visit.redirect(`/teams/${paramOf(visit, 'id')}/manage?done=saved`)
    },
    (form, status) => manage(visit, form, status),
  )
}

async function changeBy(visit: Visit, act: string, values: Values): Promise<void> {
  const clientId = clientIdOf(values)
  const team = idOf(visit)
  const matter = { params: { id: textIn(values, 'matter') }, clientId }
  if (act === 'answer') {
    const body = { accept: textIn(values, 'accept') === 'yes', answer: textIn(values, 'answer') }
    await visit.call('answerApplication', { ...matter, body })
  } else if (act === 'role') {
    const params = { ...team.params, personId: textIn(values, 'personId') }
    await visit.call('changeTeamRole', { params, body: { role: textIn(values, 'role') }, clientId })
  } else if (act === 'hand-over') {
    await visit.call('offerLeadership', { ...team, body: { personId: neededIn(values, 'personId') }, clientId })
  } else if (act === 'withdraw') {
    await visit.call('withdrawHandover', matter)
  } else if (act === 'mode') {
    const body = { joinMode: textIn(values, 'joinMode') }
    await visit.call('updateTeam', { ...team, body, clientId, ifMatch: `"${textIn(values, 'version')}"` })
  } else await visit.call('endTeam', { ...team, body: { reason: neededIn(values, 'reason') }, clientId })
}

const POSTER_DAYS = 30

async function code(visit: Visit, form?: FormState, status = 200): Promise<FastifyReply> {
  const [team, shown] = [await visit.call('readTeam', idOf(visit)), await visit.call('readJoinCode', idOf(visit))]
  const lastDay = addDays(dateIn(new Date(await businessTime(visit))), POSTER_DAYS)
  const props = { form: form ?? newForm({ lastDay }), team, code: shown, poster: null, lastDay }
  return visit.render('team-code', props, status)
}

async function poster(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    { lastDay: ['lastDay', 'team-page.poster-day'] },
    async (values) => {
      const input = { ...idOf(visit), clientId: clientIdOf(values) }
      if (textIn(values, 'act') === 'revoke') {
        await visit.call('revokePosters', input)
        return visit.redirect(`/teams/${paramOf(visit, 'id')}/code`)
      }
      const lastDay = neededIn(values, 'lastDay')
      const made = await visit.call('makePoster', { ...input, body: { lastDay } })
      const [team, shown] = [await visit.call('readTeam', idOf(visit)), await visit.call('readJoinCode', idOf(visit))]
      return visit.render('team-code', { form: newForm(), team, code: shown, poster: made, lastDay: lastDay ?? '' })
    },
    (form, status) => code(visit, form, status),
  )
}

const calendarOf = (visit: Visit) => ({ params: { kind: 'team', id: paramOf(visit, 'id') } })

async function calendar(visit: Visit, form: FormState = newForm(), status = 200): Promise<FastifyReply> {
  const team: PublicTeam = await visit.call('readTeam', idOf(visit))
  const stated = await visit.call('readProviderCalendar', calendarOf(visit))
  return visit.render('team-calendar', { form, team, calendar: stated, done: doneOf(visit) }, status)
}

const CALENDAR_LABELS = {
  hours: ['from', 'team-page.from'],
  fromOn: ['fromOn', 'team-page.from-on'],
  untilOn: ['untilOn', 'team-page.until-on'],
  fromMinute: ['fromTime', 'team-page.from'],
  untilMinute: ['untilTime', 'team-page.until'],
  note: ['note', 'team-page.note'],
  crews: ['crews', 'team-page.crews'],
  crewSize: ['crewSize', 'team-page.crew-size'],
  visitsPerDayMax: ['visitsPerDayMax', 'team-page.visits-a-day'],
  minutesPerDayMax: ['minutesPerDayMax', 'team-page.minutes-a-day'],
  minutesPerWeekMax: ['minutesPerWeekMax', 'team-page.minutes-a-week'],
  vehicle: ['vehicle', 'team-page.vehicle'],
} as const satisfies Labels

async function editCalendar(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    CALENDAR_LABELS,
    async (values) => {
      await editBy(visit, paramOf(visit, 'act'), values)
      return visit.redirect(`/teams/${paramOf(visit, 'id')}/calendar?done=saved`)
    },
    (form, status) => calendar(visit, form, status),
  )
}

async function editBy(visit: Visit, act: string, values: Values): Promise<void> {
  const clientId = clientIdOf(values)
  const input = { ...calendarOf(visit), clientId }
  const ifMatch = `"${textIn(values, 'version')}"`
  if (act === 'hours' || act === 'remove-hours') {
    const { hours } = await visit.call('readProviderCalendar', calendarOf(visit))
    const changed =
      act === 'hours' ? [...hours, ...addedHours(values)] : hours.filter((one) => keyOf(one) !== textIn(values, 'key'))
    await visit.call('setProviderHours', { ...input, ifMatch, body: { hours: changed } })
  } else if (act === 'capacity') {
    await visit.call('setProviderCapacity', { ...input, ifMatch, body: capacityIn(values) })
  } else if (act === 'remove') {
    const params = { ...input.params, exceptionId: textIn(values, 'matter') }
    await visit.call('removeProviderException', { params, clientId })
  } else await visit.call('addProviderException', { ...input, body: exceptionIn(values) })
}

const keyOf = (one: { readonly weekday: number; readonly fromMinute: number }) => `${one.weekday}-${one.fromMinute}`

function addedHours(values: Values) {
  const [fromMinute, untilMinute] = [minutesOf(textIn(values, 'from')), untilIn(values, 'until')]
  return listIn(values, 'weekdays').map((weekday) => ({ weekday: Number(weekday), fromMinute, untilMinute }))
}

/** Midnight as an end is the end of the day. */
function untilIn(values: Values, name: string): number | null {
  const minutes = minutesOf(textIn(values, name))
  return minutes === 0 ? 1440 : minutes
}

/** A last day as people mean it: the day itself is one of them. */
function exceptionIn(values: Values) {
  const [fromOn, lastOn] = [neededIn(values, 'fromOn'), neededIn(values, 'untilOn') ?? neededIn(values, 'fromOn')]
  return {
    kind: textIn(values, 'kind'),
    fromOn,
    untilOn: lastOn === undefined || !/^\d{4}-\d\d-\d\d$/u.test(lastOn) ? lastOn : nextDay(lastOn),
    fromMinute: minutesOf(textIn(values, 'fromTime')),
    untilMinute: untilIn(values, 'untilTime'),
    note: textIn(values, 'note'),
  }
}

function nextDay(date: string): string {
  try {
    return addDays(date, 1)
  } catch {
    return date
  }
}

function capacityIn(values: Values) {
  const number = (name: string) => numberIn(values, name) ?? null
  return {
    crews: number('crews'),
    crewSize: number('crewSize'),
    visitsPerDayMax: number('visitsPerDayMax'),
    minutesPerDayMax: number('minutesPerDayMax'),
    minutesPerWeekMax: number('minutesPerWeekMax'),
    speedClass: orNull(values, 'speedClass'),
    vehicle: orNull(values, 'vehicle'),
  }
}
