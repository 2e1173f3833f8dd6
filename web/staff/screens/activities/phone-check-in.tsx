import { Form, Input, Radio } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { useRead } from '../../parts/use-call.ts'

type Done = AnswerOf<'checkInByPhone'>

interface Values {
  readonly direction: 'in' | 'out'
  readonly phone: string
  readonly code: string
}

/** Somebody calls who has only a telephone, and reads the six digits of the screen at the door aloud. */
export function PhoneCheckInScreen() {
  const { t } = useWords()
  const [done, setDone] = useState<readonly Done[]>([])
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Page title={t('staff.menu.phone-check-in')} lead={t('staff-activity.phone-lead')} width="reading">
      <Section title={t('staff-activity.phone-one')}>
        <IntentForm<'checkInByPhone', Values>
          route="checkInByPhone"
          initialValues={{ direction: 'in' }}
          toInput={({ direction, phone, code }) => ({ body: { direction, phone, code: code.replaceAll(/\s/gu, '') } })}
          onDone={(answer) => setDone((before) => [answer, ...before])}
          submit={t('staff-activity.phone-enter')}
        >
          <Form.Item name="direction" label={t('staff-collect.direction')} required>
            <Radio.Group
              options={[
                { value: 'in', label: t('staff-collect.direction-in') },
                { value: 'out', label: t('staff-collect.direction-out') },
              ]}
            />
          </Form.Item>
          <div className="field-row">
            <Form.Item name="phone" label={t('staff-activity.phone-number')} rules={required}>
              <Input maxLength={24} inputMode="tel" autoComplete="off" />
            </Form.Item>
            <Form.Item
              name="code"
              label={t('staff-activity.phone-code')}
              extra={t('staff-activity.phone-code-help')}
              rules={required}
            >
              <Input maxLength={9} inputMode="numeric" autoComplete="off" className="digits" />
            </Form.Item>
          </div>
        </IntentForm>
      </Section>
      {done.length > 0 && (
        <Section title={t('staff-activity.phone-done')}>
          <div role="status">
            <ul className="phone-done">
              {done.map((one, index) => (
                <DoneLine key={done.length - index} done={one} />
              ))}
            </ul>
          </div>
        </Section>
      )}
    </Page>
  )
}

function DoneLine({ done }: { readonly done: Done }) {
  const { t } = useWords()
  const { time } = useMoments()
  const { data } = useRead('readSession', { params: { id: done.sessionId } })
  return (
    <li>
      <strong>
        {done.checkedOutAt === null
          ? t('staff-activity.phone-came', { at: time(done.checkedInAt) })
          : t('staff-activity.phone-left', { at: time(done.checkedOutAt) })}
      </strong>{' '}
      {data?.session.title}
      {done.needsConfirmation && ` · ${t('staff-activity.needs-confirmation')}`}
    </li>
  )
}
