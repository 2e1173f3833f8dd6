import { Form, Input } from 'antd'
import type { RouteName } from '../../../contract/routes.ts'
import type { AnswerOf, CallInput } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'
import { IntentForm } from './intent-form.tsx'

interface ReasonFormProps<Name extends RouteName> {
  readonly route: Name
  readonly toInput: (values: { readonly reason: string }) => CallInput<Name>
  readonly onDone: (answer: AnswerOf<Name>) => void | Promise<void>
  readonly submit: string
  readonly onCancel?: (() => void) | undefined
  readonly help?: string
  readonly danger?: boolean
  readonly optional?: boolean
}

/** One act that needs nothing but a reason in words. */
export function ReasonForm<Name extends RouteName>({ help, optional, ...form }: ReasonFormProps<Name>) {
  const { t } = useWords()
  return (
    <IntentForm<Name, { readonly reason: string }> {...form} initialValues={{ reason: '' }}>
      <Form.Item
        name="reason"
        label={t('staff.reason')}
        extra={help}
        rules={optional === true ? [] : [{ required: true, message: t('validation.required') }]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} autoFocus />
      </Form.Item>
    </IntentForm>
  )
}
