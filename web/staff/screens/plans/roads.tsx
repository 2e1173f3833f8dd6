import { Button, Form, Input, InputNumber } from 'antd'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { type Named, nameIn, UnitPicker } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'

const MINUTES_MAX = 600

interface Road {
  readonly fromUnitId: Named
  readonly toUnitId: Named
  readonly minutes: number
  readonly reason: string
  readonly validFrom: string
}

/** Ways that take longer than the distance says. */
export function Roads({ mayEdit }: { readonly mayEdit: boolean }) {
  const { t } = useWords()
  const { day } = useMoments()
  const read = useRead('listTravelOverrides', {})
  return (
    <Section title={t('staff-plan.roads')}>
      <p className="sheet-lead">{t('staff-plan.roads-help')}</p>
      <ReadState read={read} lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p>{t('staff-plan.roads-none')}</p>
          ) : (
            <DataTable
              caption={t('staff-plan.roads')}
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                {
                  key: 'way',
                  title: t('staff-plan.roads'),
                  className: 'cell-title',
                  cell: (row) => <Way from={row.fromUnitId} to={row.toUnitId} />,
                },
                { key: 'minutes', title: t('staff-plan.road-minutes'), cell: (row) => row.minutes },
                { key: 'reason', title: t('staff-plan.road-reason'), cell: (row) => row.reason },
                { key: 'since', title: t('staff-plan.road-since'), cell: (row) => day(row.validFrom) },
                ...(mayEdit
                  ? [
                      {
                        key: 'end',
                        title: t('staff-plan.row-actions'),
                        cell: (row: { id: string }) => <End id={row.id} />,
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

function Way({ from, to }: { readonly from: string; readonly to: string }) {
  const { t } = useWords()
  return <>{t('staff-plan.road-row', { from: useUnitName(from), to: useUnitName(to) })}</>
}

function useUnitName(id: string): string {
  const { locale } = useWords()
  const read = useRead('readUnit', { params: { id } }, { staleTime: 300_000 })
  return read.data === undefined ? '…' : nameIn(locale, read.data.unit)
}

function End({ id }: { readonly id: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const end = useIntent('endTravelOverride', async () => {
    notify(t('staff-plan.road-ended'))
    await forgetRoutes('listTravelOverrides')
  })
  return (
    <Button loading={end.pending} onClick={() => void end.run({ params: { id } })}>
      {t('staff-plan.road-end')}
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
      <summary>{t('staff-plan.road-add')}</summary>
      <IntentForm<'overrideTravel', Road>
        route="overrideTravel"
        toInput={({ fromUnitId, toUnitId, ...road }) => ({
          body: { ...road, fromUnitId: fromUnitId.id, toUnitId: toUnitId.id, validUntil: null },
        })}
        onDone={async () => {
          notify(t('staff-plan.road-added'))
          await forgetRoutes('listTravelOverrides')
        }}
        submit={t('staff-plan.road-add')}
        initialValues={{ validFrom: dateAt(now, zone, 0) }}
      >
        <div className="field-row">
          <Form.Item name="fromUnitId" label={t('staff-plan.road-from')} rules={required}>
            <UnitPicker />
          </Form.Item>
          <Form.Item name="toUnitId" label={t('staff-plan.road-to')} rules={required}>
            <UnitPicker />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="minutes" label={t('staff-plan.road-minutes')} rules={required}>
            <InputNumber min={1} max={MINUTES_MAX} precision={0} inputMode="numeric" />
          </Form.Item>
          <Form.Item name="validFrom" label={t('staff-plan.road-since')} rules={required}>
            <DateInput />
          </Form.Item>
          <Form.Item name="reason" label={t('staff-plan.road-reason')} rules={required}>
            <Input maxLength={120} />
          </Form.Item>
        </div>
      </IntentForm>
    </details>
  )
}
