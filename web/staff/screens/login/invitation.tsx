import { useQueryClient } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { Loading } from '../../parts/states.tsx'
import { useIntent } from '../../parts/use-call.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { Entrance } from './entrance.tsx'

const PASSWORD_CHARACTERS_MIN = 8

/** /staff/invitation#token: the token stands behind the #, so that no server or log ever sees it in an address. */
export function InvitationScreen() {
  const { t } = useWords()
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)))
  const [invitation, setInvitation] = useState<AnswerOf<'openInvitation'>>()
  const { run, problem } = useIntent('openInvitation', setInvitation)
  useEffect(() => {
    void run({ body: { token } })
    // Opened once for this page, not again whenever the words of the page change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [token])
  return (
    <Entrance title={t('staff.invitation-title')}>
      <ProblemAlert problem={problem} />
      {invitation === undefined && problem === null && <Loading />}
      {problem !== null && <p className="hint">{t('staff.invitation-void')}</p>}
      {invitation !== undefined && <AcceptForm token={token} invitation={invitation} />}
    </Entrance>
  )
}

interface AcceptFormProps {
  readonly token: string
  readonly invitation: AnswerOf<'openInvitation'>
}

interface Values {
  readonly password: string
  readonly again: string
  readonly totp: string
}

function AcceptForm({ token, invitation }: AcceptFormProps) {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const required = { required: true, message: t('validation.required') }
  const secret = new URL(invitation.totpUri).searchParams.get('secret') ?? ''
  return (
    <IntentForm<'acceptInvitation', Values>
      route="acceptInvitation"
      toInput={({ password, totp }) => ({ body: { token, password, totp: totp.replaceAll(/\s/gu, '') } })}
      onDone={(me) => {
        client.clear()
        client.setQueryData(['readMe', {}], me)
        navigate('/', { replace: true })
      }}
      submit={t('staff.invitation-accept')}
    >
      <p>{t('staff.invitation-hello', { name: invitation.name ?? invitation.login, login: invitation.login })}</p>
      <input type="text" autoComplete="username" value={invitation.login} readOnly hidden />
      <Form.Item
        name="password"
        label={t('staff.new-password')}
        extra={t('staff.password-help', { minimum: PASSWORD_CHARACTERS_MIN })}
        rules={[required]}
      >
        <Input type="password" autoComplete="new-password" autoFocus />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('staff.password-again')}
        dependencies={['password']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: async (_rule, value: unknown) => {
              if (value !== undefined && value !== '' && value !== getFieldValue('password')) {
                throw new Error(t('staff.password-unequal'))
              }
            },
          }),
        ]}
      >
        <Input type="password" autoComplete="new-password" />
      </Form.Item>
      <fieldset className="totp-setup">
        <legend>{t('staff.totp-setup')}</legend>
        <img
          src={`data:image/svg+xml;utf8,${encodeURIComponent(invitation.totpQrSvg)}`}
          alt={t('staff.totp-qr')}
          width="168"
          height="168"
        />
        <p>
          {t('staff.totp-secret')} <code className="secret">{secret.replaceAll(/(.{4})/gu, '$1 ')}</code>
        </p>
      </fieldset>
      <Form.Item name="totp" label={t('staff.totp')} extra={t('staff.totp-help')} rules={[required]}>
        <Input autoComplete="one-time-code" inputMode="numeric" maxLength={7} className="code-input" />
      </Form.Item>
    </IntentForm>
  )
}
