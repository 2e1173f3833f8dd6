import { Link, useParams } from 'wouter'
import type { OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { useMoments, useNow } from '../../parts/moments.ts'
import { DueTime, OrderState } from '../../parts/order-state.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { nameIn } from '../../parts/pickers.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'
import { MovePanel } from './moves/move-panel.tsx'
import { useOrderDone } from './use-order-done.ts'
import { Answers, Attendance, Clocks, Offers, Photos } from './order-parts.tsx'
import { OrderFacts } from './order-facts.tsx'
import { Timeline } from './timeline.tsx'

export function OrderScreen() {
  const { id } = useParams<{ id: string }>()
  const { t } = useWords()
  const order = useRead('readOrder', { params: { id } })
  if (order.data !== undefined) return <OrderPage key={id} order={order.data} />
  return (
    <Page title={t('staff-order.order')}>
      {order.error === null ? <Loading lines={8} /> : <Failure error={order.error} retry={order.refetch} />}
    </Page>
  )
}

function OrderPage({ order }: { readonly order: OrderView }) {
  const { t, named, locale } = useWords()
  const { moment } = useMoments()
  const me = useMe()
  const lead = (
    <>
      <span className="number">{order.number}</span> · {nameIn(locale, order.category)} · {order.unit.name} ·{' '}
      {named('orders.channel', order.channel)} · {moment(order.placedAt)}
    </>
  )
  return (
    <Page
      title={order.title}
      lead={lead}
      actions={
        may(me, 'orders.read') ? (
          <Link href="/orders" className="button">
            {t('staff-order.back-to-queue')}
          </Link>
        ) : undefined
      }
    >
      <div className="order-layout">
        <aside className="order-side">
          <NextStep order={order} />
        </aside>
        <div className="order-main">
          <OrderFacts order={order} />
          <Offers order={order} />
          <Answers order={order} />
          <Attendance order={order} />
          <Photos order={order} />
          <Clocks order={order} />
          <Timeline orderId={order.id} />
        </div>
      </div>
    </Page>
  )
}

/** Who is responsible, for what, until when, and every move this reader may make. */
function NextStep({ order }: { readonly order: OrderView }) {
  const { t, named } = useWords()
  const now = useNow()
  const done = useOrderDone()
  return (
    <Section title={t('staff-order.next-step')} className="next-step">
      <p className="next-step-what">{named('orders.next', order.nextStep)}</p>
      <p className="next-step-who">
        <OrderState state={order.state} />
        {order.outcome !== null && <span> · {named('orders.outcome', order.outcome)}</span>}
      </p>
      {order.state !== 'closed' && <DueTime order={order} now={now} />}
      <p className="next-step-who">{t('staff-order.responsible-is', { unit: order.responsibleUnit.name })}</p>
      <MovePanel order={order} done={(answer) => done(order.id, answer)} />
    </Section>
  )
}
