import { Button } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { focusOnAppearing } from '../../parts/focus.ts'
import { useDistance, DueTime, OrderState } from '../../parts/order-state.tsx'
import { useMoments, useNow } from '../../parts/moments.ts'
import { Page } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, usePages } from '../../parts/use-call.ts'
import { useOrderDone } from '../orders/use-order-done.ts'
import { AcceptOffer, ClaimOrder, DeclineOffer } from './offer-forms.tsx'

const BOXES = ['open', 'pool', 'mine', 'done'] as const
type Box = (typeof BOXES)[number]
type OfferRow = RowOf<'listOffers'>
const REFRESH_MILLISECONDS = 60_000

/** The inbox of an agency or a team: who asks us, what anybody may claim, what we promised. */
export function OffersScreen() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const asked = search.get('box')
  const box: Box = BOXES.find((name) => name === asked) ?? 'open'
  return (
    <Page title={t('staff.menu.offers')} lead={t('staff-office.offers-lead')}>
      <div className="tabs" role="group" aria-label={t('staff-office.boxes')}>
        {BOXES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === box}
            onClick={() => setSearch({ box: name }, { replace: true })}
          >
            {t(`staff-office.box.${name}`)}
          </button>
        ))}
      </div>
      <BoxList key={box} box={box} />
    </Page>
  )
}

function BoxList({ box }: { readonly box: Box }) {
  const { t } = useWords()
  const list = usePages('listOffers', { query: { box } }, { refetchInterval: REFRESH_MILLISECONDS })
  return (
    <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t(`staff-office.box-empty.${box}`)}>
            {box === 'open' && <Link href="/offers?box=pool">{t('staff-office.see-pool')}</Link>}
          </Empty>
        ) : (
          <>
            <ul className="cards">
              {rows.map((row) => (
                <OfferCard key={row.offer?.id ?? row.order.id} row={row} box={box} />
              ))}
            </ul>
            {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('staff.show-more')}</Button>}
          </>
        )
      }
    </ReadState>
  )
}

function OfferCard({ row, box }: { readonly row: OfferRow; readonly box: Box }) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const now = useNow()
  const away = useDistance()
  const { offer, order } = row
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>
            <Link href={`/orders/${order.id}`}>{order.title}</Link>
          </h2>
          <p className="cell-sub">
            <span className="number">{order.number}</span> · {order.unit.name} ·{' '}
            {t('staff-order.people', { count: order.headcount })}
            {order.urgency === 'urgent' && <strong className="urgent"> {t('orders.urgency.urgent')}</strong>}
          </p>
        </div>
        {offer !== null && offer.state === 'open' ? (
          <p className="due due-near">
            <span>
              <strong>{away(offer.deadlineAt, now)}</strong>
              <time dateTime={offer.deadlineAt}>
                {t('staff-office.reply-by', { moment: moment(offer.deadlineAt) })}
              </time>
            </span>
          </p>
        ) : (
          <DueTime order={order} now={now} />
        )}
      </div>
      <p className="cell-sub">
        <OrderState state={order.state} />
        {order.nextStep !== 'none' && ` · ${named('orders.next', order.nextStep)}`}
        {offer !== null && ` · ${offer.provider.name} · ${named('orders.mode', offer.mode)}`}
      </p>
      <CardActs row={row} box={box} />
    </li>
  )
}

function CardActs({ row, box }: { readonly row: OfferRow; readonly box: Box }) {
  const { t } = useWords()
  const done = useOrderDone()
  const [act, setAct] = useState<'accept' | 'decline' | 'claim' | null>(null)
  const { offer, order } = row
  const [left, setLeft] = useState(false)
  const close = () => {
    setAct(null)
    setLeft(true)
  }
  const finish = async (answer?: Parameters<typeof done>[1]) => {
    close()
    await done(order.id, answer)
  }
  const refusal = offer?.mode === 'bound' ? t('staff-order.refuse') : t('staff-order.move.decline')
  if (act !== null) {
    return (
      <div className="move-form" role="group" aria-label={order.title}>
        <h3 ref={focusOnAppearing} tabIndex={-1}>
          {act === 'decline' ? refusal : t(`staff-order.move.${act}`)}
        </h3>
        {act === 'accept' && offer !== null && <AcceptOffer offer={offer} onDone={finish} onCancel={close} />}
        {act === 'decline' && offer !== null && <DeclineOffer offer={offer} onDone={finish} onCancel={close} />}
        {act === 'claim' && <ClaimOrder orderId={order.id} onDone={finish} onCancel={close} />}
      </div>
    )
  }
  return (
    <div className="form-buttons" tabIndex={-1} ref={left ? focusOnAppearing : undefined}>
      {box === 'open' && offer !== null && offer.state === 'open' && (
        <>
          <Button type="primary" onClick={() => setAct('accept')}>
            {t('staff-order.move.accept')}
          </Button>
          <Button onClick={() => setAct('decline')}>{refusal}</Button>
        </>
      )}
      {box === 'pool' && (
        <Button type="primary" onClick={() => setAct('claim')}>
          {t('staff-order.move.claim')}
        </Button>
      )}
      <Link href={`/orders/${order.id}`} className={box === 'mine' ? 'button button-primary' : 'button'}>
        {box === 'mine' ? t('staff-office.go-on') : t('staff-order.to-order')}
      </Link>
    </div>
  )
}
