import { Checkbox, Form, Input, Radio } from 'antd'
import { agreementTriggers, risks, triageExits } from '../../../../../contract/order-shapes.ts'
import { useWords } from '../../../locale.tsx'
import { IntentForm } from '../../../parts/intent-form.tsx'
import { DateInput } from '../../../parts/moment-input.tsx'
import { ReasonForm } from '../../../parts/reason-form.tsx'
import { dateAt, useMoments, useNow } from '../../../parts/moments.ts'
import type { MoveFormProps } from './move.ts'

const LINES = { minRows: 2, maxRows: 8 }

interface TakeInValues {
  readonly note: string
  readonly urgency: 'normal' | 'urgent'
  readonly risks: (typeof risks)[number][]
  readonly agreementTriggers: (typeof agreementTriggers)[number][]
}

/** The order is in order: what is risky about it, and whether the law asks for a written agreement. */
export function TakeInForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  return (
    <IntentForm<'takeIn', TakeInValues>
      route="takeIn"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.take-in')}
      initialValues={{
        note: '',
        urgency: order.urgency,
        risks: risks.filter((risk) => order.risks.includes(risk)),
        agreementTriggers: agreementTriggers.filter((trigger) => order.agreementTriggers.includes(trigger)),
      }}
    >
      <Form.Item name="urgency" label={t('staff-order.urgency')} required>
        <Radio.Group
          options={(['normal', 'urgent'] as const).map((value) => ({ value, label: named('orders.urgency', value) }))}
        />
      </Form.Item>
      <Form.Item name="risks" label={t('staff-order.risks')}>
        <Checkbox.Group
          className="check-list"
          options={risks.map((value) => ({ value, label: named('orders.risk', value) }))}
        />
      </Form.Item>
      <Form.Item
        name="agreementTriggers"
        label={t('staff-order.agreement-triggers')}
        extra={t('staff-order.agreement-help')}
      >
        <Checkbox.Group
          className="check-list"
          options={agreementTriggers.map((value) => ({ value, label: named('orders.trigger', value) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

interface OutcomeValues {
  readonly exit: (typeof triageExits)[number]
  readonly reason: string
  readonly alternative: string
  readonly reviewOn: string | null
}

/** One of the legal exits, with a reason in words; "cannot be done" also names an alternative and a date to look again. */
export function OutcomeForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  const required = { required: true, message: t('validation.required') }
  return (
    <IntentForm<'answerOut', OutcomeValues>
      route="answerOut"
      toInput={({ exit, reason, alternative, reviewOn }) => ({
        params: { id: order.id },
        body: { exit, reason, alternative, reviewOn: reviewOn ?? null },
      })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.send-answer')}
      initialValues={{ reason: '', alternative: '', reviewOn: null }}
    >
      <p className="hint">{t('staff-order.answer-hint')}</p>
      <Form.Item name="exit" label={t('staff-order.exit')} rules={[required]}>
        <Radio.Group
          className="radio-list"
          options={triageExits.map((value) => ({ value, label: named('orders.exit', value) }))}
        />
      </Form.Item>
      <Form.Item name="reason" label={t('staff-order.reason-to-requester')} rules={[required]}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
      <Form.Item noStyle dependencies={['exit']}>
        {({ getFieldValue }) => {
          const cannot = getFieldValue('exit') === 'cannot-do'
          return (
            <>
              <Form.Item name="alternative" label={t('staff-order.alternative')} rules={cannot ? [required] : []}>
                <Input.TextArea autoSize={LINES} maxLength={500} />
              </Form.Item>
              {cannot && <ReviewOn />}
            </>
          )
        }}
      </Form.Item>
    </IntentForm>
  )
}

function ReviewOn() {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  return (
    <Form.Item
      name="reviewOn"
      label={t('staff-order.review-on')}
      rules={[{ required: true, message: t('validation.required') }]}
    >
      <DateInput min={dateAt(now, zone, 1)} />
    </Form.Item>
  )
}

export function MergeForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'mergeOrder', { readonly intoNumber: string; readonly reason: string }>
      route="mergeOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.merge')}
    >
      <p className="hint">{t('staff-order.merge-hint')}</p>
      <Form.Item name="intoNumber" label={t('staff-order.into-number')} rules={required}>
        <Input placeholder="26-004217-K" maxLength={20} autoFocus />
      </Form.Item>
      <Form.Item name="reason" label={t('staff-order.reason-to-requester')} rules={required}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

interface DeferValues {
  readonly reason: string
  readonly alternative: string
  readonly reviewOn: string
}

export function DeferForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'deferOrder', DeferValues>
      route="deferOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.defer')}
    >
      <Form.Item name="reason" label={t('staff-order.reason-to-requester')} rules={required}>
        <Input.TextArea autoSize={LINES} maxLength={500} autoFocus />
      </Form.Item>
      <Form.Item name="alternative" label={t('staff-order.alternative')} rules={required}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
      <ReviewOn />
    </IntentForm>
  )
}

/** It cannot be solved here: the level above becomes responsible. */
export function PassUpForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <ReasonForm
      route="passUpOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.pass-up')}
      help={t('staff-order.pass-up-help')}
    />
  )
}
