import { Button, Checkbox, Form, Input, InputNumber } from 'antd'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { type Named, OfferingPicker } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
const COUNT_MAX = 100

interface Wish {
  readonly name: string
  readonly count: number
  readonly weekdays: readonly number[]
  readonly offerings: readonly Named[]
  readonly validFrom: string
}

/** Vehicles of which there are few: how many, when they run, and which services need one. */
export function Vehicles({ mayEdit }: { readonly mayEdit: boolean }) {
  const { t } = useWords()
  const { day } = useMoments()
  const weekday = useWeekdays()
  const read = useRead('listSharedVehicles', {})
  return (
    <Section title={t('staff-plan.vehicles')}>
      <p className="sheet-lead">{t('staff-plan.vehicles-help')}</p>
      <ReadState read={read} lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p>{t('staff-plan.vehicles-none')}</p>
          ) : (
            <DataTable
              caption={t('staff-plan.vehicles')}
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                {
                  key: 'name',
                  title: t('staff-plan.vehicle-name'),
                  className: 'cell-title',
                  cell: (row) => row.name,
                },
                { key: 'count', title: t('staff-plan.vehicle-count'), cell: (row) => row.count },
                {
                  key: 'weekdays',
                  title: t('staff-plan.vehicle-days'),
                  cell: (row) =>
                    row.weekdays.length === WEEKDAYS.length
                      ? t('staff-plan.vehicle-every-day')
                      : row.weekdays.map(weekday).join(t('planning.list-joint')),
                },
                {
                  key: 'offerings',
                  title: t('staff-plan.vehicle-offerings'),
                  cell: (row) => row.offerings.map(({ title }) => title).join(t('planning.list-joint')),
                },
                { key: 'since', title: t('staff-plan.road-since'), cell: (row) => day(row.validFrom) },
                ...(mayEdit
                  ? [
                      {
                        key: 'end',
                        title: t('staff-plan.row-actions'),
                        cell: (row: { id: string; name: string }) => <End id={row.id} name={row.name} />,
                      },
                    ]
                  : []),
              ]}
            />
          )
        }
      </ReadState>
      {mayEdit && <Add />}
    </Section>
  )
}

function useWeekdays(): (weekday: number) => string {
  const { locale } = useWords()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  // 1 January 2024 was a Monday.
  return (weekday) => format.format(new Date(Date.UTC(2024, 0, weekday)))
}

function End({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const end = useIntent('endSharedVehicle', async () => {
    notify(t('staff-plan.vehicle-ended'))
    await forgetRoutes('listSharedVehicles')
  })
  return (
    <Button loading={end.pending} onClick={() => void end.run({ params: { id } })}>
      {t('staff-plan.vehicle-end')}
      <span className="visually-hidden"> {name}</span>
    </Button>
  )
}

function Add() {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <details className="more-fields">
      <summary>{t('staff-plan.vehicle-add')}</summary>
      <IntentForm<'shareVehicle', Wish>
        route="shareVehicle"
        toInput={({ offerings, weekdays, ...wish }) => ({
          body: { ...wish, weekdays: [...weekdays], offeringIds: offerings.map(({ id }) => id) },
        })}
        onDone={async () => {
          notify(t('staff-plan.vehicle-added'))
          await forgetRoutes('listSharedVehicles')
        }}
        submit={t('staff-plan.vehicle-add')}
        initialValues={{ count: 1, weekdays: WEEKDAYS, offerings: [], validFrom: dateAt(now, zone, 0) }}
      >
        <div className="field-row">
          <Form.Item name="name" label={t('staff-plan.vehicle-name')} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="count" label={t('staff-plan.vehicle-count')} rules={required}>
            <InputNumber min={1} max={COUNT_MAX} precision={0} inputMode="numeric" />
          </Form.Item>
          <Form.Item name="validFrom" label={t('staff-plan.road-since')} rules={required}>
            <DateInput />
          </Form.Item>
        </div>
        <Form.Item name="weekdays" label={t('staff-plan.vehicle-days')} rules={required}>
          <Weekdays />
        </Form.Item>
        <Form.Item
          name="offerings"
          label={t('staff-plan.vehicle-offerings')}
          extra={t('staff-plan.vehicle-offerings-help')}
          rules={required}
        >
          <Offerings />
        </Form.Item>
      </IntentForm>
    </details>
  )
}

interface WeekdaysProps {
  readonly value?: readonly number[]
  readonly onChange?: (weekdays: readonly number[]) => void
}

/** Of what antd's form gives its fields only value and change: a group of boxes may not say that it is required. */
function Weekdays({ value = [], onChange }: WeekdaysProps) {
  const weekday = useWeekdays()
  return (
    <Checkbox.Group
      className="check-list"
      value={[...value]}
      onChange={(days) => onChange?.(days.toSorted((a, b) => a - b))}
      options={WEEKDAYS.map((one) => ({ value: one, label: weekday(one) }))}
    />
  )
}

interface OfferingsProps {
  readonly value?: readonly Named[]
  readonly onChange?: (offerings: readonly Named[]) => void
  readonly id?: string
}

/** The services that cannot be given without the vehicle. */
function Offerings({ value = [], onChange, id }: OfferingsProps) {
  const { t } = useWords()
  return (
    <>
      <ul className="picked">
        {value.map((one) => (
          <li key={one.id}>
            {one.name}
            <Button size="small" onClick={() => onChange?.(value.filter((other) => other.id !== one.id))}>
              {t('staff.remove')}
              <span className="visually-hidden"> {one.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      <OfferingPicker
        {...(id === undefined ? {} : { id })}
        unitId={undefined}
        category={undefined}
        value={null}
        onChange={(offering) => {
          if (offering === null || value.some((one) => one.id === offering.id)) return
          onChange?.([...value, { id: offering.id, name: `${offering.title} · ${offering.provider.name}` }])
        }}
      />
    </>
  )
}
