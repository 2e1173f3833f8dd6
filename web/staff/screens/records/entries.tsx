import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, useForget, usePages } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { useDuration } from './use-duration.ts'

type Row = RowOf<'listRecordEntries'>

/** Trainings and commendations of volunteers, and the demands to correct them. */
export function RecordEntriesScreen() {
  const { t, named } = useWords()
  const { date } = useMoments()
  const duration = useDuration()
  const list = usePages('listRecordEntries', { query: {} }, { keep: true })
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Page title={t('staff-records.entries-title')} lead={t('staff-records.entries-lead')}>
      <NewEntry />
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-records.entries-none')} />
          ) : (
            <>
              <div className="sheet">
                <DataTable
                  caption={t('staff-records.entries-title')}
                  rows={rows}
                  rowKey={({ id }) => id}
                  more={list}
                  columns={[
                    {
                      key: 'name',
                      title: t('staff-records.name'),
                      className: 'cell-title',
                      cell: (row) => (
                        <>
                          {row.name}
                          <span className="cell-sub">
                            {named('staff-records.kind', row.kind)} · {row.giver}
                          </span>
                        </>
                      ),
                    },
                    { key: 'person', title: t('staff-records.person'), cell: (row) => row.personName ?? '–' },
                    { key: 'day', title: t('staff-records.day'), cell: (row) => date(row.day) },
                    {
                      key: 'time',
                      title: t('staff-records.time'),
                      cell: (row) => (row.minutes === null ? '–' : duration(row.minutes)),
                    },
                    {
                      key: 'demand',
                      title: t('staff-records.demand'),
                      cell: (row) => (row.demand?.state === 'open' ? row.demand.reason : '–'),
                    },
                    {
                      key: 'correct',
                      title: t('staff-records.correct'),
                      cell: (row) => <Button onClick={() => setChosen(row.id)}>{t('staff-records.correct')}</Button>,
                    },
                  ]}
                />
              </div>
              <Correct key={chosen} row={rows.find((row) => row.id === chosen)} onDone={() => setChosen(null)} />
            </>
          )
        }
      </ReadState>
    </Page>
  )
}

interface FactValues {
  readonly name: string
  readonly content?: string
  readonly minutes?: number | null
  readonly giver: string
  readonly day: string
}

const factsOf = ({ name, content, minutes, giver, day }: FactValues) => ({
  name,
  content: content ?? '',
  minutes: minutes ?? null,
  giver,
  day,
})

function FactFields() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <div className="field-row">
        <Form.Item name="name" label={t('staff-records.name')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="giver" label={t('staff-records.giver')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="day" label={t('staff-records.day')} rules={required}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="minutes" label={t('staff-records.minutes')} extra={t('staff-records.minutes-help')}>
          <InputNumber min={1} max={100_000} precision={0} inputMode="numeric" />
        </Form.Item>
      </div>
      <Form.Item name="content" label={t('staff-records.content')}>
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={400} />
      </Form.Item>
    </>
  )
}

interface NewValues extends FactValues {
  readonly unitId: string
  readonly kind: 'training' | 'commendation'
  readonly phones: string
}

function NewEntry() {
  const { t } = useWords()
  const me = useMe()
  const notify = useNotify()
  const forget = useForget()
  const units = [...new Map(me.roles.map((role) => [role.unitId, role.unitName]))]
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-records.new')}>
      <IntentForm<'enterRecords', NewValues>
        route="enterRecords"
        initialValues={{ kind: 'training', unitId: units[0]?.[0] ?? '' }}
        toInput={(values) => ({
          body: {
            ...factsOf(values),
            unitId: values.unitId,
            kind: values.kind,
            phones: values.phones.split(/[\s,;，；、]+/u).filter((phone) => phone !== ''),
          },
        })}
        onDone={async ({ entered, unknown }) => {
          const places = unknown.map((place) => place + 1).join(', ')
          notify(
            unknown.length === 0
              ? t('staff-records.entered', { count: entered })
              : t('staff-records.entered-unknown', { count: entered, places }),
          )
          await forget('listRecordEntries')
        }}
        submit={t('staff-records.enter')}
      >
        <div className="field-row">
          <Form.Item name="kind" label={t('staff-records.kind')} rules={required}>
            <Choose
              options={(['training', 'commendation'] as const).map((value) => ({
                value,
                text: t(`staff-records.kind.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="unitId" label={t('staff-records.recorder')} rules={required}>
            <Choose options={units.map(([value, text]) => ({ value, text }))} />
          </Form.Item>
        </div>
        <FactFields />
        <Form.Item
          name="phones"
          label={t('staff-records.phones')}
          extra={t('staff-records.phones-help')}
          rules={required}
        >
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={6000} inputMode="tel" />
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

interface CorrectProps {
  readonly row: Row | undefined
  readonly onDone: () => void
}

/** What the entry should say; with a demand the same answers it. */
function Correct({ row, onDone }: CorrectProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  if (row === undefined) return null
  const done = async () => {
    notify(t('staff-records.corrected'))
    onDone()
    await forget('listRecordEntries')
  }
  const { name, content, minutes, giver, day, demand } = row
  const initialValues = { name, content, minutes, giver, day }
  if (demand?.state === 'open') return <AnswerDemand row={row} initialValues={initialValues} onDone={done} />
  return (
    <Section title={t('staff-records.correct')}>
      <IntentForm<'correctRecordEntry', FactValues>
        route="correctRecordEntry"
        initialValues={initialValues}
        toInput={(values) => ({ params: { id: row.id }, body: { correction: factsOf(values) } })}
        onDone={done}
        onCancel={onDone}
        submit={t('staff-records.correct-save')}
      >
        <FactFields />
      </IntentForm>
      <IntentForm<'correctRecordEntry'>
        route="correctRecordEntry"
        toInput={() => ({ params: { id: row.id }, body: { correction: null } })}
        onDone={done}
        submit={t('staff-records.strike')}
        danger
      />
    </Section>
  )
}

interface AnswerDemandProps {
  readonly row: Row
  readonly initialValues: FactValues
  readonly onDone: () => Promise<void>
}

function AnswerDemand({ row, initialValues, onDone }: AnswerDemandProps) {
  const { t } = useWords()
  const demand = row.demand!
  const params = { id: demand.id }
  return (
    <Section title={t('staff-records.demand-open', { reason: demand.reason })}>
      <IntentForm<'answerRecordDemand', FactValues & { readonly answer: string }>
        route="answerRecordDemand"
        initialValues={initialValues}
        toInput={({ answer, ...values }) => ({
          params,
          body: { outcome: 'corrected', answer, correction: factsOf(values) },
        })}
        onDone={onDone}
        submit={t('staff-records.answer-demand')}
      >
        <FactFields />
        <Form.Item
          name="answer"
          label={t('staff-records.answer')}
          rules={[{ required: true, message: t('validation.required') }]}
        >
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={200} />
        </Form.Item>
      </IntentForm>
      <h3>{t('staff-records.decline')}</h3>
      <ReasonForm<'answerRecordDemand'>
        route="answerRecordDemand"
        toInput={({ reason }) => ({ params, body: { outcome: 'declined', answer: reason, correction: null } })}
        onDone={onDone}
        submit={t('staff-records.decline')}
      />
    </Section>
  )
}
