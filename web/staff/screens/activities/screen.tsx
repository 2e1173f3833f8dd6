import { useEffect, useState } from 'react'
import { Link, useParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'

/** The check-in screen for a projector: it changes by itself, and nothing else is on it. */
export function CodeScreen() {
  const { t } = useWords()
  const { id } = useParams<{ id: string }>()
  const session = useRead('readSession', { params: { id } })
  const code = useRead('readSessionCode', { params: { id } }, { staleTime: 0 })
  const { refetch } = code
  const { data, dataUpdatedAt } = code
  const [full, setFull] = useState(false)
  useEffect(() => {
    const seconds = data === undefined ? 1 : data.secondsLeft + 1
    const timer = setTimeout(() => void refetch(), seconds * 1000)
    return () => clearTimeout(timer)
  }, [data, dataUpdatedAt, refetch])
  return (
    <div className={full ? 'projector projector-full' : 'projector'}>
      <Page
        title={session.data?.session.title ?? t('staff-activity.screen')}
        lead={session.data?.session.place}
        actions={
          <>
            <button type="button" className="button" onClick={() => setFull(!full)}>
              {t(full ? 'staff-activity.small' : 'staff-activity.full')}
            </button>
            {!full && <Link href={`/sessions/${id}`}>{t('staff-activity.roster')}</Link>}
          </>
        }
      >
        <ReadState read={code}>
          {(answer) => (
            <div className="projector-code">
              <img src={`data:image/svg+xml;utf8,${encodeURIComponent(answer.qrSvg)}`} alt={t('volunteer.code.qr')} />
              <div>
                <p>{t('volunteer.screen.how')}</p>
                <p className="projector-text">{`${answer.code.slice(0, 4)} ${answer.code.slice(4)}`}</p>
                <p>{t('volunteer.screen.phone', { code: answer.phoneCode })}</p>
                <p className="projector-count">
                  {t('volunteer.screen.came', { came: answer.checkedIn, expected: answer.signedUp })}
                </p>
              </div>
            </div>
          )}
        </ReadState>
      </Page>
    </div>
  )
}
