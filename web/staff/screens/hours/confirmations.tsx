import { Button } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useForget, useRead } from '../../parts/use-call.ts'
import { useDuration } from './parts.tsx'

type List = AnswerOf<'listHoursToConfirm'>['rows'][number]

/** Lists that somebody else ticked or entered: a second person confirms each as a whole. */
export function Confirmations() {
  const { t } = useWords()
  const read = useRead('listHoursToConfirm', {})
  return (
    <>
      <p className="lead">{t('hours.desk.confirm-lead')}</p>
      <ReadState read={read} lines={6}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title={t('hours.desk.no-confirmations')}>{t('hours.desk.no-confirmations-next')}</Empty>
          ) : (
            <ul className="cards">
              {rows.map((row) => (
                <ListCard key={row.subjectId} row={row} />
              ))}
            </ul>
          )
        }
      </ReadState>
    </>
  )
}

function ListCard({ row }: { readonly row: List }) {
  const { t } = useWords()
  const { day } = useMoments()
  const duration = useDuration()
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="sheet card">
      <h2>
        {row.title} · {day(row.day)}
      </h2>
      <p className="cell-sub">
        {t('hours.desk.people', { count: row.people })} · {duration(row.minutes)} · {row.teamName ?? row.unitName}
        {row.recorderName !== null && ` · ${t('hours.desk.recorder')} ${row.recorderName}`}
      </p>
      {isOpen ? (
        <ConfirmForm row={row} onCancel={() => setOpen(false)} />
      ) : (
        <div className="form-buttons">
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('hours.desk.confirm')}
            <span className="visually-hidden"> {row.title}</span>
          </Button>
        </div>
      )}
    </li>
  )
}

function ConfirmForm({ row, onCancel }: { readonly row: List; readonly onCancel: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  return (
    <ReasonForm
      route="confirmHoursOfList"
      toInput={({ reason }) => ({ params: { id: row.subjectId }, body: { statement: reason } })}
      onDone={async (answer) => {
        notify(t('hours.desk.confirm-done', answer))
        await forgetRoutes('listHoursToConfirm', 'listHoursNotices')
      }}
      submit={t('hours.desk.confirm')}
      help={t('hours.desk.confirm-basis')}
      onCancel={onCancel}
    />
  )
}
