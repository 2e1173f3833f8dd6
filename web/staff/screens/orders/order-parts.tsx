import { useState } from 'react'
import { Button } from 'antd'
import type { OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { useOrderDone } from './use-order-done.ts'

interface OrderProps {
  readonly order: OrderView
}

type Offer = OrderView['offers'][number]

/** Who was asked, when, and what they said. */
export function Offers({ order }: OrderProps) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  if (order.offers.length === 0) return null
  const canWithdraw = order.moves.includes('withdraw-offer') && order.offers.some(({ state }) => state === 'open')
  return (
    <Section title={t('staff-order.offers')}>
      <DataTable
        caption={t('staff-order.offers')}
        rows={order.offers}
        rowKey={({ id }) => id}
        columns={[
          { key: 'provider', title: t('staff-order.provider'), cell: (offer) => offer.provider.name },
          { key: 'mode', title: t('staff-order.mode'), cell: (offer) => named('orders.mode', offer.mode) },
          {
            key: 'state',
            title: t('staff-order.answer'),
            cell: (offer) => (
              <>
                {named('orders.offer', offer.state)}
                {offer.declineReason !== null && (
                  <span className="cell-sub">{named('orders.decline', offer.declineReason)}</span>
                )}
              </>
            ),
          },
          {
            key: 'deadline',
            title: t('staff-order.deadline'),
            cell: (offer) => moment(offer.decidedAt ?? offer.deadlineAt),
          },
          ...(canWithdraw
            ? [
                {
                  key: 'act',
                  title: t('staff-order.withdraw'),
                  cell: (offer: Offer) => <Withdraw offerId={offer.id} isOpen={offer.state === 'open'} order={order} />,
                },
              ]
            : []),
        ]}
      />
    </Section>
  )
}

function Withdraw({ offerId, isOpen, order }: OrderProps & { readonly offerId: string; readonly isOpen: boolean }) {
  const { t } = useWords()
  const done = useOrderDone()
  const [asking, setAsking] = useState(false)
  if (!isOpen) return null
  if (!asking) {
    return (
      <Button size="small" onClick={() => setAsking(true)}>
        {t('staff-order.withdraw')}
      </Button>
    )
  }
  return (
    <ReasonForm
      route="withdrawOffer"
      toInput={({ reason }) => ({ params: { id: offerId }, body: { reason } })}
      submit={t('staff-order.withdraw')}
      onDone={(answer) => done(order.id, answer)}
      onCancel={() => setAsking(false)}
    />
  )
}

/** What the requester was told, and whether it reached them. */
export function Answers({ order }: OrderProps) {
  const { t, named } = useWords()
  const { moment, day } = useMoments()
  if (order.answers.length === 0) return null
  return (
    <Section title={t('staff-order.answers')}>
      {order.answers.map((answer) => (
        <article key={answer.id} className="answer">
          <p>{answer.text}</p>
          {answer.alternative !== '' && <p>{t('staff-order.alternative-is', { text: answer.alternative })}</p>}
          {answer.reviewOn !== null && <p>{t('staff-order.review-on-is', { day: day(answer.reviewOn) })}</p>}
          <p className="cell-sub">
            {moment(answer.writtenAt)} ·{' '}
            {answer.reachedAt === null
              ? t('staff-order.not-reached')
              : t('staff-order.reached-at', {
                  moment: moment(answer.reachedAt),
                  how: answer.reachedBy === null ? '' : named('orders.reached', answer.reachedBy),
                })}
            {answer.spokenTo !== null && ` · ${answer.spokenTo}`}
          </p>
        </article>
      ))}
    </Section>
  )
}

/** Who came and left, and how that is known. */
export function Attendance({ order }: OrderProps) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  if (order.attendance.length === 0) return null
  return (
    <Section title={t('staff-order.attendance')}>
      <DataTable
        caption={t('staff-order.attendance')}
        rows={order.attendance}
        rowKey={({ personId, checkedInAt }) => personId + checkedInAt}
        columns={[
          { key: 'name', title: t('staff-order.name'), cell: ({ name }) => name || t('staff-order.no-name') },
          { key: 'in', title: t('staff-order.checked-in'), cell: ({ checkedInAt }) => moment(checkedInAt) },
          {
            key: 'out',
            title: t('staff-order.checked-out'),
            cell: ({ checkedOutAt }) => (checkedOutAt === null ? t('staff-order.still-there') : moment(checkedOutAt)),
          },
          { key: 'method', title: t('staff-order.method'), cell: ({ method }) => named('orders.method', method) },
        ]}
      />
    </Section>
  )
}

export function Photos({ order }: OrderProps) {
  const { t } = useWords()
  if (order.photos.length === 0) return null
  return (
    <Section title={t('staff-order.photos')}>
      <ul className="photos">
        {order.photos.map((photo) => (
          <Photo key={photo.fileId} orderId={order.id} photo={photo} />
        ))}
      </ul>
    </Section>
  )
}

/** A small picture; the whole one opens in a window of its own. */
function Photo({ orderId, photo }: { readonly orderId: string; readonly photo: OrderView['photos'][number] }) {
  const { t, named } = useWords()
  const { fileId, kind, publishConsent } = photo
  const read = useRead('readPhoto', { params: { id: orderId, fileId } }, { staleTime: Number.POSITIVE_INFINITY })
  const name = named('staff-order.photo', kind)
  return (
    <li>
      <ReadState read={read} lines={3}>
        {({ mediaType, dataBase64 }) => (
          <a href={`/orders/${orderId}/photos/${fileId}`} target="_blank" rel="noreferrer">
            <img src={`data:${mediaType};base64,${dataBase64}`} alt={name} />
            <span className="visually-hidden"> {t('staff.new-window')}</span>
          </a>
        )}
      </ReadState>
      <p className="cell-sub">
        {name} · {publishConsent ? t('staff-order.may-publish') : t('staff-order.not-publish')}
      </p>
    </li>
  )
}

/** The clocks in working time, each with how much of its limit is used. */
export function Clocks({ order }: OrderProps) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const hours = (minutes: number) => (Math.round(minutes / 6) / 10).toString()
  if (order.clocks.length === 0) return null
  return (
    <Section title={t('staff-order.clocks')}>
      <ul className="clocks">
        {order.clocks.map((clock) => (
          <li key={clock.kind} className={clock.isLate ? 'clock-late' : ''}>
            <span>
              <strong>{named('orders.clock', clock.kind)}</strong>{' '}
              {t('staff-order.clock-used', {
                used: hours(clock.usedWorkingMinutes),
                limit: hours(clock.limitWorkingMinutes),
              })}
            </span>
            <progress
              max={clock.limitWorkingMinutes}
              value={Math.min(clock.usedWorkingMinutes, clock.limitWorkingMinutes)}
              aria-label={named('orders.clock', clock.kind)}
            />
            <span className="cell-sub">
              {clock.isLate && <strong>{t('staff-order.overdue')} · </strong>}
              {clock.stoppedAt === null
                ? t('staff-order.clock-due', { moment: moment(clock.dueAt) })
                : t('staff-order.clock-stopped', { moment: moment(clock.stoppedAt) })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
