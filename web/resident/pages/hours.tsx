import type { HoursRecordProps, MissingHoursProps, MyDemand, MyHoursProps, MyHoursRow } from '#contract/pages-hours.ts'
import { ErrorSummary, Form, SelectField, TextArea, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** What counts, by how it is known; then every record, and what was asked for. */
export function MyHours({ rows, nextCursor, demands, isFirstPage, done, ...sums }: MyHoursProps) {
  const { t } = useFrame()
  const title = t('hours.mine.title')
  return (
    <Page title={title} back={{ href: '/me/volunteering', text: t('volunteer.mine.title') }}>
      {done !== null && (
        <p class="done" role="status">
          {t(`hours.mine.${done}`)}
        </p>
      )}
      <h1>{title}</h1>
      <p class="lead">{t('hours.mine.lead')}</p>
      <dl class="facts">
        {(['verified', 'claimed', 'waiting'] as const).map((name) => (
          <div key={name} class="fact">
            <dt>{t(`hours.mine.sum-${name}`)}</dt>
            <dd>
              <Duration minutes={sums[`${name}Minutes`]} />
            </dd>
          </div>
        ))}
      </dl>
      <h2>{t('hours.mine.records')}</h2>
      {rows.length === 0 ? (
        <p class="panel">{t('hours.mine.none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
      {nextCursor !== null && (
        <p>
          <a class="button button-quiet" href={`/me/hours?cursor=${nextCursor}`}>
            {t('hours.mine.older')}
          </a>
        </p>
      )}
      <p>
        <a class="button" href="/me/hours/missing">
          {t('hours.mine.missing')}
        </a>
      </p>
      {isFirstPage && demands.length > 0 && <Demands demands={demands} />}
    </Page>
  )
}

/** Whole hours and minutes, as people say them. */
function Duration({ minutes }: { readonly minutes: number }) {
  const { t } = useFrame()
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return <>{t('hours.duration.minutes', { minutes: rest })}</>
  if (rest === 0) return <>{t('hours.duration.hours', { hours })}</>
  return <>{t('hours.duration.both', { hours, minutes: rest })}</>
}

function Row({ row }: { readonly row: MyHoursRow }) {
  const { t, day, time, word } = useFrame()
  return (
    <li class="row">
      <h3 class="card-title">
        <a href={`/me/hours/${row.id}`}>{row.title}</a>
      </h3>
      <p>
        <strong>
          <Duration minutes={row.minutes} />
        </strong>
        {' · '}
        {day(row.startedAt)} {t('volunteer.time', { from: time(row.startedAt), until: time(row.endedAt) })}
      </p>
      <p class="row-state">
        <State row={row} />
        {' · '}
        {word(`hours.class.${row.class}`, row.class)}
        {row.mayConfirm && <strong> · {t('hours.mine.confirm-hint')}</strong>}
      </p>
      <p class="card-note">{row.teamName ?? row.unitName}</p>
    </li>
  )
}

/** Where a record stands; while a correction waits, what was booked before still counts. */
function State({ row }: { readonly row: MyHoursRow }) {
  const { t, day, word } = useFrame()
  const text =
    row.state === 'noticed' && row.dueAt !== null
      ? t('hours.mine.noticed-until', { day: day(row.dueAt) })
      : word(`hours.state.${row.state}`, row.state)
  if (row.state === 'booked' || row.bookedMinutes === 0) return <>{text}</>
  return (
    <>
      {text} · {t('hours.mine.still', { minutes: row.bookedMinutes })}
    </>
  )
}

function Demands({ demands }: { readonly demands: readonly MyDemand[] }) {
  const { t, day, time, word } = useFrame()
  return (
    <section>
      <h2>{t('hours.mine.demands')}</h2>
      <ul class="rows">
        {demands.map((one) => (
          <li key={one.id} class="row">
            <h3 class="card-title">{one.title}</h3>
            <p>
              {day(one.startedAt)} {t('volunteer.time', { from: time(one.startedAt), until: time(one.endedAt) })}
            </p>
            <p class="card-note">{one.reason}</p>
            <p class="row-state">
              {one.outcome === null
                ? t('hours.mine.answer-due', { unit: one.responsibleUnitName ?? '', day: day(one.dueAt!) })
                : `${word(`hours.outcome.${one.outcome}`, one.outcome)}${t('hours.mine.says', { answer: one.answer ?? '' })}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** One record with everything that was written about it, and the form to demand a correction. */
export function HoursRecord({ record, chain, form, objection, hasOpenDemand }: HoursRecordProps) {
  const { t, day, time, moment, word } = useFrame()
  const faulty = form.errors.length > 0 || objection.errors.length > 0
  return (
    <Page title={record.title} faulty={faulty} back={{ href: '/me/hours', text: t('hours.mine.title') }}>
      <ErrorSummary form={form.errors.length > 0 ? form : objection} />
      <h1>{record.title}</h1>
      <dl class="facts">
        <div class="fact">
          <dt>{t('hours.mine.when')}</dt>
          <dd>
            {day(record.startedAt)} {t('volunteer.time', { from: time(record.startedAt), until: time(record.endedAt) })}
          </dd>
        </div>
        <div class="fact">
          <dt>{t('hours.mine.minutes')}</dt>
          <dd>
            <Duration minutes={record.minutes} />
          </dd>
        </div>
        <div class="fact">
          <dt>{t('hours.mine.known')}</dt>
          <dd>{word(`hours.class-long.${record.class}`, record.class)}</dd>
        </div>
        <div class="fact">
          <dt>{t('hours.mine.state')}</dt>
          <dd>
            <State row={record} />
          </dd>
        </div>
        <div class="fact">
          <dt>{t('hours.mine.organiser')}</dt>
          <dd>{record.teamName === null ? record.unitName : `${record.teamName} · ${record.unitName}`}</dd>
        </div>
      </dl>
      <h2>{t('hours.mine.history')}</h2>
      <ul class="entries">
        {chain.map((one) => (
          <li key={`${one.at} ${one.what}`}>
            <span>
              {word(one.kind === 'entry' ? `hours.cause.${one.what}` : `hours.act.${one.what}`, one.what)}{' '}
              <Duration minutes={one.minutes} />
            </span>
            <span class="card-note">
              {moment(one.at)}
              {one.methodIn !== null && ` · ${word(`hours.method.${one.methodIn}`, one.methodIn)}`}
              {one.methodOut === 'closed-automatically' && ` · ${t('hours.method.closed-automatically')}`}
              {one.statement !== '' && ` · ${one.statement}`}
            </span>
          </li>
        ))}
      </ul>
      {record.mayConfirm && <ConfirmForm id={record.id} form={form} />}
      {hasOpenDemand ? <p class="panel">{t('hours.mine.waits')}</p> : <DemandForm form={form} id={record.id} />}
      {record.state === 'noticed' && <ObjectionForm form={objection} id={record.id} />}
    </Page>
  )
}

/** One tap: what somebody else recorded was so. */
function ConfirmForm({ id, form }: { readonly id: string; readonly form: HoursRecordProps['form'] }) {
  const { t } = useFrame()
  return (
    <section class="panel">
      <h2>{t('hours.mine.confirm')}</h2>
      <p>{t('hours.mine.confirm-lead')}</p>
      <Form form={form} action={`/me/hours/${id}/confirm`}>
        <p>
          <button class="button button-primary">{t('hours.mine.confirm-send')}</button>
        </p>
      </Form>
    </section>
  )
}

function DemandForm({ form, id }: { readonly form: HoursRecordProps['form']; readonly id: string }) {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t('hours.mine.correct')}</h2>
      <p>{t('hours.mine.correct-lead')}</p>
      <Form form={form} action={`/me/hours/${id}/demand`}>
        <Times form={form} />
        <TextArea form={form} name="reason" label={t('hours.mine.reason')} rows={3} />
        <p>
          <button class="button button-primary">{t('hours.mine.send')}</button>
        </p>
      </Form>
    </section>
  )
}

function Times({ form }: Pick<HoursRecordProps, 'form'>) {
  const { t } = useFrame()
  return (
    <>
      <TextField form={form} name="from" type="time" width="short" label={t('hours.mine.from')} />
      <TextField form={form} name="until" type="time" width="short" label={t('hours.mine.until')} />
    </>
  )
}

function ObjectionForm({ form, id }: { readonly form: HoursRecordProps['form']; readonly id: string }) {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t('hours.mine.object')}</h2>
      <p>{t('hours.mine.object-lead')}</p>
      <Form form={form} action={`/me/hours/${id}/objection`}>
        <TextArea form={form} name="statement" label={t('hours.mine.objection')} rows={3} />
        <p>
          <button class="button button-quiet">{t('hours.mine.object-send')}</button>
        </p>
      </Form>
    </section>
  )
}

/** Time that is recorded nowhere: whom to ask, and what does not count. */
export function MissingHours({ form, teams, station, uncounted }: MissingHoursProps) {
  const { t } = useFrame()
  const title = t('hours.mine.missing')
  const options = [
    ...teams.map((team) => ({ value: `team:${team.id}`, text: team.name })),
    ...(station === null ? [] : [{ value: `unit:${station.id}`, text: station.name }]),
  ]
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me/hours', text: t('hours.mine.title') }}>
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('hours.mine.missing-lead')}</p>
      {options.length === 0 ? (
        <p class="panel">
          {t('hours.mine.nobody-to-ask')} <a href="/call">{t('hours.mine.choose-village')}</a>
        </p>
      ) : (
        <Form form={form} action="/me/hours/missing">
          <TextField form={form} name="title" label={t('hours.mine.what')} more={{ maxLength: 60 }} />
          <SelectField
            form={form}
            name="organiser"
            label={t('hours.mine.organiser')}
            {...(options.length > 1 && { empty: t('hours.mine.choose') })}
            options={options}
          />
          <TextField form={form} name="day" type="date" width="medium" label={t('hours.mine.day')} />
          <Times form={form} />
          <TextArea form={form} name="reason" label={t('hours.mine.reason')} rows={3} />
          <p class="hint">{t('hours.mine.uncounted', { kinds: uncounted.join(t('hours.mine.and')) })}</p>
          <p>
            <button class="button button-primary">{t('hours.mine.send')}</button>
          </p>
        </Form>
      )}
    </Page>
  )
}
