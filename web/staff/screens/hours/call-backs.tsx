import { Button, Form, Input, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { RevealContact } from '../../parts/reveal-contact.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { DueTime } from './parts.tsx'

type CallBack = AnswerOf<'listCallBacks'>['rows'][number]

/** Calls that were drawn; the sheet says nothing of who served, so that the caller hears the other side. */
export function CallBacks() {
  const { t } = useWords()
  const list = useRead('listCallBacks', {})
  return (
    <ReadState read={list} lines={6}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty title={t('hours.desk.no-calls')}>{t('hours.desk.no-calls-next')}</Empty>
        ) : (
          <ul className="cards">
            {rows.map((row) => (
              <CallCard key={row.id} row={row} />
            ))}
          </ul>
        )
      }
    </ReadState>
  )
}

function CallCard({ row }: { readonly row: CallBack }) {
  const { t } = useWords()
  const { day } = useMoments()
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>{row.title}</h2>
          <p className="cell-sub">
            {day(row.day)} · {t('hours.desk.attempts', { count: row.attempts })}
          </p>
        </div>
        <DueTime at={row.dueAt} />
      </div>
      {isOpen ? (
        <>
          <p>{t('hours.desk.calls-lead')}</p>
          <RevealContact orderId={row.orderId} nameMasked="" purpose="follow-up" />
          <CallForm row={row} onCancel={() => setOpen(false)} />
        </>
      ) : (
        <div className="form-buttons">
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('hours.desk.make-call')}
            <span className="visually-hidden"> {row.title}</span>
          </Button>
        </div>
      )}
    </li>
  )
}

interface Heard {
  readonly result: 'spoke' | 'no-answer'
  readonly spokenTo?: string
  readonly came?: boolean
  readonly peopleHeard?: number | null
  readonly minutesHeard?: number | null
  readonly note: string
}

function CallForm({ row, onCancel }: { readonly row: CallBack; readonly onCancel: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'recordCallBack', Heard>
      route="recordCallBack"
      toInput={({ result, spokenTo, came, peopleHeard, minutesHeard, note }) => {
        const isHeard = result === 'spoke'
        return {
          params: { id: row.id },
          body: {
            result,
            note,
            spokenTo: isHeard ? (spokenTo ?? null) : null,
            came: isHeard ? (came ?? null) : null,
            peopleHeard: isHeard ? (peopleHeard ?? null) : null,
            minutesHeard: isHeard ? (minutesHeard ?? null) : null,
          },
        }
      }}
      onDone={async () => {
        notify(t('hours.desk.called'))
        onCancel()
        await forgetRoutes('listCallBacks')
      }}
      submit={t('staff.save')}
      onCancel={onCancel}
      initialValues={{ note: '' }}
    >
      <Form.Item name="result" label={t('hours.desk.call-result')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={(['spoke', 'no-answer'] as const).map((value) => ({ value, label: t(`hours.desk.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['result']}>
        {({ getFieldValue }) => getFieldValue('result') === 'spoke' && <HeardFields />}
      </Form.Item>
      <Form.Item name="note" label={t('hours.desk.remark')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

function HeardFields() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <Form.Item name="spokenTo" label={t('hours.desk.spoken-to')} rules={required}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="came" label={t('hours.desk.came')} rules={required}>
        <Radio.Group
          options={[
            { value: true, label: t('hours.desk.yes') },
            { value: false, label: t('hours.desk.no') },
          ]}
        />
      </Form.Item>
      <Form.Item name="peopleHeard" label={t('hours.desk.people-heard')}>
        <InputNumber min={0} max={500} precision={0} inputMode="numeric" />
      </Form.Item>
      <Form.Item name="minutesHeard" label={t('hours.desk.minutes-heard')}>
        <InputNumber min={0} max={1440} precision={0} inputMode="numeric" />
      </Form.Item>
    </>
  )
}
