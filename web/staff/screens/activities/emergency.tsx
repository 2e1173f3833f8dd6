import { Button } from 'antd'
import { useState } from 'react'
import type { RosterRow } from '../../../../contract/activity-shapes.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { focusOnAppearing } from '../../parts/focus.ts'
import { Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useIntent } from '../../parts/use-call.ts'

const PURPOSES = ['accident', 'illness', 'missing'] as const
type Purpose = (typeof PURPOSES)[number]
type Contact = AnswerOf<'lookAtEmergency'>

interface EmergencyProps {
  readonly id: string
  readonly rows: readonly RosterRow[]
}

/** Whom to call for somebody at this session. Each look says what it is for and is shown to the person. */
export function Emergency({ id, rows }: EmergencyProps) {
  const { t } = useWords()
  const [personId, setPersonId] = useState('')
  const [purpose, setPurpose] = useState<Purpose | ''>('')
  const [contact, setContact] = useState<Contact | null>(null)
  const look = useIntent('lookAtEmergency', setContact)
  const send = () => {
    if (purpose !== '') void look.run({ params: { id }, body: { personId, purpose } })
  }
  if (rows.length === 0) return null
  return (
    <Section title={t('staff-activity.emergency')}>
      <p className="sheet-lead">{t('staff-activity.emergency-lead')}</p>
      <div className="filters">
        <Choose
          label={t('staff-activity.emergency-who')}
          empty={t('staff-activity.emergency-who')}
          value={personId}
          options={rows.map((row) => ({ value: row.personId, text: row.name ?? '–' }))}
          onChange={(value) => {
            setPersonId(value)
            setContact(null)
          }}
        />
        <Choose
          label={t('staff-activity.emergency-why')}
          empty={t('staff-activity.emergency-why')}
          value={purpose}
          options={PURPOSES.map((value) => ({ value, text: t(`staff-activity.emergency.${value}`) }))}
          onChange={(value) => setPurpose(value as Purpose | '')}
        />
        <Button danger disabled={personId === '' || purpose === ''} loading={look.pending} onClick={send}>
          {t('staff-activity.emergency-look')}
        </Button>
      </div>
      <ProblemAlert problem={look.problem} />
      {contact !== null && <Found contact={contact} onHide={() => setContact(null)} />}
    </Section>
  )
}

function Found({ contact, onHide }: { readonly contact: Contact; readonly onHide: () => void }) {
  const { t } = useWords()
  const phones = contact.guardianPhones
  return (
    <div className="contact contact-clear" role="status" tabIndex={-1} ref={focusOnAppearing}>
      <p>
        <strong>{contact.name ?? '–'}</strong>
        {contact.isMinor && ` · ${t('staff-activity.emergency-minor')}`}
      </p>
      {contact.contact !== null && (
        <p>
          {contact.contact.name} ({contact.contact.relation}){' '}
          <a className="phone" href={`tel:${contact.contact.phone}`}>
            {contact.contact.phone}
          </a>
        </p>
      )}
      {phones.map((phone) => (
        <p key={phone}>
          {t('staff-activity.emergency-guardian')}{' '}
          <a className="phone" href={`tel:${phone}`}>
            {phone}
          </a>
        </p>
      ))}
      {contact.contact === null && phones.length === 0 && <p>{t('staff-activity.emergency-nobody')}</p>}
      <Button size="small" onClick={onHide}>
        {t('staff.hide')}
      </Button>
    </div>
  )
}
