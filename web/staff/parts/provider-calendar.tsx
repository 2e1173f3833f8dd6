import { Button, Form, Input, InputNumber } from 'antd'
import type { AnswerOf } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'
import { DataTable } from './data-table.tsx'
import { IntentForm } from './intent-form.tsx'
import { DateInput } from './moment-input.tsx'
import { useMoments } from './moments.ts'
import { useNotify } from './notices.tsx'
import { OpenHours } from './open-hours.tsx'
import { Section } from './page.tsx'
import { Choose } from './pickers.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { ReadState } from './states.tsx'
import { TimeInput } from './time-input.tsx'
import { useForget, useIntent, useRead } from './use-call.ts'

type Calendar = AnswerOf<'readProviderCalendar'>

interface Owner {
  readonly kind: 'team' | 'agency'
  readonly id: string
}

/** When a team or an agency can come and how much it can take: what planning reads, and where its keeper says so. */
export function ProviderCalendar({ kind, id }: Owner) {
  const { t } = useWords()
  const owner = { kind, id }
  const read = useRead('readProviderCalendar', { params: owner, query: {} })
  return (
    <ReadState read={read} lines={6}>
      {(calendar) => (
        <>
          <Section title={t('staff-team.calendar')}>
            <Days days={calendar.days} />
          </Section>
          {calendar.mayEdit && <UsualWeek key={`week ${calendar.version}`} owner={owner} calendar={calendar} />}
          <Exceptions owner={owner} calendar={calendar} />
          {calendar.mayEdit && <HowMuch key={`much ${calendar.version}`} owner={owner} calendar={calendar} />}
        </>
      )}
    </ReadState>
  )
}

function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** The next four weeks as planning sees them, a small leaf for each day. */
function Days({ days }: Pick<Calendar, 'days'>) {
  const { t } = useWords()
  const { nearDay } = useMoments()
  if (days.every((one) => !one.isStated)) return <p>{t('staff-team.calendar-unstated')}</p>
  return (
    <ul className="day-leaves">
      {days.map((one) => (
        <li key={one.date} className={one.isStated && one.open.length === 0 ? 'day-leaf day-leaf-closed' : 'day-leaf'}>
          <span>{nearDay(one.date)}</span>
          <strong>
            {!one.isStated
              ? t('staff-team.any-time')
              : one.open.length === 0
                ? t('staff-team.closed')
                : one.open.map((span) => `${clockOf(span.fromMinute)}–${clockOf(span.untilMinute)}`).join(' ')}
          </strong>
        </li>
      ))}
    </ul>
  )
}

interface EditProps {
  readonly owner: Owner
  readonly calendar: Calendar
}

function useSaved(): () => Promise<void> {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  return async () => {
    notify(t('staff-team.calendar-saved'))
    await forget('readProviderCalendar')
  }
}

function UsualWeek({ owner, calendar }: EditProps) {
  const { t } = useWords()
  const saved = useSaved()
  return (
    <Section title={t('team-page.week')}>
      <IntentForm<'setProviderHours', Pick<Calendar, 'hours'>>
        route="setProviderHours"
        initialValues={{ hours: calendar.hours }}
        toInput={({ hours }) => ({ params: owner, ifMatch: calendar.version, body: { hours: [...hours] } })}
        onDone={saved}
        submit={t('staff-team.week-save')}
      >
        <Form.Item
          name="hours"
          label={t('staff-team.week-hours')}
          {...(calendar.hours.length === 0 && { extra: t('team-page.week-none') })}
        >
          <OpenHours />
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

function Exceptions({ owner, calendar }: EditProps) {
  const { t, named } = useWords()
  const { day } = useMoments()
  const saved = useSaved()
  const remove = useIntent('removeProviderException', saved)
  const { exceptions, mayEdit } = calendar
  const hoursOf = (row: Calendar['exceptions'][number]) =>
    row.fromMinute === null || row.untilMinute === null
      ? t('staff-team.whole-day')
      : `${clockOf(row.fromMinute)}–${clockOf(row.untilMinute)}`
  return (
    <Section title={t('staff-team.exceptions')}>
      {exceptions.length === 0 ? (
        <p>{t('team-page.exceptions-none')}</p>
      ) : (
        <DataTable
          caption={t('staff-team.exceptions')}
          rows={exceptions}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'days',
              title: t('staff-team.day'),
              className: 'cell-title',
              cell: (row) => `${day(row.fromOn)} – ${day(dayBefore(row.untilOn))}`,
            },
            {
              key: 'kind',
              title: t('staff-team.exception-kind'),
              cell: (row) => named('staff-team.exception', row.kind),
            },
            { key: 'hours', title: t('staff-team.open'), cell: hoursOf },
            { key: 'note', title: t('staff-team.exception-note'), cell: (row) => row.note || '–' },
            ...(mayEdit
              ? [
                  {
                    key: 'remove',
                    title: t('staff.remove'),
                    cell: (row: { readonly id: string; readonly fromOn: string }) => (
                      <Button
                        disabled={remove.pending}
                        onClick={() => void remove.run({ params: { ...owner, exceptionId: row.id } })}
                      >
                        {t('staff.remove')}
                        <span className="visually-hidden"> {day(row.fromOn)}</span>
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      <ProblemAlert problem={remove.problem} />
      {mayEdit && <AddException key={exceptions.length} owner={owner} onDone={saved} />}
    </Section>
  )
}

const DAY_MILLISECONDS = 86_400_000

/** The wire names the day after the last one; people say the last one. */
function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MILLISECONDS).toISOString().slice(0, 10)
}
function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MILLISECONDS).toISOString().slice(0, 10)
}

interface ExceptionValues {
  readonly kind: 'closed' | 'open' | 'leave'
  readonly fromOn: string
  readonly untilOn: string
  readonly fromMinute?: number | null
  readonly untilMinute?: number | null
  readonly note?: string
}

function AddException({ owner, onDone }: { readonly owner: Owner; readonly onDone: () => Promise<void> }) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <details className="more-fields">
      <summary>{t('staff-team.exception-add')}</summary>
      <IntentForm<'addProviderException', ExceptionValues>
        route="addProviderException"
        initialValues={{ kind: 'closed' }}
        toInput={({ untilOn, fromMinute, untilMinute, note, ...rest }) => ({
          params: owner,
          body: {
            ...rest,
            untilOn: dayAfter(untilOn),
            fromMinute: fromMinute ?? null,
            untilMinute: untilMinute ?? null,
            note: note ?? '',
          },
        })}
        onDone={onDone}
        submit={t('staff-team.exception-add')}
      >
        <div className="field-row">
          <Form.Item name="kind" label={t('staff-team.exception-kind')} rules={required}>
            <Choose
              options={(['closed', 'open', 'leave'] as const).map((value) => ({
                value,
                text: t(`staff-team.exception.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="fromOn" label={t('staff-team.exception-from')} rules={required}>
            <DateInput />
          </Form.Item>
          <Form.Item name="untilOn" label={t('staff-team.exception-until')} rules={required}>
            <DateInput />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item
            name="fromMinute"
            label={t('staff-team.exception-from-time')}
            extra={t('staff-team.exception-times-help')}
          >
            <TimeInput />
          </Form.Item>
          <Form.Item name="untilMinute" label={t('staff-team.exception-until-time')}>
            <TimeInput />
          </Form.Item>
          <Form.Item name="note" label={t('staff-team.exception-note')}>
            <Input maxLength={80} />
          </Form.Item>
        </div>
      </IntentForm>
    </details>
  )
}

const AMOUNTS = [
  { name: 'crews', label: 'team-page.crews', min: 1, max: 50 },
  { name: 'crewSize', label: 'team-page.crew-size', min: 1, max: 200 },
  { name: 'visitsPerDayMax', label: 'team-page.visits-a-day', min: 1, max: 200 },
  { name: 'minutesPerDayMax', label: 'team-page.minutes-a-day', min: 15, max: 1440 },
  { name: 'minutesPerWeekMax', label: 'team-page.minutes-a-week', min: 15, max: 100_000 },
] as const
type Capacity = Calendar['capacity']

function HowMuch({ owner, calendar }: EditProps) {
  const { t } = useWords()
  const saved = useSaved()
  return (
    <Section title={t('team-page.capacity')}>
      <p className="sheet-lead">{t('team-page.capacity-hint')}</p>
      <IntentForm<'setProviderCapacity', Capacity>
        route="setProviderCapacity"
        initialValues={calendar.capacity}
        toInput={({ speedClass, vehicle, ...amounts }) => ({
          params: owner,
          ifMatch: calendar.version,
          body: {
            ...amounts,
            speedClass: (speedClass as string | null) === '' ? null : speedClass,
            vehicle: vehicle === '' ? null : vehicle,
          },
        })}
        onDone={saved}
        submit={t('staff-team.capacity-save')}
      >
        <div className="field-row field-row-wide">
          {AMOUNTS.map(({ name, label, min, max }) => (
            <Form.Item key={name} name={name} label={t(label)}>
              <InputNumber min={min} max={max} precision={0} inputMode="numeric" />
            </Form.Item>
          ))}
          <Form.Item name="speedClass" label={t('team-page.speed')}>
            <Choose
              empty={t('staff-team.unstated')}
              options={(['walk', 'cycle', 'drive'] as const).map((value) => ({
                value,
                text: t(`team-page.speed-${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="vehicle" label={t('team-page.vehicle')}>
            <Input maxLength={40} />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}
