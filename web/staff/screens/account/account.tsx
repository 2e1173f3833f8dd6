import { Button, Form, Input } from 'antd'
import { useRef, useState } from 'react'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Page, Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { type AnswerOf } from '../../../shared/api-client.ts'
import { useForget, useRead } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'

/** Who one is here, and the phone by which one's own resident account is known. */
export function AccountScreen() {
  const { t, named } = useWords()
  const me = useMe()
  const read = useRead('readMyStaffPhone', {})
  return (
    <Page title={t('staff.account')}>
      <Section title={me.name ?? ''}>
        <Facts facts={me.roles.map((one) => ({ term: named('people.role', one.role), value: one.unitName }))} />
      </Section>
      <Section title={t('staff.own-phone')}>
        <p>{t('staff.own-phone-lead')}</p>
        <ReadState read={read} lines={3}>
          {(phone) => <OwnPhone phone={phone} />}
        </ReadState>
      </Section>
    </Page>
  )
}

function OwnPhone({ phone }: { readonly phone: AnswerOf<'readMyStaffPhone'> }) {
  const { t } = useWords()
  const { moment } = useMoments()
  const [isOpen, setOpen] = useState(phone.phoneMasked === null)
  // The phone to which a code went; null before.
  const [asked, setAsked] = useState<string | null>(null)
  const close = () => {
    setAsked(null)
    setOpen(false)
  }
  return (
    <>
      {phone.phoneMasked !== null && phone.provedAt !== null && (
        <p>
          <strong>{phone.phoneMasked}</strong> · {t('staff.own-phone-since', { at: moment(phone.provedAt) })}
        </p>
      )}
      {!isOpen ? (
        <Button onClick={() => setOpen(true)}>{t('staff.own-phone-change')}</Button>
      ) : asked === null ? (
        <AskForm onAsked={setAsked} onCancel={phone.phoneMasked === null ? undefined : close} />
      ) : (
        <ProveForm phone={asked} onDone={close} onCancel={() => setAsked(null)} />
      )}
    </>
  )
}

function AskForm({
  onAsked,
  onCancel,
}: {
  readonly onAsked: (phone: string) => void
  readonly onCancel?: (() => void) | undefined
}) {
  const { t } = useWords()
  const typed = useRef('')
  return (
    <IntentForm<'requestCode', { readonly phone: string }>
      route="requestCode"
      toInput={({ phone }) => {
        typed.current = phone
        return { body: { phone } }
      }}
      onDone={() => onAsked(typed.current)}
      submit={t('staff.own-phone-ask')}
      onCancel={onCancel}
    >
      <Form.Item
        name="phone"
        label={t('staff.own-phone')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Input maxLength={24} inputMode="tel" autoComplete="tel" />
      </Form.Item>
    </IntentForm>
  )
}

interface ProveProps {
  readonly phone: string
  readonly onDone: () => void
  readonly onCancel: () => void
}

function ProveForm({ phone, onDone, onCancel }: ProveProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  return (
    <IntentForm<'proveMyStaffPhone', { readonly code: string }>
      route="proveMyStaffPhone"
      toInput={({ code }) => ({ body: { phone, code } })}
      onDone={async () => {
        notify(t('staff.own-phone-proved'))
        await forgetRoutes('readMyStaffPhone')
        onDone()
      }}
      submit={t('staff.own-phone-prove')}
      onCancel={onCancel}
    >
      <Form.Item
        name="code"
        label={t('staff.own-phone-code', { phone })}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Input maxLength={6} inputMode="numeric" autoComplete="one-time-code" />
      </Form.Item>
    </IntentForm>
  )
}
