import type { MySignUp } from '#contract/activity-shapes.ts'
import type { ProgrammeSessionProps, SessionAct, SignInSheetProps, VolunteeringProps } from '#contract/pages.ts'
import { ErrorSummary, Form } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'
import { Room, SessionLine } from './programme.tsx'

export function ProgrammeSession(props: ProgrammeSessionProps) {
  const { t, moment, time } = useFrame()
  const { session, activity, form, done, skipped, organises } = props
  return (
    <Page
      title={session.title}
      back={{ href: '/programme', text: t('volunteer.programme.title') }}
      faulty={form.errors.length > 0}
    >
      {done !== null && (
        <p class="panel" role="status">
          {t(`volunteer.done.${done}`)}
        </p>
      )}
      {skipped.length > 0 && (
        <ul class="entries">
          {skipped.map((one) => (
            <li key={one.startsAt}>
              {moment(one.startsAt)} <Reason reason={one.reason} />
            </li>
          ))}
        </ul>
      )}
      <ErrorSummary form={form} />
      <p class="kicker">{session.teamName ?? session.unitName}</p>
      <h1>{session.title}</h1>
      <p class="lead">{t('volunteer.time', { from: moment(session.startsAt), until: time(session.endsAt) })}</p>
      <p class="lead">{session.place}</p>
      <p>
        <Room row={session} />
      </p>
      <Acts {...props} />
      <Facts {...props} />
      {organises && (
        <section>
          <h2>{t('volunteer.organiser')}</h2>
          <ul class="act-list">
            <li>
              <a class="button button-quiet" href={`/programme/${session.id}/screen`}>
                {t('volunteer.screen.title')}
              </a>
            </li>
            <li>
              <a class="button button-quiet" href={`/staff/collect/${session.id}`}>
                {t('staff-collect.title')}
              </a>
            </li>
            <li>
              <a class="button button-quiet" href={`/programme/${session.id}/sheet`}>
                {t('volunteer.sheet.title')}
              </a>
            </li>
          </ul>
        </section>
      )}
      {activity.description !== '' && <p class="prose">{activity.description}</p>}
    </Page>
  )
}

function Acts({ form, session, activity, mine }: ProgrammeSessionProps) {
  const { t, me, moment, now } = useFrame()
  if (session.state !== 'planned') return null
  const act = (name: SessionAct, kind: string) => (
    <Form form={form} action={`/programme/${session.id}/${name}`}>
      <button class={`button ${kind}`}>{t(`volunteer.act.${name}`)}</button>
    </Form>
  )
  if (me === null)
    return (
      <p>
        <a class="button button-primary" href={`/login?next=${encodeURIComponent(`/programme/${session.id}`)}`}>
          {t('volunteer.login')}
        </a>
      </p>
    )
  if (mine === null)
    return (
      <div class="buttons">
        {session.signUpUntil > now && act('sign-up', 'button-primary button-large')}
        {activity.sessions > 1 && act('series', 'button-quiet')}
      </div>
    )
  return (
    <section>
      <p class="panel">
        {mine.state === 'offered'
          ? t('volunteer.mine.offered', { until: moment(mine.offerUntil ?? session.startsAt) })
          : mine.state === 'waiting'
            ? t('volunteer.mine.waiting', { position: mine.position ?? 1 })
            : t('volunteer.mine.signed-up')}
      </p>
      {mine.state === 'offered' && act('accept', 'button-primary button-large')}
      {mine.state === 'signed-up' && (
        <p>
          <a class="button button-primary" href="/me/volunteering/code">
            {t('volunteer.code.title')}
          </a>
        </p>
      )}
      {act('withdraw', 'button-quiet')}
    </section>
  )
}

function Facts({ session, activity }: ProgrammeSessionProps) {
  const { t, word } = useFrame()
  const facts = [
    ['content', activity.content],
    ['beneficiaries', activity.beneficiaries],
    ['theme', [session.themeName, session.campaignName].filter(Boolean).join(' · ')],
    ['origin', word(`volunteer.origin.${session.origin}`, session.origin)],
    ['roles', session.roles.map((role) => `${role.name} ${role.taken}/${role.needed}`).join(t('resident.list-comma'))],
    ['risks', activity.risks],
    ['protection', activity.protection],
    ['insurance', activity.insurance],
    ['in-charge', activity.personInCharge],
    ['recorder', activity.recorder],
  ] as const
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} class="fact">
            <dt>{t(`volunteer.fact.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

function Reason({ reason }: { readonly reason: string }) {
  const { word } = useFrame()
  return <>{word(`activities.refusal.${reason}`, reason)}</>
}

/** Where a volunteer goes from here; first of all, for who is none yet, to becoming one. */
function Ways({ isVolunteer }: Pick<VolunteeringProps, 'isVolunteer'>) {
  const { t } = useFrame()
  return (
    <p class="buttons">
      {isVolunteer ? (
        <a class="button button-primary button-large" href="/me/volunteering/code">
          {t('volunteer.code.title')}
        </a>
      ) : (
        <a class="button button-primary button-large" href="/me/profile">
          {t('account.profile.register')}
        </a>
      )}
      <a class="button button-quiet" href="/team/mine">
        {t('team-page.mine')}
      </a>
      <a class="button button-quiet" href="/me/hours">
        {t('hours.mine.title')}
      </a>
      <a class="button button-quiet" href="/me/record">
        {t('certificate.book.title')}
      </a>
      <a class="button button-quiet" href="/me/certificates">
        {t('certificate.title')}
      </a>
      <a class="button button-quiet" href="/me/calendars">
        {t('volunteer.feeds.title')}
      </a>
    </p>
  )
}

/** Mine, then what I can take; for the rest the one reason why not. */
export function Volunteering({ isVolunteer, signUps, takable }: VolunteeringProps) {
  const { t, word } = useFrame()
  const title = t('volunteer.mine.title')
  const can = takable.filter((row) => row.whyNot === null || row.whyNot === 'full')
  const cannot = takable.filter((row) => row.whyNot !== null && row.whyNot !== 'full' && row.whyNot !== 'already')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <Ways isVolunteer={isVolunteer} />
      <section>
        <h2>{t('volunteer.mine.sign-ups')}</h2>
        {signUps.length === 0 ? (
          <p class="panel">{t('volunteer.mine.none')}</p>
        ) : (
          <ul class="rows">
            {signUps.map((row) => (
              <SessionLine key={row.id} isDated row={row} note={stateOf(row)} />
            ))}
          </ul>
        )}
      </section>
      <section>
        <h2>{t('volunteer.mine.can')}</h2>
        {can.length === 0 ? (
          <p class="panel">{t('volunteer.mine.can-none')}</p>
        ) : (
          <ul class="rows">
            {can.map((row) => (
              <SessionLine key={row.id} isDated row={row} />
            ))}
          </ul>
        )}
      </section>
      {cannot.length > 0 && (
        <section>
          <h2>{t('volunteer.mine.cannot')}</h2>
          <ul class="rows">
            {cannot.map((row) => (
              <SessionLine
                key={row.id}
                isDated
                row={row}
                note={word(`activities.refusal.${row.whyNot}`, row.whyNot ?? '')}
              />
            ))}
          </ul>
        </section>
      )}
    </Page>
  )

  function stateOf(row: MySignUp): string {
    return word(`volunteer.state.${row.signUpState}`, row.signUpState)
  }
}

// A sheet holds this many people; more lines than names are for those who come without signing up.
const SHEET_LINES_MIN = 20

/** For places without phones: names to sign beside, on A4. */
export function SignInSheet({ session, activity, rows }: SignInSheetProps) {
  const { t, moment, time } = useFrame()
  const title = t('volunteer.sheet.title')
  const names = rows.filter((row) => row.state === 'signed-up')
  const lines = Math.max(SHEET_LINES_MIN, names.length + 5)
  return (
    <Page title={title} wide back={{ href: `/programme/${session.id}`, text: session.title }}>
      <h1>{title}</h1>
      <p class="lead">{session.title}</p>
      <p>
        {t('volunteer.time', { from: moment(session.startsAt), until: time(session.endsAt) })} · {session.place}
      </p>
      <p>
        {t('volunteer.fact.in-charge')} {activity.personInCharge} · {t('volunteer.fact.recorder')} {activity.recorder}
      </p>
      <div class="table-scroll" role="region" aria-label={title} tabIndex={0}>
        <table class="paper-table sheet">
          <thead>
            <tr>
              {(['number', 'name', 'from', 'until', 'signature'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`volunteer.sheet.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: lines }, (_, index) => (
              <tr key={index}>
                <td>{index + 1}</td>
                <td>{names[index]?.name ?? ''}</td>
                <td />
                <td />
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Page>
  )
}
