import { Form, Input, Radio } from 'antd'
import { declineReasons, type OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMe } from '../../session.tsx'

interface OfferFormProps {
  readonly offer: { readonly id: string; readonly mode: string }
  readonly onDone: (answer?: OrderView) => Promise<void>
  readonly onCancel: () => void
}

interface PersonValues {
  readonly contactName: string
  readonly contactPhone: string
}

/** The person and the phone that the requester will see. */
function NamedPerson() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <Form.Item
        name="contactName"
        label={t('staff-order.person-in-charge')}
        extra={t('staff-order.person-help')}
        rules={required}
      >
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="contactPhone" label={t('staff-order.person-phone')} rules={required}>
        <Input type="tel" maxLength={24} autoComplete="off" />
      </Form.Item>
    </>
  )
}

/** Accepting names a person: nobody promises a service on behalf of no one. */
export function AcceptOffer({ offer, onDone, onCancel }: OfferFormProps) {
  const { t } = useWords()
  const me = useMe()
  return (
    <IntentForm<'acceptOffer', PersonValues>
      route="acceptOffer"
      toInput={(body) => ({ params: { id: offer.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.accept')}
      initialValues={{ contactName: me.name ?? '' }}
    >
      <NamedPerson />
    </IntentForm>
  )
}

interface DeclineValues {
  readonly reason: (typeof declineReasons)[number]
  readonly note: string
}

export function DeclineOffer({ offer, onDone, onCancel }: OfferFormProps) {
  const { t, named } = useWords()
  return (
    <IntentForm<'declineOffer', DeclineValues>
      route="declineOffer"
      toInput={(body) => ({ params: { id: offer.id }, body })}
      onDone={() => onDone()}
      onCancel={onCancel}
      submit={offer.mode === 'bound' ? t('staff-order.refuse') : t('staff-order.move.decline')}
      initialValues={{ note: '' }}
    >
      {offer.mode === 'invited' && <p className="hint">{t('staff-order.decline-free')}</p>}
      <Form.Item
        name="reason"
        label={t('staff.reason')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Radio.Group
          className="radio-list"
          options={declineReasons.map((value) => ({ value, label: named('orders.decline', value) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

interface ClaimOrderProps {
  readonly orderId: string
  readonly onDone: (answer?: OrderView) => Promise<void>
  readonly onCancel: () => void
}

/** Claiming from the pool, in the name of one of the agencies and teams that this person speaks for. */
export function ClaimOrder({ orderId, onDone, onCancel }: ClaimOrderProps) {
  const { t } = useWords()
  const me = useMe()
  const providers = [
    ...me.roles
      .filter(({ role }) => role === 'provider')
      .map(({ unitId, unitName }) => ({ value: `agency ${unitId}`, label: unitName })),
    ...me.teams.filter(({ role }) => role !== 'member').map(({ id, name }) => ({ value: `team ${id}`, label: name })),
  ]
  return (
    <IntentForm<'claimOrder', PersonValues & { readonly provider: string }>
      route="claimOrder"
      toInput={({ provider, ...person }) => {
        const [kind, id = ''] = provider.split(' ')
        return {
          params: { id: orderId },
          body: { ...person, provider: { kind: kind === 'team' ? 'team' : 'agency', id } },
        }
      }}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.claim')}
      initialValues={{ contactName: me.name ?? '', provider: providers[0]?.value ?? '' }}
    >
      <Form.Item
        name="provider"
        label={t('staff-order.claim-as')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Radio.Group className="radio-list" options={providers} />
      </Form.Item>
      <NamedPerson />
    </IntentForm>
  )
}
