import { Button, Form, Input, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { DueTime, useDuration } from './parts.tsx'

type Demand = AnswerOf<'listDemands'>['rows'][number]

/** What volunteers ask to be corrected; each is answered in time, or rises to the level above. */
export function Demands() {
  const { t } = useWords()
  const list = useRead('listDemands', {})
  return (
    <ReadState read={list} lines={6}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty title={t('hours.desk.no-demands')}>{t('hours.desk.no-demands-next')}</Empty>
        ) : (
          <ul className="cards">
            {rows.map((row) => (
              <DemandCard key={row.id} row={row} />
            ))}
          </ul>
        )
      }
    </ReadState>
  )
}

function DemandCard({ row }: { readonly row: Demand }) {
  const { t } = useWords()
  const { span } = useMoments()
  const duration = useDuration()
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>
            {row.personName} · {row.title}
          </h2>
          <p className="cell-sub">
            {span(row.startedAt, row.endedAt)} · {row.teamName ?? row.unitName}
          </p>
        </div>
        {row.dueAt !== null && <DueTime at={row.dueAt} />}
      </div>
      <Facts
        facts={[
          { term: t('staff.reason'), value: row.reason },
          {
            term: t('hours.desk.recorded-now'),
            value: row.recordedMinutes === null ? t('hours.desk.nothing-yet') : duration(row.recordedMinutes),
          },
        ]}
      />
      {isOpen ? (
        <AnswerForm row={row} onCancel={() => setOpen(false)} />
      ) : (
        <div className="form-buttons">
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('hours.desk.answer-it')}
            <span className="visually-hidden"> {row.personName}</span>
          </Button>
        </div>
      )}
    </li>
  )
}

interface Values {
  readonly outcome: 'corrected' | 'declined'
  readonly answer: string
  readonly minutes?: number | null
}

function AnswerForm({ row, onCancel }: { readonly row: Demand; readonly onCancel: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  const span = Math.floor((Date.parse(row.endedAt) - Date.parse(row.startedAt)) / 60_000)
  return (
    <IntentForm<'answerDemand', Values>
      route="answerDemand"
      toInput={({ outcome, answer, minutes }) => ({
        params: { id: row.id },
        body: { outcome, answer, minutes: outcome === 'corrected' ? (minutes ?? null) : null },
      })}
      onDone={async () => {
        notify(t('hours.desk.answered'))
        await forgetRoutes('listDemands', 'listHoursToApprove')
      }}
      submit={t('hours.desk.answer-it')}
      onCancel={onCancel}
      initialValues={{ answer: '', minutes: span }}
    >
      <Form.Item name="outcome" label={t('hours.desk.decision')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={(['corrected', 'declined'] as const).map((value) => ({ value, label: t(`hours.desk.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['outcome']}>
        {({ getFieldValue }) =>
          getFieldValue('outcome') === 'corrected' && (
            <Form.Item name="minutes" label={t('hours.desk.minutes')}>
              <InputNumber min={0} max={span} precision={0} inputMode="numeric" />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item name="answer" label={t('hours.desk.answer')} rules={required}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={300} />
      </Form.Item>
    </IntentForm>
  )
}
