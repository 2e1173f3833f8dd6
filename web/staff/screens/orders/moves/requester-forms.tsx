import { Form, Input, InputNumber, Radio } from 'antd'
import { useWords } from '../../../locale.tsx'
import { IntentForm } from '../../../parts/intent-form.tsx'
import { ReasonForm } from '../../../parts/reason-form.tsx'
import type { MoveFormProps } from './move.ts'

const LINES = { minRows: 2, maxRows: 8 }

/** The keeper confirms for a group that it was done, and for how many. */
export function ConfirmForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <IntentForm<'confirmOrder', { readonly actualHeadcount: number | null }>
      route="confirmOrder"
      toInput={({ actualHeadcount }) => ({ params: { id: order.id }, body: { actualHeadcount } })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.confirm')}
      initialValues={{ actualHeadcount: order.actualHeadcount ?? order.headcount }}
    >
      <Form.Item name="actualHeadcount" label={t('staff-order.actual-headcount')} extra={t('staff-order.confirm-help')}>
        <InputNumber min={0} max={50_000} precision={0} inputMode="numeric" />
      </Form.Item>
    </IntentForm>
  )
}

interface ReachedValues {
  readonly by: 'call' | 'visit'
  readonly spokenTo: string
  readonly note: string
}

export function ReachedForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'recordReached', ReachedValues>
      route="recordReached"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.record-reached')}
      initialValues={{ by: 'call', note: '' }}
    >
      <p className="hint">{t('staff-order.reached-hint')}</p>
      <Form.Item name="by" label={t('staff-order.how')} required>
        <Radio.Group
          options={(['call', 'visit'] as const).map((value) => ({ value, label: named('orders.reached', value) }))}
        />
      </Form.Item>
      <Form.Item name="spokenTo" label={t('staff-order.spoken-to')} rules={required}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

interface EvaluateValues {
  readonly stars: number
  readonly solved: boolean
  readonly note: string
}

export function EvaluateForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'evaluateOrder', EvaluateValues>
      route="evaluateOrder"
      toInput={(body) => ({ params: { id: order.id }, body: { ...body, tags: [] } })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.evaluate')}
      initialValues={{ note: '' }}
    >
      <Form.Item name="solved" label={t('staff-order.was-it-solved')} rules={required}>
        <Radio.Group
          options={[
            { value: true, label: t('staff-order.solved') },
            { value: false, label: t('staff-order.not-solved') },
          ]}
        />
      </Form.Item>
      <Form.Item name="stars" label={t('staff-order.stars-label')} rules={required}>
        <Radio.Group
          options={[1, 2, 3, 4, 5].map((value) => ({ value, label: t('staff-order.stars', { count: value }) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={LINES} maxLength={1000} />
      </Form.Item>
    </IntentForm>
  )
}

export function DisputeForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <ReasonForm
      route="disputeOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.dispute')}
    />
  )
}

export function ReopenForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <ReasonForm
      route="reopenOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.reopen')}
      help={t('staff-order.reopen-help')}
    />
  )
}

export function CancelForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <ReasonForm
      route="cancelOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.cancel')}
      help={t('staff-order.cancel-help')}
      danger
      optional
    />
  )
}

export function RemindForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <IntentForm<'remindOrder', { readonly note: string }>
      route="remindOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.remind')}
      initialValues={{ note: '' }}
    >
      <Form.Item name="note" label={t('staff-order.note')} extra={t('staff-order.remind-help')}>
        <Input.TextArea autoSize={LINES} maxLength={500} autoFocus />
      </Form.Item>
    </IntentForm>
  )
}
