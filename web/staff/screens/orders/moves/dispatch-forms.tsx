import { Checkbox, Form, Input, Radio } from 'antd'
import { pauseReasons, returnReasons } from '../../../../../contract/order-shapes.ts'
import { useWords } from '../../../locale.tsx'
import { IntentForm } from '../../../parts/intent-form.tsx'
import { MomentInput } from '../../../parts/moment-input.tsx'
import { useNow } from '../../../parts/moments.ts'
import { ReasonForm } from '../../../parts/reason-form.tsx'
import { useMe } from '../../../session.tsx'
import { AcceptOffer, ClaimOrder, DeclineOffer } from '../../offers/offer-forms.tsx'
import type { MoveFormProps } from './move.ts'

const LINES = { minRows: 2, maxRows: 8 }

export function AcceptForm({ order, ...rest }: MoveFormProps) {
  const offer = useOpenOffer(order)
  return offer === undefined ? <NoOpenOffer /> : <AcceptOffer offer={offer} {...rest} />
}

export function DeclineForm({ order, ...rest }: MoveFormProps) {
  const offer = useOpenOffer(order)
  return offer === undefined ? <NoOpenOffer /> : <DeclineOffer offer={offer} {...rest} />
}

export function ClaimForm({ order, ...rest }: MoveFormProps) {
  return <ClaimOrder orderId={order.id} {...rest} />
}

function NoOpenOffer() {
  const { t } = useWords()
  return <p className="hint">{t('staff-order.no-open-offer')}</p>
}

/** The open offer that was made to one of this person's agencies or teams. */
function useOpenOffer(order: MoveFormProps['order']) {
  const me = useMe()
  const mine = new Set([...me.roles.map(({ unitId }) => unitId), ...me.teams.map(({ id }) => id)])
  const open = order.offers.filter(({ state }) => state === 'open')
  return open.find(({ provider }) => mine.has(provider.id)) ?? (open.length === 1 ? open[0] : undefined)
}

export function PoolForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <IntentForm<'openPool'>
      route="openPool"
      toInput={() => ({ params: { id: order.id } })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.open-pool')}
    >
      <p className="hint">{t('staff-order.pool-hint')}</p>
    </IntentForm>
  )
}

interface AgreementValues {
  readonly agreementSigned: boolean
  readonly insuranceConfirmed: boolean
  readonly note: string
}

export function AgreementForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  return (
    <IntentForm<'recordAgreement', AgreementValues>
      route="recordAgreement"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.record-agreement')}
      initialValues={{
        agreementSigned: order.agreementAt !== null,
        insuranceConfirmed: order.insuranceConfirmedAt !== null,
        note: '',
      }}
    >
      {order.agreementTriggers.length > 0 && (
        <p className="hint">
          {t('staff-order.agreement-because', {
            reasons: order.agreementTriggers.map((trigger) => named('orders.trigger', trigger)).join(t('staff.comma')),
          })}
        </p>
      )}
      <Form.Item name="agreementSigned" valuePropName="checked" noStyle>
        <Checkbox>{t('staff-order.agreement-is-signed')}</Checkbox>
      </Form.Item>
      <Form.Item name="insuranceConfirmed" valuePropName="checked">
        <Checkbox>{t('staff-order.insurance-in-force')}</Checkbox>
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

interface ReturnValues {
  readonly reason: (typeof returnReasons)[number]
  readonly note: string
}

export function ReturnForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'returnOrder', ReturnValues>
      route="returnOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.return')}
    >
      <p className="hint">{t('staff-order.return-hint')}</p>
      <Form.Item name="reason" label={t('staff.reason')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={returnReasons.map((value) => ({ value, label: named('orders.return', value) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.what-happened')} rules={required}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

export function ReassignForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <ReasonForm
      route="reassignOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.reassign')}
    />
  )
}

interface PauseValues {
  readonly reason: (typeof pauseReasons)[number]
  readonly note: string
  readonly until: string
}

export function PauseForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  const now = useNow()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'pauseOrder', PauseValues>
      route="pauseOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.pause')}
    >
      <Form.Item name="reason" label={t('staff.reason')} rules={required}>
        <Radio.Group
          className="radio-list"
          options={pauseReasons.map((value) => ({ value, label: named('orders.pause', value) }))}
        />
      </Form.Item>
      <Form.Item name="until" label={t('staff-order.pause-until')} rules={required}>
        <MomentInput min={new Date(now).toISOString()} />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.what-happened')} rules={required}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

export function ResumeForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <IntentForm<'resumeOrder'>
      route="resumeOrder"
      toInput={() => ({ params: { id: order.id } })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.resume')}
    >
      <p className="hint">{t('staff-order.resume-hint')}</p>
    </IntentForm>
  )
}
