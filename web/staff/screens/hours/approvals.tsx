import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts } from '../../parts/page.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, useForget, usePages } from '../../parts/use-call.ts'
import { DueTime, useDuration } from './parts.tsx'

type Waiting = RowOf<'listHoursToApprove'>

/** Hours above the limits of a day, with weak evidence or entered afterwards: each with what is known of it. */
export function Approvals() {
  const { t } = useWords()
  const list = usePages('listHoursToApprove', {})
  return (
    <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t('hours.desk.no-approvals')}>{t('hours.desk.no-approvals-next')}</Empty>
        ) : (
          <>
            <ul className="cards">
              {rows.map((row) => (
                <WaitingCard key={row.id} row={row} />
              ))}
            </ul>
            {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('staff.show-more')}</Button>}
          </>
        )
      }
    </ReadState>
  )
}

function WaitingCard({ row }: { readonly row: Waiting }) {
  const { t, named } = useWords()
  const { span } = useMoments()
  const duration = useDuration()
  const [act, setAct] = useState<'approve' | 'refuse' | null>(null)
  const why = row.tier > 0 ? t(`hours.desk.tier-${row.tier === 1 ? 1 : 2}`) : named('hours.cause', row.cause)
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>
            {row.personName} · {duration(row.minutes)}
          </h2>
          <p className="cell-sub">
            {row.title} · {span(row.startedAt, row.endedAt)} · {row.teamName ?? row.unitName}
          </p>
        </div>
        <DueTime at={row.dueAt} />
      </div>
      <Facts
        facts={[
          { term: t('hours.desk.why'), value: why },
          { term: t('hours.desk.day-total'), value: duration(row.dayMinutes) },
          { term: t('hours.mine.known'), value: named('hours.class', row.class) },
          { term: t('hours.desk.score'), value: row.score },
          {
            term: t('hours.desk.signs'),
            value: row.reasons.map((one) => named('hours.sign', one)).join(t('hours.mine.and')),
          },
          { term: t('hours.desk.recorder'), value: row.recorderName },
          { term: t('staff.reason'), value: row.statement },
        ]}
      />
      {act === null ? (
        <div className="form-buttons">
          <Button type="primary" onClick={() => setAct('approve')}>
            {t('hours.desk.approve')}
            <span className="visually-hidden"> {row.personName}</span>
          </Button>
          <Button onClick={() => setAct('refuse')}>
            {t('hours.desk.refuse')}
            <span className="visually-hidden"> {row.personName}</span>
          </Button>
        </div>
      ) : act === 'approve' ? (
        <ApproveForm row={row} onCancel={() => setAct(null)} />
      ) : (
        <RefuseForm row={row} onCancel={() => setAct(null)} />
      )}
    </li>
  )
}

interface ActProps {
  readonly row: Waiting
  readonly onCancel: () => void
}

function ApproveForm({ row, onCancel }: ActProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  return (
    <IntentForm<'approveHours', { readonly minutes: number | null; readonly statement: string }>
      route="approveHours"
      toInput={({ minutes, statement }) => ({ params: { id: row.id }, body: { minutes, statement } })}
      onDone={async () => {
        notify(t('hours.desk.approved'))
        await forgetRoutes('listHoursToApprove', 'listHoursNotices')
      }}
      submit={t('hours.desk.approve')}
      onCancel={onCancel}
      initialValues={{ minutes: row.minutes, statement: '' }}
    >
      <Form.Item name="minutes" label={t('hours.desk.minutes')} extra={t('hours.desk.minutes-help')}>
        <InputNumber min={0} max={row.minutes} precision={0} inputMode="numeric" />
      </Form.Item>
      <Form.Item name="statement" label={t('hours.desk.remark')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={300} />
      </Form.Item>
    </IntentForm>
  )
}

function RefuseForm({ row, onCancel }: ActProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  return (
    <ReasonForm
      route="refuseHours"
      toInput={({ reason }) => ({ params: { id: row.id }, body: { statement: reason } })}
      onDone={async () => {
        notify(t('hours.desk.refused'))
        await forgetRoutes('listHoursToApprove')
      }}
      submit={t('hours.desk.refuse')}
      help={t('hours.desk.refuse-help')}
      onCancel={onCancel}
      danger
    />
  )
}
