import { Form, Input } from 'antd'
import { useWords } from '../../locale.tsx'

/** What a team or a family of teams is called, in both languages. */
export function NameFields() {
  const { t } = useWords()
  return (
    <>
      <Form.Item
        name="name"
        label={t('staff-team.name')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="nameEn" label={t('staff-activity.theme-name-en')}>
        <Input maxLength={80} />
      </Form.Item>
    </>
  )
}
