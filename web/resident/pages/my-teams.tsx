import type { FindTeamProps, FoundTeamProps, MyTeamsProps, PublicTeam, TeamPageProps } from '#contract/pages-teams.ts'
import { Choice, ErrorSummary, Form, SelectField, TextArea, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

const DONE = ['joined', 'applied', 'left', 'asked', 'saved'] as const

/** What happened, said once. */
export function TeamDone({ done }: { readonly done: string | null }) {
  const { t } = useFrame()
  const known = DONE.find((one) => one === done)
  if (known === undefined) return null
  return (
    <p class="done" role="status">
      {t(`team-page.done-${known}`)}
    </p>
  )
}

/** My teams, who asks me to lead, and what I asked for. */
export function MyTeams({ invitations, teams, applications, foundings, handovers, form, done }: MyTeamsProps) {
  const { t, moment, word } = useFrame()
  const title = t('team-page.mine')
  return (
    <Page title={title} faulty={form.errors.length > 0}>
      <TeamDone done={done} />
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      {invitations.map((one) => (
        <Invited key={one.id} form={form} invitation={one} />
      ))}
      {handovers.map((one) => (
        <section key={one.id} class="panel">
          <h2>{t('team-page.asked-to-lead', { team: one.teamName })}</h2>
          <p>{t('team-page.asked-by', { name: one.fromName ?? '–', until: moment(one.dueAt) })}</p>
          <div class="buttons">
            <Form form={form} action={`/team/mine/handover/${one.id}/accept`}>
              <button class="button button-primary">{t('team-page.take-over')}</button>
            </Form>
            <Form form={form} action={`/team/mine/handover/${one.id}/decline`}>
              <button class="button button-quiet">{t('team-page.decline')}</button>
            </Form>
          </div>
        </section>
      ))}
      {teams.length === 0 && <p class="panel">{t('team-page.none')}</p>}
      {teams.length > 0 && (
        <ul class="rows">
          {teams.map((team) => (
            <li key={team.id} class="row">
              <h2 class="card-title">
                <a href={`/teams/${team.id}`}>{team.name}</a>
              </h2>
              <p>{word(`teams.role.${team.role}`, team.role)}</p>
              {(team.role === 'leader' || team.role === 'deputy') && (
                <p class="buttons">
                  <a class="button" href={`/teams/${team.id}/manage`}>
                    {t('team-page.manage')}
                  </a>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="buttons">
        <a class="button button-primary" href="/teams">
          {t('team-page.find')}
        </a>
        <a class="button button-quiet" href="/teams/found">
          {t('team-page.found')}
        </a>
        {teams.length > 0 && (
          <a class="button button-quiet" href="/team">
            {t('resident.team.title')}
          </a>
        )}
      </p>
      <Asked form={form} applications={applications} foundings={foundings} />
    </Page>
  )
}

/** What was brought in about me, shown to me alone; accepted or deleted. */
function Invited({
  form,
  invitation,
}: {
  readonly form: MyTeamsProps['form']
  readonly invitation: MyTeamsProps['invitations'][number]
}) {
  const { t } = useFrame()
  const { id, unitName, teamName, facts } = invitation
  const unit = unitName ?? '–'
  const told = [facts.name, ...facts.skills, facts.idNumberMasked, facts.beijingNumber, facts.nationalNumber]
    .filter((one) => one !== null && one !== '')
    .join(t('resident.list-comma'))
  return (
    <section class="panel">
      <h2>
        {teamName === null ? t('team-page.invited', { unit }) : t('team-page.invited-team', { unit, team: teamName })}
      </h2>
      <p>{t('team-page.invited-text', { facts: told })}</p>
      <div class="buttons">
        <Form form={form} action={`/team/mine/invitation/${id}/accept`}>
          <button class="button button-primary">{t('team-page.accept-invitation')}</button>
        </Form>
        <Form form={form} action={`/team/mine/invitation/${id}/decline`}>
          <button class="button button-quiet">{t('team-page.decline-invitation')}</button>
        </Form>
      </div>
    </section>
  )
}

function Asked({ form, applications, foundings }: Pick<MyTeamsProps, 'form' | 'applications' | 'foundings'>) {
  const { t, moment, word } = useFrame()
  const rows = [
    ...applications.map((one) => ({ ...one, kind: 'application', name: one.teamName })),
    ...foundings.map((one) => ({ ...one, kind: 'founding' })),
  ]
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{t('team-page.my-applications')}</h2>
      <ul class="rows">
        {rows.map((row) => (
          <li key={row.id} class="row">
            <h3 class="card-title">{row.name}</h3>
            <p>{word(`team-page.state-${row.state}`, row.state)}</p>
            {row.dueAt !== null && (
              <p class="card-note">
                {t('team-page.answers', { name: row.responsibleName ?? '–', until: moment(row.dueAt) })}
              </p>
            )}
            {row.answer !== null && row.answer !== '' && <p>{t('team-page.answered', { answer: row.answer })}</p>}
            {row.state === 'open' && (
              <Form form={form} action={`/team/mine/${row.kind}/${row.id}/withdraw`}>
                <button class="button button-quiet">{t('team-page.withdraw')}</button>
              </Form>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function FindTeam({ q, rows, nextCursor }: FindTeamProps) {
  const { t } = useFrame()
  const title = t('team-page.find')
  return (
    <Page title={title} back={{ href: '/team/mine', text: t('team-page.mine') }}>
      <h1>{title}</h1>
      <form method="get" action="/teams" class="form" role="search">
        <label class="label" for="q">
          {t('team-page.find-label')}
        </label>
        <input class="input" id="q" name="q" value={q} maxLength={40} />
        <p>
          <button class="button button-primary">{t('team-page.search')}</button>
        </p>
      </form>
      {rows.length === 0 ? (
        <p class="panel">{t('team-page.find-none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((team) => (
            <li key={team.id} class="row">
              <h2 class="card-title">
                <a href={`/teams/${team.id}`}>{team.name}</a>
              </h2>
              <p class="card-note">{t('team-page.of-unit', { unit: team.unitName, members: team.members })}</p>
            </li>
          ))}
        </ul>
      )}
      {nextCursor !== null && (
        <p>
          <a class="button" href={`/teams?q=${encodeURIComponent(q)}&cursor=${nextCursor}`}>
            {t('team-page.more')}
          </a>
        </p>
      )}
    </Page>
  )
}

export function TeamPage(props: TeamPageProps) {
  const { t, locale, word } = useFrame()
  const { form, team, role } = props
  const name = locale === 'en' ? (team.nameEn ?? team.name) : team.name
  return (
    <Page title={name} faulty={form.errors.length > 0} back={{ href: '/teams', text: t('team-page.find') }}>
      <ErrorSummary form={form} />
      <p class="kicker">{word(`teams.tier.${team.tier}`, team.tier)}</p>
      <h1>{name}</h1>
      <p class="lead">{t('team-page.of-unit', { unit: team.unitName, members: team.members })}</p>
      {role === null ? <Joining {...props} /> : <Member {...props} role={role} />}
      <dl class="facts">
        <div class="fact">
          <dt>{t('team-page.founded-on')}</dt>
          <dd>{team.foundedOn}</dd>
        </div>
        <div class="fact">
          <dt>{t('team-page.joining')}</dt>
          <dd>{word(`teams.join-mode.${team.joinMode}`, team.joinMode)}</dd>
        </div>
      </dl>
    </Page>
  )
}

function Member({
  form,
  team,
  role,
}: {
  readonly form: TeamPageProps['form']
  readonly team: PublicTeam
  readonly role: string
}) {
  const { t, word } = useFrame()
  const leads = role === 'leader' || role === 'deputy'
  return (
    <section>
      <p class="panel">{t('team-page.you-are', { role: word(`teams.role.${role}`, role) })}</p>
      <p class="buttons">
        {leads && (
          <a class="button button-primary" href={`/teams/${team.id}/manage`}>
            {t('team-page.manage')}
          </a>
        )}
        <a class="button" href={`/teams/${team.id}/calendar`}>
          {t('team-page.calendar')}
        </a>
      </p>
      <Form form={form} action={`/teams/${team.id}/leave`}>
        <p class="hint">{t('team-page.leave-hint')}</p>
        <button class="button button-quiet">{t('team-page.leave')}</button>
      </Form>
    </section>
  )
}

function Joining({ form, team, hasApplied, code }: TeamPageProps) {
  const { t, me } = useFrame()
  if (team.endedOn !== null) return <p class="panel">{t('team-page.ended', { date: team.endedOn })}</p>
  if (me === null) {
    const next = `/teams/${team.id}/join${code === null ? '' : `?code=${encodeURIComponent(code)}`}`
    return (
      <p>
        <a class="button button-primary button-large" href={`/login?next=${encodeURIComponent(next)}`}>
          {t('team-page.login')}
        </a>
      </p>
    )
  }
  const needsCode = team.joinMode === 'on-application'
  return (
    <>
      {(!needsCode || code !== null) && (
        <Form form={form} action={`/teams/${team.id}/join`}>
          {code !== null && <input type="hidden" name="code" value={code} />}
          <Volunteering form={form} />
          <button class="button button-primary button-large">{t('team-page.join')}</button>
        </Form>
      )}
      {hasApplied && <p class="panel">{t('team-page.waiting')}</p>}
      {needsCode && !hasApplied && (
        <Form form={form} action={`/teams/${team.id}/apply`}>
          <TextArea
            form={form}
            name="message"
            label={t('team-page.message')}
            hint={t('team-page.message-hint')}
            rows={3}
          />
          <Volunteering form={form} />
          <button class="button button-primary">{t('team-page.apply')}</button>
        </Form>
      )}
      {needsCode && code === null && (
        <form method="get" action={`/teams/${team.id}/join`} class="form">
          <TextField
            form={form}
            name="code"
            width="medium"
            label={t('team-page.code')}
            hint={t('team-page.code-hint')}
          />
          <button class="button button-quiet">{t('team-page.use-code')}</button>
        </form>
      )}
    </>
  )
}

function Volunteering({ form }: { readonly form: TeamPageProps['form'] }) {
  const { t } = useFrame()
  return (
    <Choice
      form={form}
      name="volunteer"
      many
      label={t('team-page.volunteer')}
      options={[{ value: 'yes', text: t('team-page.volunteer-yes') }]}
    />
  )
}

export function FoundTeam({ form, categories, groups }: FoundTeamProps) {
  const { t, locale } = useFrame()
  const title = t('team-page.found')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/team/mine', text: t('team-page.mine') }}>
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('team-page.found-lead')}</p>
      <Form form={form} action="/teams/found">
        <TextField form={form} name="name" label={t('team-page.found-name')} more={{ maxLength: 40 }} />
        <SelectField
          form={form}
          name="unitId"
          label={t('team-page.found-unit')}
          empty={t('team-page.choose')}
          split={{ label: t('resident.order-form.township'), empty: t('resident.order-form.township-empty') }}
          groups={groups.map((group) => ({
            text: group.name,
            options: group.villages.map((village) => ({ value: village.value, text: village.name })),
          }))}
        />
        <TextArea form={form} name="purpose" label={t('team-page.found-purpose')} rows={4} />
        <Choice
          form={form}
          name="categories"
          many
          optional
          label={t('team-page.categories')}
          options={categories.map((one) => ({ value: one.slug, text: locale === 'en' ? one.nameEn : one.name }))}
        />
        <Volunteering form={form} />
        <button class="button button-primary">{t('team-page.found-submit')}</button>
      </Form>
    </Page>
  )
}
