import { Form, Input } from 'antd'
import type { Me } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'

interface Values {
  readonly login: string
  readonly password: string
  readonly totp: string
}

interface LoginFormProps {
  readonly onSignedIn: (me: Me) => void
}

/** Login, password and one-time password; pasting and autofill work in all three (WCAG 3.3.8). */
export function LoginForm({ onSignedIn }: LoginFormProps) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'staffLogin', Values>
      route="staffLogin"
      toInput={(body) => ({ body: { ...body, totp: body.totp.replaceAll(/\s/gu, '') } })}
      onDone={onSignedIn}
      submit={t('staff.sign-in')}
    >
      <Form.Item name="login" label={t('staff.login')} rules={required}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item name="password" label={t('staff.password')} rules={required}>
        <Input type="password" autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="totp" label={t('staff.totp')} extra={t('staff.totp-help')} rules={required}>
        <Input autoComplete="one-time-code" inputMode="numeric" maxLength={7} className="code-input" />
      </Form.Item>
    </IntentForm>
  )
}
