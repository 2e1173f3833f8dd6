import type { FeedsProps } from '#contract/pages.ts'
import { Choice, ErrorSummary, Form } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** Calendar addresses: make one, copy it into the phone's calendar, switch it off. */
export function Feeds({ form, teams, rows, made }: FeedsProps) {
  const { t, day } = useFrame()
  const title = t('volunteer.feeds.title')
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: '/me/volunteering', text: t('volunteer.mine.title') }}
    >
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('volunteer.feeds.lead')}</p>
      {made !== null && (
        <div class="panel" role="status">
          <h2>{t('volunteer.feeds.made')}</h2>
          <p>{t('volunteer.feeds.made-text')}</p>
          <p>
            <a class="share-link" href={made.replace(/^https?:/u, 'webcal:')}>
              {made}
            </a>
          </p>
        </div>
      )}
      <Form form={form} action="/me/calendars">
        <Choice
          form={{ ...form, values: { teamId: [''], ...form.values } }}
          name="teamId"
          label={t('volunteer.feeds.which')}
          options={[
            { value: '', text: t('volunteer.feeds.mine') },
            ...teams.map((team) => ({ value: team.id, text: t('volunteer.feeds.team', { team: team.name }) })),
          ]}
        />
        <p>
          <button class="button button-primary button-large">{t('volunteer.feeds.create')}</button>
        </p>
      </Form>
      <section>
        <h2>{t('volunteer.feeds.existing')}</h2>
        {rows.length === 0 ? (
          <p class="panel">{t('volunteer.feeds.none')}</p>
        ) : (
          <ul class="rows">
            {rows.map((row) => (
              <li key={row.id} class="row">
                <p class="card-title">
                  {row.isMine
                    ? t('volunteer.feeds.mine')
                    : t('volunteer.feeds.team', { team: row.teamName ?? t('volunteer.feeds.former-team') })}
                </p>
                <p>{t('volunteer.feeds.since', { day: day(row.createdAt) })}</p>
                <Form form={form} action={`/me/calendars/${row.id}/revoke`}>
                  <button class="button button-quiet">{t('volunteer.feeds.revoke')}</button>
                </Form>
              </li>
            ))}
          </ul>
        )}
      </section>
    </Page>
  )
}
