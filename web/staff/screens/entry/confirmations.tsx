import { Checkbox, Form } from 'antd'
import { useWords } from '../../locale.tsx'

/** Consent and read-back are said by the caller and recorded one by one; neither is ticked for them. */
export function Confirmations() {
  const { t } = useWords()
  const ticked = (message: string) => [
    {
      validator: async (_rule: unknown, value: unknown) => {
        if (value !== true) throw new Error(message)
      },
    },
  ]
  return (
    <div className="confirmations">
      <Form.Item name="consentGiven" valuePropName="checked" rules={ticked(t('staff-entry.consent-needed'))}>
        <Checkbox>{t('staff-entry.consent')}</Checkbox>
      </Form.Item>
      <Form.Item name="readBack" valuePropName="checked" rules={ticked(t('staff-entry.read-back-needed'))}>
        <Checkbox>{t('staff-entry.read-back-done')}</Checkbox>
      </Form.Item>
    </div>
  )
}
