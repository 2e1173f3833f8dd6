import { Button, Form, Input, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, useForget, usePages } from '../../parts/use-call.ts'
import { DueTime, useDuration } from './parts.tsx'

type HoursCase = RowOf<'listHoursCases'>

/** Objections and suspicions, each with its evidence and the records it is about. */
export function Cases() {
  const { t } = useWords()
  const list = usePages('listHoursCases', { query: { state: 'open' } })
  return (
    <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t('hours.desk.no-cases')}>{t('hours.desk.no-cases-next')}</Empty>
        ) : (
          <>
            <ul className="cards">
              {rows.map((row) => (
                <CaseCard key={row.id} row={row} />
              ))}
            </ul>
            {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('staff.show-more')}</Button>}
          </>
        )
      }
    </ReadState>
  )
}

function CaseCard({ row }: { readonly row: HoursCase }) {
  const { t, named } = useWords()
  const { span } = useMoments()
  const duration = useDuration()
  const [isOpen, setOpen] = useState(false)
  const title = row.rule === null ? named('hours.case-kind', row.kind) : named('hours.rule', row.rule)
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>{title}</h2>
          <p className="cell-sub">
            {row.unitName} · {t('hours.desk.case-records', { count: row.records.length })}
          </p>
        </div>
        {row.dueAt !== null && <DueTime at={row.dueAt} />}
      </div>
      {row.statement !== '' && <p>{row.statement}</p>}
      <Facts
        facts={Object.entries(row.evidence).map(([key, value]) => ({
          term: named('hours.evidence', key),
          value: typeof value === 'string' ? named('hours.evidence-value', value) : value,
        }))}
      />
      <DataTable
        caption={title}
        rowKey={(record) => record.id}
        rows={row.records}
        columns={[
          { key: 'person', title: t('hours.desk.person'), cell: (record) => record.personName },
          { key: 'time', title: t('hours.mine.when'), cell: (record) => span(record.startedAt, record.endedAt) },
          { key: 'minutes', title: t('hours.mine.minutes'), cell: (record) => duration(record.minutes) },
          { key: 'title', title: t('hours.mine.what'), cell: (record) => record.title },
          { key: 'class', title: t('hours.mine.known'), cell: (record) => named('hours.class', record.class) },
          { key: 'state', title: t('hours.mine.state'), cell: (record) => named('hours.state', record.state) },
        ]}
      />
      {isOpen ? (
        <DecideForm row={row} onCancel={() => setOpen(false)} />
      ) : (
        <div className="form-buttons">
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('hours.desk.decide')}
            <span className="visually-hidden"> {title}</span>
          </Button>
        </div>
      )}
    </li>
  )
}

interface Decision {
  readonly decision: 'upheld' | 'dismissed'
  readonly answer: string
  readonly minutes?: Readonly<Record<string, number | null>>
}

function DecideForm({ row, onCancel }: { readonly row: HoursCase; readonly onCancel: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'decideHoursCase', Decision>
      route="decideHoursCase"
      toInput={({ decision, answer, minutes }) => ({
        params: { id: row.id },
        body: { decision, answer, corrections: decision === 'dismissed' ? [] : correctionsOf(row, minutes ?? {}) },
      })}
      onDone={async () => {
        notify(t('hours.desk.decided'))
        await forgetRoutes('listHoursCases', 'listHoursNotices')
      }}
      submit={t('hours.desk.decide')}
      onCancel={onCancel}
      initialValues={{ answer: '' }}
    >
      <Form.Item name="decision" label={t('hours.desk.decision')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={(['dismissed', 'upheld'] as const).map((value) => ({ value, label: t(`hours.desk.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['decision']}>
        {({ getFieldValue }) => getFieldValue('decision') === 'upheld' && <Minutes row={row} />}
      </Form.Item>
      <Form.Item name="answer" label={t('hours.desk.answer')} rules={required}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={300} />
      </Form.Item>
    </IntentForm>
  )
}

/** The minutes of each record as the case found them; what stays equal is not corrected. */
function Minutes({ row }: { readonly row: HoursCase }) {
  const { t } = useWords()
  const { moment } = useMoments()
  return (
    <fieldset>
      <legend>{t('hours.desk.right-minutes')}</legend>
      {row.records.map((record) => (
        <Form.Item
          key={record.id}
          name={['minutes', record.id]}
          label={`${record.personName ?? ''} · ${moment(record.startedAt)}`}
          initialValue={record.minutes}
        >
          <InputNumber min={0} max={record.minutes} precision={0} inputMode="numeric" />
        </Form.Item>
      ))}
    </fieldset>
  )
}

function correctionsOf(row: HoursCase, minutes: Readonly<Record<string, number | null>>) {
  return row.records.flatMap((record) => {
    const found = minutes[record.id]
    return found === undefined || found === null || found === record.minutes
      ? []
      : [{ recordId: record.id, minutes: found }]
  })
}
