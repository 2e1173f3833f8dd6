import type { FastifyReply } from 'fastify'
import type { FormState } from '#contract/pages.ts'
import type { Me } from '#contract/people.ts'
import { Refusal } from '#platform/refusal.ts'
import { clientIdOf, type Labels, newForm, textIn } from './forms.ts'
import { get, paramOf, post, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** The secret addresses under which calendar programs read somebody's own sign-ups or a team's sessions. */
export const feedPages = [
  get('/me/calendars', (visit) => feeds(visit, newForm())),
  post('/me/calendars', create),
  post('/me/calendars/:id/revoke', revoke),
]

const LABELS: Labels = { teamId: ['teamId', 'volunteer.feeds.which'] }

async function signedIn(visit: Visit): Promise<Me> {
  const me = await visit.me()
  if (me === null) throw new Refusal('platform.not-signed-in', 401, {})
  return me
}

async function feeds(visit: Visit, form: FormState, status = 200, made: string | null = null): Promise<FastifyReply> {
  const me = await signedIn(visit)
  const { rows } = await visit.call('listFeeds')
  const nameOf = (teamId: string | null) => me.teams.find((team) => team.id === teamId)?.name ?? null
  return visit.render(
    'feeds',
    {
      form,
      teams: me.teams.map(({ id, name }) => ({ id, name })),
      rows: rows.map((row) => ({
        id: row.id,
        teamName: nameOf(row.teamId),
        isMine: row.teamId === null,
        createdAt: row.createdAt,
      })),
      made,
    },
    status,
  )
}

/** The address is shown once, on the answer to the form itself; only its digest is kept. */
function create(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    LABELS,
    async (values) => {
      const teamId = textIn(values, 'teamId')
      const body = { teamId: teamId === '' ? null : teamId }
      const { token } = await visit.call('createFeed', { body, clientId: clientIdOf(values) })
      return feeds(visit, newForm(), 200, `${visit.host.origin}/calendar/${token}.ics`)
    },
    (form, status) => feeds(visit, form, status),
  )
}

function revoke(visit: Visit): Promise<FastifyReply> {
  return submit(
    visit,
    {},
    async (values) => {
      await visit.call('revokeFeed', { params: { id: paramOf(visit, 'id') }, clientId: clientIdOf(values) })
      return visit.redirect('/me/calendars')
    },
    (form, status) => feeds(visit, form, status),
  )
}
