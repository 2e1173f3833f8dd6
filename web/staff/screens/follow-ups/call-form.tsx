import { Form, Input, InputNumber, Radio } from 'antd'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { useForget } from '../../parts/use-call.ts'

const RESULTS = ['spoke', 'no-answer', 'call-later', 'wrong-number'] as const
const STARS = [1, 2, 3, 4, 5] as const

interface Values {
  readonly result: (typeof RESULTS)[number]
  readonly spokenTo?: string
  readonly solved?: boolean
  readonly stars?: number
  readonly headcountHeard?: number | null
  readonly note: string
}

interface CallFormProps {
  readonly followUpId: string
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** One attempt: what was heard, or that nobody answered. */
export function CallForm({ followUpId, onDone, onCancel }: CallFormProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'recordFollowUp', Values>
      route="recordFollowUp"
      toInput={({ result, spokenTo, solved, stars, headcountHeard, note }) => {
        const heard = result === 'spoke'
        return {
          params: { id: followUpId },
          body: {
            result,
            note,
            spokenTo: heard ? (spokenTo ?? null) : null,
            solved: heard ? (solved ?? null) : null,
            stars: heard ? (stars ?? null) : null,
            headcountHeard: heard ? (headcountHeard ?? null) : null,
          },
        }
      }}
      onDone={async ({ state, attempts }) => {
        notify(t(`staff-office.call-${state}`, { count: attempts }))
        onDone()
        await forgetRoutes('listFollowUps', 'countOrders')
      }}
      onCancel={onCancel}
      submit={t('staff-office.record-call')}
      initialValues={{ note: '' }}
    >
      <Form.Item name="result" label={t('staff-office.call-result')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={RESULTS.map((value) => ({ value, label: t(`staff-office.result.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['result']}>
        {({ getFieldValue }) => getFieldValue('result') === 'spoke' && <Heard />}
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

function Heard() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <Form.Item name="spokenTo" label={t('staff-order.spoken-to')} rules={required}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="solved" label={t('staff-order.was-it-solved')} rules={required}>
        <Radio.Group
          options={[
            { value: true, label: t('staff-order.solved') },
            { value: false, label: t('staff-order.not-solved') },
          ]}
        />
      </Form.Item>
      <Form.Item name="stars" label={t('staff-order.stars-label')}>
        <Radio.Group options={STARS.map((value) => ({ value, label: t('staff-order.stars', { count: value }) }))} />
      </Form.Item>
      <Form.Item name="headcountHeard" label={t('staff-office.headcount-heard')}>
        <InputNumber min={0} max={50_000} precision={0} inputMode="numeric" />
      </Form.Item>
    </>
  )
}
