import type { ProgrammeRow } from '#contract/activity-shapes.ts'
import type { ProgrammeMonthProps, ProgrammeProps } from '#contract/pages.ts'
import { dateOf, formatMonth } from '../../shared/dates.ts'
import { Page, useFrame } from '../frame.tsx'

/** The civil calendar: what there is, day by day. */
export function Programme({ q, from, themeId, themes, rows, nextCursor }: ProgrammeProps) {
  const { t, locale } = useFrame()
  const title = t('volunteer.programme.title')
  return (
    <Page title={title} wide>
      <h1>{title}</h1>
      <p class="lead">{t('volunteer.programme.lead')}</p>
      <form class="search programme-filter" method="get" action="/programme" role="search">
        <p class="field">
          <label class="label" for="q">
            {t('volunteer.programme.q')}
          </label>
          <input class="input" id="q" name="q" type="search" value={q} maxLength={40} />
        </p>
        <p class="field">
          <label class="label" for="from">
            {t('volunteer.programme.from')}
          </label>
          <input class="input" id="from" name="from" type="date" value={from} />
        </p>
        {themes.length > 0 && (
          <p class="field">
            <label class="label" for="theme">
              {t('volunteer.programme.theme')}
            </label>
            <select class="input" id="theme" name="theme">
              <option value="">{t('volunteer.programme.all-themes')}</option>
              {themes.map((theme) => (
                <option key={theme.id} value={theme.id} selected={theme.id === themeId}>
                  {locale === 'en' ? (theme.nameEn ?? theme.name) : theme.name}
                </option>
              ))}
            </select>
          </p>
        )}
        <button class="button">{t('volunteer.programme.show')}</button>
      </form>
      <Days rows={rows} />
      {nextCursor !== null && (
        <p>
          <a
            class="button button-quiet"
            href={`/programme?${new URLSearchParams({ q, from, cursor: nextCursor }).toString()}`}
          >
            {t('volunteer.programme.more')}
          </a>
        </p>
      )}
      <p class="note">
        <a href="/programme/month">{t('volunteer.programme.paper')}</a>{' '}
        <a href="/programme.ics">{t('volunteer.programme.ics')}</a>
      </p>
    </Page>
  )
}

export function Days({ rows }: { readonly rows: readonly ProgrammeRow[] }) {
  const { t, zone, day } = useFrame()
  if (rows.length === 0) return <p class="panel">{t('volunteer.programme.none')}</p>
  const days = Map.groupBy(rows, (row) => dateOf(row.startsAt, zone))
  return (
    <>
      {[...days].map(([date, list]) => (
        <section key={date}>
          <h2 class="programme-day">{day(list[0]!.startsAt)}</h2>
          <ul class="rows">
            {list.map((row) => (
              <SessionLine key={row.id} row={row} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

interface SessionLineProps {
  readonly row: ProgrammeRow
  readonly note?: string | undefined
  /** Where no heading above says the day. */
  readonly isDated?: boolean
}

/** One session in a list: when, what, where, and whether there is room. */
export function SessionLine({ row, note, isDated }: SessionLineProps) {
  const { t, day, time } = useFrame()
  return (
    <li class="row programme-row">
      <p class="programme-time">
        {isDated === true && <span class="programme-date">{day(row.startsAt)} </span>}
        {t('volunteer.time', { from: time(row.startsAt), until: time(row.endsAt) })}
      </p>
      <div>
        <h3 class="card-title">
          <a href={`/programme/${row.id}`}>{row.title}</a>
        </h3>
        <p>{row.place}</p>
        <p class="card-note">
          {row.teamName ?? row.unitName}
          {row.themeName !== null && ` · ${row.themeName}`}
        </p>
        <p class="row-state">{note ?? <Room row={row} />}</p>
      </div>
    </li>
  )
}

export function Room({ row }: { readonly row: ProgrammeRow }) {
  const { t } = useFrame()
  if (row.state === 'cancelled') return <>{t('volunteer.cancelled', { reason: row.cancelReason ?? '' })}</>
  if (row.state === 'held') return <>{t('volunteer.held')}</>
  const free = row.needed - row.taken
  if (free > 0) return <>{t('volunteer.free', { free, needed: row.needed })}</>
  if (row.waiting === 0) return <>{t('volunteer.full')}</>
  return <>{t('volunteer.full-waiting', { waiting: row.waiting })}</>
}

/** The month for the notice board: one line each, on A4. */
export function ProgrammeMonth({ month, before, after, rows }: ProgrammeMonthProps) {
  const { t, zone, time, locale } = useFrame()
  const nameOf = (of: string) => formatMonth(of, locale)
  const title = t('volunteer.month.title', { month: nameOf(month) })
  return (
    <Page title={title} wide back={{ href: '/programme', text: t('volunteer.programme.title') }}>
      <h1>{title}</h1>
      <p class="screen-only">
        <a href={`/programme/month?month=${before}`}>{nameOf(before)}</a> ·{' '}
        <a href={`/programme/month?month=${after}`}>{nameOf(after)}</a>
      </p>
      {rows.length === 0 ? (
        <p class="panel">{t('volunteer.programme.none')}</p>
      ) : (
        <div class="table-scroll" role="region" aria-label={title} tabIndex={0}>
          <table class="paper-table">
            <thead>
              <tr>
                {(['date', 'time', 'title-column', 'place', 'unit'] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`volunteer.month.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.id}>
                  <td>
                    {index > 0 && dateOf(rows[index - 1]!.startsAt, zone) === dateOf(row.startsAt, zone)
                      ? ''
                      : dateOf(row.startsAt, zone).slice(5)}
                  </td>
                  <td>{t('volunteer.time', { from: time(row.startsAt), until: time(row.endsAt) })}</td>
                  <td>{row.state === 'cancelled' ? <s>{row.title}</s> : row.title}</td>
                  <td>{row.place}</td>
                  <td>{row.teamName ?? row.unitName}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  )
}
