import type { ManageTeamProps, TeamCalendarProps, TeamCodeProps } from '#contract/pages-teams.ts'
import { Choice, ErrorSummary, Form, SelectField, TextArea, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'
import { TeamDone } from './my-teams.tsx'

/** The leader's page: who asks to join, who is in, handing over, and the way to the calendar and the code. */
export function ManageTeam(props: ManageTeamProps) {
  const { t } = useFrame()
  const { form, team, desk, done } = props
  return (
    <Page title={team.name} faulty={form.errors.length > 0} back={{ href: '/team/mine', text: t('team-page.mine') }}>
      <TeamDone done={done} />
      <ErrorSummary form={form} />
      <h1>{team.name}</h1>
      <p class="buttons">
        <a class="button button-primary" href={`/teams/${team.id}/code`}>
          {t('team-page.show-code')}
        </a>
        <a class="button" href={`/teams/${team.id}/calendar`}>
          {t('team-page.calendar')}
        </a>
      </p>
      <Applications {...props} />
      <Members {...props} />
      <HandingOver {...props} />
      <Form form={form} action={`/teams/${team.id}/manage/mode`}>
        <input type="hidden" name="version" value={team.version} />
        <Choice
          form={{ ...form, values: { joinMode: [team.joinMode], ...form.values } }}
          name="joinMode"
          label={t('team-page.joining')}
          inline
          options={(['open', 'on-application'] as const).map((mode) => ({
            value: mode,
            text: t(`teams.join-mode.${mode}`),
          }))}
        />
        <button class="button">{t('team-page.save')}</button>
      </Form>
      {desk.isLeader && (
        <details>
          <summary>{t('team-page.end')}</summary>
          <p>{t('team-page.end-hint')}</p>
          <Form form={form} action={`/teams/${team.id}/manage/end`}>
            <TextArea form={form} name="reason" label={t('team-page.end-reason')} rows={2} />
            <button class="button button-quiet">{t('team-page.end')}</button>
          </Form>
        </details>
      )}
    </Page>
  )
}

function Applications({ form, team, desk }: ManageTeamProps) {
  const { t, moment } = useFrame()
  return (
    <section>
      <h2>{t('team-page.applications')}</h2>
      {desk.applications.length === 0 && <p class="panel">{t('team-page.applications-none')}</p>}
      {desk.applications.map((one) => (
        <div key={one.id} class="panel">
          <h3>{one.personName ?? t('team-page.no-name')}</h3>
          <p>{one.message}</p>
          {one.dueAt !== null && <p class="card-note">{t('team-page.answer-until', { until: moment(one.dueAt) })}</p>}
          <Form form={form} action={`/teams/${team.id}/manage/answer`}>
            <input type="hidden" name="matter" value={one.id} />
            <label class="label" for={`answer-${one.id}`}>
              {t('team-page.answer')}
            </label>
            <p class="hint">{t('team-page.answer-hint')}</p>
            <input class="input" id={`answer-${one.id}`} name="answer" maxLength={200} />
            <p class="buttons">
              <button class="button button-primary" name="accept" value="yes">
                {t('team-page.let-in')}
              </button>
              <button class="button button-quiet" name="accept" value="no">
                {t('team-page.not-now')}
              </button>
            </p>
          </Form>
        </div>
      ))}
    </section>
  )
}

function Members({ form, team, desk }: ManageTeamProps) {
  const { t, word } = useFrame()
  return (
    <section>
      <h2>{t('team-page.members', { count: desk.members.length })}</h2>
      <ul class="rows">
        {desk.members.map((one) => (
          <li key={one.personId} class="row">
            <p class="card-title">{one.name ?? t('team-page.no-name')}</p>
            {one.role === 'leader' || !desk.isLeader ? (
              <p>{word(`teams.role.${one.role}`, one.role)}</p>
            ) : (
              <Form form={form} action={`/teams/${team.id}/manage/role`}>
                <input type="hidden" name="personId" value={one.personId} />
                <label class="label" for={`role-${one.personId}`}>
                  {t('team-page.role')}
                </label>
                <select class="input" id={`role-${one.personId}`} name="role">
                  {(['deputy', 'handler', 'member'] as const).map((role) => (
                    <option key={role} value={role} selected={role === one.role}>
                      {t(`teams.role.${role}`)}
                    </option>
                  ))}
                </select>
                <button class="button button-quiet">{t('team-page.save')}</button>
              </Form>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function HandingOver({ form, team, desk }: ManageTeamProps) {
  const { t, moment } = useFrame()
  const { handover } = desk
  if (handover !== null)
    return (
      <section class="panel">
        <p>{t('team-page.handover-open', { name: handover.toName ?? '–', until: moment(handover.dueAt) })}</p>
        <Form form={form} action={`/teams/${team.id}/manage/withdraw`}>
          <input type="hidden" name="matter" value={handover.id} />
          <button class="button button-quiet">{t('team-page.withdraw')}</button>
        </Form>
      </section>
    )
  const others = desk.members.filter((one) => one.role !== 'leader')
  if (!desk.isLeader || others.length === 0) return null
  return (
    <section>
      <h2>{t('team-page.hand-over')}</h2>
      <Form form={form} action={`/teams/${team.id}/manage/hand-over`}>
        <SelectField
          form={form}
          name="personId"
          label={t('team-page.successor')}
          hint={t('team-page.hand-over-hint')}
          empty={t('team-page.choose')}
          options={others.map((one) => ({ value: one.personId, text: one.name ?? t('team-page.no-name') }))}
        />
        <button class="button">{t('team-page.hand-over')}</button>
      </Form>
    </section>
  )
}

/** What a leader holds out, or prints. */
export function TeamCode({ form, team, code, poster }: TeamCodeProps) {
  const { t } = useFrame()
  const title = t('team-page.show-code')
  const shown = poster ?? code
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: `/teams/${team.id}/manage`, text: t('team-page.manage') }}
    >
      <ErrorSummary form={form} />
      <p class="kicker">{team.name}</p>
      <h1>{poster === null ? title : t('team-page.poster')}</h1>
      <p class="lead">{t(poster === null ? 'team-page.code-lead' : 'team-page.poster-lead')}</p>
      {poster === null && <p class="number number-huge">{code.code}</p>}
      <img
        class="qr"
        alt={t('team-page.qr', { team: team.name })}
        src={`data:image/svg+xml,${encodeURIComponent(shown.qrSvg)}`}
        width={240}
        height={240}
      />
      {poster === null && (
        <>
          <p>{t('team-page.code-left', { minutes: Math.ceil(code.secondsLeft / 60) })}</p>
          <p>
            <a class="button" href={`/teams/${team.id}/code`}>
              {t('team-page.refresh')}
            </a>
          </p>
          <section>
            <h2>{t('team-page.poster')}</h2>
            <Form form={form} action={`/teams/${team.id}/code`}>
              <TextField form={form} name="lastDay" type="date" width="medium" label={t('team-page.poster-day')} />
              <p class="buttons">
                <button class="button">{t('team-page.poster-make')}</button>
                <button class="button button-quiet" name="act" value="revoke">
                  {t('team-page.poster-revoke')}
                </button>
              </p>
            </Form>
          </section>
        </>
      )}
    </Page>
  )
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

function clock(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

export function TeamCalendar(props: TeamCalendarProps) {
  const { t } = useFrame()
  const { form, team, done } = props
  const title = t('team-page.calendar')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: `/teams/${team.id}`, text: team.name }}>
      <TeamDone done={done} />
      <ErrorSummary form={form} />
      <p class="kicker">{team.name}</p>
      <h1>{title}</h1>
      <p class="lead">{t('team-page.calendar-lead')}</p>
      <Week {...props} />
      <Exceptions {...props} />
      {props.calendar.mayEdit && <CapacityForm {...props} />}
    </Page>
  )
}

function useWeekday(): (weekday: number) => string {
  const { locale } = useFrame()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  // 1 January 2024 was a Monday.
  return (weekday) => format.format(new Date(Date.UTC(2024, 0, weekday)))
}

function Week({ form, team, calendar }: TeamCalendarProps) {
  const { t } = useFrame()
  const weekday = useWeekday()
  const action = `/teams/${team.id}/calendar`
  return (
    <section>
      <h2>{t('team-page.week')}</h2>
      {calendar.hours.length === 0 && <p class="panel">{t('team-page.week-none')}</p>}
      <ul class="entries">
        {calendar.hours.map((one) => (
          <li key={`${one.weekday}-${one.fromMinute}`}>
            <span>{weekday(one.weekday)}</span>
            <span>
              {clock(one.fromMinute)}–{clock(one.untilMinute)}
            </span>
            {calendar.mayEdit && (
              <form method="post" action={`${action}/remove-hours`}>
                <input type="hidden" name="version" value={calendar.version} />
                <input type="hidden" name="key" value={`${one.weekday}-${one.fromMinute}`} />
                <button
                  class="button button-quiet"
                  aria-label={t('team-page.remove-hours', { day: weekday(one.weekday), from: clock(one.fromMinute) })}
                >
                  {t('team-page.remove')}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {calendar.mayEdit && (
        <Form form={form} action={`${action}/hours`}>
          <input type="hidden" name="version" value={calendar.version} />
          <Choice
            form={form}
            name="weekdays"
            many
            inline
            label={t('team-page.weekdays')}
            options={WEEKDAYS.map((day) => ({ value: String(day), text: weekday(day) }))}
          />
          <TextField form={form} name="from" type="time" width="short" label={t('team-page.from')} />
          <TextField form={form} name="until" type="time" width="short" label={t('team-page.until')} />
          <button class="button button-primary">{t('team-page.add-hours')}</button>
        </Form>
      )}
    </section>
  )
}

function Exceptions({ form, team, calendar }: TeamCalendarProps) {
  const { t, word } = useFrame()
  const action = `/teams/${team.id}/calendar`
  return (
    <section>
      <h2>{t('team-page.exceptions')}</h2>
      {calendar.exceptions.length === 0 && <p class="panel">{t('team-page.exceptions-none')}</p>}
      <ul class="entries">
        {calendar.exceptions.map((one) => (
          <li key={one.id}>
            <span>{word(`team-page.kind-${one.kind}`, one.kind)}</span>
            <span>
              {t('team-page.before', { from: one.fromOn, until: one.untilOn })}
              {one.fromMinute !== null &&
                one.untilMinute !== null &&
                ` ${clock(one.fromMinute)}–${clock(one.untilMinute)}`}
            </span>
            {one.note !== '' && <span class="card-note">{one.note}</span>}
            {calendar.mayEdit && (
              <form method="post" action={`${action}/remove`}>
                <input type="hidden" name="matter" value={one.id} />
                <button class="button button-quiet" aria-label={t('team-page.remove-day', { date: one.fromOn })}>
                  {t('team-page.remove')}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {calendar.mayEdit && (
        <Form form={form} action={`${action}/exception`}>
          <Choice
            form={{ ...form, values: { kind: ['closed'], ...form.values } }}
            name="kind"
            inline
            label={t('team-page.kind')}
            options={(['closed', 'open', 'leave'] as const).map((kind) => ({
              value: kind,
              text: t(`team-page.kind-${kind}`),
            }))}
          />
          <TextField form={form} name="fromOn" type="date" width="medium" label={t('team-page.from-on')} />
          <TextField form={form} name="untilOn" type="date" width="medium" optional label={t('team-page.until-on')} />
          <TextField form={form} name="fromTime" type="time" width="short" optional label={t('team-page.from')} />
          <TextField form={form} name="untilTime" type="time" width="short" optional label={t('team-page.until')} />
          <TextField form={form} name="note" optional label={t('team-page.note')} more={{ maxLength: 80 }} />
          <button class="button">{t('team-page.add-day')}</button>
        </Form>
      )}
    </section>
  )
}

const NUMBERS = [
  ['crews', 'team-page.crews'],
  ['crewSize', 'team-page.crew-size'],
  ['visitsPerDayMax', 'team-page.visits-a-day'],
  ['minutesPerDayMax', 'team-page.minutes-a-day'],
  ['minutesPerWeekMax', 'team-page.minutes-a-week'],
] as const

function CapacityForm({ form, team, calendar }: TeamCalendarProps) {
  const { t } = useFrame()
  const { capacity } = calendar
  const stated = Object.fromEntries(
    Object.entries(capacity).map(([name, value]) => [name, value === null ? [] : [String(value)]]),
  )
  const filled = { ...form, values: { ...stated, ...form.values } }
  return (
    <section>
      <h2>{t('team-page.capacity')}</h2>
      <p class="hint">{t('team-page.capacity-hint')}</p>
      <Form form={filled} action={`/teams/${team.id}/calendar/capacity`}>
        <input type="hidden" name="version" value={calendar.version} />
        {NUMBERS.map(([name, label]) => (
          <TextField
            key={name}
            form={filled}
            name={name}
            width="short"
            optional
            label={t(label)}
            more={{ inputMode: 'numeric', maxLength: 6 }}
          />
        ))}
        <SelectField
          form={filled}
          name="speedClass"
          optional
          label={t('team-page.speed')}
          empty={t('team-page.not-stated')}
          options={(['walk', 'cycle', 'drive'] as const).map((speed) => ({
            value: speed,
            text: t(`team-page.speed-${speed}`),
          }))}
        />
        <TextField form={filled} name="vehicle" optional label={t('team-page.vehicle')} more={{ maxLength: 40 }} />
        <button class="button">{t('team-page.save')}</button>
      </Form>
    </section>
  )
}
