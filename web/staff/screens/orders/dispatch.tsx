import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import type { OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { type ProviderChoice, ProviderPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { Candidates, toggled, type ChoiceProps } from './candidates.tsx'
import { PoolForm } from './moves/dispatch-forms.tsx'
import { OrderFacts } from './order-facts.tsx'
import { useOrderDone } from './use-order-done.ts'

/** Who should serve this order: the computation proposes and says why, a person decides. */
export function DispatchScreen() {
  const { id } = useParams<{ id: string }>()
  const { t } = useWords()
  const order = useRead('readOrder', { params: { id } })
  const title =
    order.data === undefined ? t('staff.menu.dispatch') : t('staff-order.dispatch-of', { title: order.data.title })
  return (
    <Page
      title={title}
      lead={order.data === undefined ? undefined : `${order.data.number} · ${order.data.unit.name}`}
      actions={
        <Link href={`/orders/${id}`} className="button">
          {t('staff-order.to-order')}
        </Link>
      }
    >
      <ReadState read={order} lines={8}>
        {(data) => <Desk key={id} order={data} />}
      </ReadState>
    </Page>
  )
}

function Desk({ order }: { readonly order: OrderView }) {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const done = useOrderDone()
  const [chosen, setChosen] = useState<readonly ProviderChoice[]>([])
  const [pooling, setPooling] = useState(false)
  const finish = async (answer?: OrderView) => {
    await done(order.id, answer)
    navigate(`/orders/${order.id}`)
  }
  const mayOffer = order.moves.includes('offer')
  return (
    <div className="order-layout">
      <aside className="order-side">
        <Section title={t('staff-order.your-choice')} className="next-step">
          {mayOffer ? (
            <>
              <Chosen chosen={chosen} setChosen={setChosen} />
              <SendForm order={order} chosen={chosen} onDone={finish} />
            </>
          ) : (
            <Empty title={t('staff-order.not-to-dispatch')} />
          )}
          {order.moves.includes('open-pool') && !pooling && (
            <Button onClick={() => setPooling(true)}>{t('staff-order.move.open-pool')}</Button>
          )}
          {pooling && <PoolForm order={order} onDone={finish} onCancel={() => setPooling(false)} />}
        </Section>
      </aside>
      <div className="order-main">
        <Candidates order={order} chosen={chosen} setChosen={setChosen} mayOffer={mayOffer} />
        <OrderFacts order={order} />
      </div>
    </div>
  )
}

function Chosen({ chosen, setChosen }: ChoiceProps) {
  const { t } = useWords()
  return (
    <>
      {chosen.length === 0 ? (
        <p className="hint">{t('staff-order.choose-hint')}</p>
      ) : (
        <ul className="chosen">
          {chosen.map((provider) => (
            <li key={provider.id}>
              <span>
                {provider.name}{' '}
                <small>{t(provider.kind === 'agency' ? 'staff-order.will-bind' : 'staff-order.will-invite')}</small>
              </span>
              <Button size="small" onClick={() => setChosen(toggled(chosen, provider))}>
                {t('staff.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="other-provider">
        <span aria-hidden="true">{t('staff-order.other-provider')}</span>
        <ProviderPicker
          label={t('staff-order.other-provider')}
          value={null}
          onChange={(provider) => {
            if (provider !== null && !chosen.some(({ id }) => id === provider.id)) setChosen(toggled(chosen, provider))
          }}
        />
      </div>
    </>
  )
}

interface SendFormProps {
  readonly order: OrderView
  readonly chosen: readonly ProviderChoice[]
  readonly onDone: (answer: OrderView) => Promise<void>
}

function SendForm({ order, chosen, onDone }: SendFormProps) {
  const { t } = useWords()
  if (chosen.length === 0) return null
  return (
    <IntentForm<'makeOffer', { readonly note: string }>
      route="makeOffer"
      toInput={({ note }) => ({
        params: { id: order.id },
        body: { note, providers: chosen.map(({ kind, id }) => ({ kind, id })) },
      })}
      onDone={onDone}
      submit={
        chosen[0]?.kind === 'agency' ? t('staff-order.bind-now') : t('staff-order.invite-now', { count: chosen.length })
      }
      initialValues={{ note: '' }}
    >
      <Form.Item name="note" label={t('staff-order.note-to-provider')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}
