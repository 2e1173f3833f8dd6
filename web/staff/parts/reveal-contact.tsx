import { Button } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'
import { may, useMe } from '../session.tsx'
import { focusOnAppearing } from './focus.ts'
import { Choose } from './pickers.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { useIntent } from './use-call.ts'

const PURPOSES = ['call-requester', 'visit', 'dispatch', 'follow-up', 'complaint'] as const
type Purpose = (typeof PURPOSES)[number]

interface RevealContactProps {
  readonly orderId: string
  readonly nameMasked: string
  readonly phoneMasked?: string
  readonly addressMasked?: string | null
  readonly purpose?: Purpose
}

/** Contact data, masked until somebody says what they need it for; the person can see who looked. */
export function RevealContact({
  orderId,
  nameMasked,
  phoneMasked,
  addressMasked,
  purpose = 'call-requester',
}: RevealContactProps) {
  const { t, named } = useWords()
  const me = useMe()
  const [clear, setClear] = useState<AnswerOf<'revealContact'>>()
  const [asking, setAsking] = useState(false)
  const [chosen, setChosen] = useState<Purpose>(purpose)
  const intent = useIntent('revealContact', (answer) => {
    setClear(answer)
    setAsking(false)
  })
  if (clear !== undefined) return <ClearContact contact={clear} onHide={() => setClear(undefined)} />
  return (
    <div className="contact">
      <p>
        <strong>{nameMasked}</strong> {phoneMasked !== undefined && <span className="number">{phoneMasked}</span>}
        {addressMasked !== null && addressMasked !== undefined && <span className="cell-sub">{addressMasked}</span>}
      </p>
      {may(me, 'personal.reveal') && !asking && (
        <Button size="small" onClick={() => setAsking(true)}>
          {t('staff.reveal')}
        </Button>
      )}
      {asking && (
        <div className="reveal-ask" tabIndex={-1} ref={focusOnAppearing}>
          <p>{t('staff.reveal-why')}</p>
          <Choose
            label={t('staff.purpose')}
            value={chosen}
            options={PURPOSES.map((value) => ({ value, text: named('people.purpose', value) }))}
            onChange={(value) => setChosen(value as Purpose)}
          />
          <div className="form-buttons">
            <Button
              type="primary"
              loading={intent.pending}
              onClick={() => void intent.run({ params: { id: orderId }, body: { purpose: chosen } })}
            >
              {t('staff.reveal-now')}
            </Button>
            <Button onClick={() => setAsking(false)}>{t('staff.cancel')}</Button>
          </div>
        </div>
      )}
      <ProblemAlert problem={intent.problem} />
    </div>
  )
}

function ClearContact({
  contact,
  onHide,
}: {
  readonly contact: AnswerOf<'revealContact'>
  readonly onHide: () => void
}) {
  const { t } = useWords()
  return (
    <div className="contact contact-clear" role="status" tabIndex={-1} ref={focusOnAppearing}>
      <p>
        <strong>{contact.contactName}</strong>{' '}
        <a className="phone" href={`tel:${contact.contactPhone}`}>
          {contact.contactPhone}
        </a>
      </p>
      {contact.callBackPhone !== null && (
        <p>
          {t('staff.call-back')}{' '}
          <a className="phone" href={`tel:${contact.callBackPhone}`}>
            {contact.callBackPhone}
          </a>
        </p>
      )}
      {contact.address !== null && <p>{contact.address}</p>}
      <Button size="small" onClick={onHide}>
        {t('staff.hide')}
      </Button>
    </div>
  )
}
