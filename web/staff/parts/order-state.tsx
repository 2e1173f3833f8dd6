import type { OrderRow } from '../../../contract/order-shapes.ts'
import { useWords } from '../locale.tsx'
import { distance, useMoments } from './moments.ts'

type Tone = 'now' | 'waiting' | 'moving' | 'done'

const TONES: Readonly<Record<OrderRow['state'], Tone>> = {
  submitted: 'now',
  dispatching: 'now',
  offered: 'waiting',
  accepted: 'moving',
  scheduled: 'moving',
  in_service: 'moving',
  delivered: 'waiting',
  confirmed: 'waiting',
  evaluated: 'waiting',
  answering: 'now',
  deferred: 'waiting',
  closed: 'done',
}

/** The state in words; the shape of the dot says the same as its colour. */
export function OrderState({ state }: { readonly state: OrderRow['state'] }) {
  const { named } = useWords()
  return <span className={`state state-${TONES[state]}`}>{named('orders.state', state)}</span>
}

interface DueTimeProps {
  readonly order: Pick<OrderRow, 'dueAt' | 'isOverdue' | 'isPaused' | 'state' | 'escalationLevel'>
  readonly now: number
}

/** When the next step is due: the time, how far away it is in words, and a sign when it is late. */
export function DueTime({ order, now }: DueTimeProps) {
  const { t } = useWords()
  const { moment } = useMoments()
  const away = useDistance()
  if (order.state === 'closed') return <span className="due">{t('staff.due-none')}</span>
  const tone = order.isOverdue ? 'due-late' : order.isPaused ? 'due-paused' : isNear(order.dueAt, now) ? 'due-near' : ''
  const sign = order.isOverdue ? '!' : order.isPaused ? 'Ⅱ' : ''
  return (
    <span className={`due ${tone}`}>
      {sign !== '' && (
        <span className="due-sign" aria-hidden="true">
          {sign}
        </span>
      )}
      <span>
        <strong>{order.isPaused ? t('staff.due-paused') : away(order.dueAt, now)}</strong>
        <time dateTime={order.dueAt}>{moment(order.dueAt)}</time>
        {order.escalationLevel > 0 && <em>{t('staff.escalated', { level: order.escalationLevel })}</em>}
      </span>
    </span>
  )
}

const NEAR_MILLISECONDS = 4 * 3_600_000

function isNear(dueAt: string, now: number): boolean {
  return Date.parse(dueAt) - now < NEAR_MILLISECONDS
}

/** 'in 3 hours' or '2 days overdue', in words. */
export function useDistance(): (dueAt: string, now: number) => string {
  const { t } = useWords()
  return (dueAt, now) => {
    const { unit, count, isPast } = distance(now, dueAt)
    if (isPast) {
      return {
        minutes: t('staff.late-minutes', { count }),
        hours: t('staff.late-hours', { count }),
        days: t('staff.late-days', { count }),
      }[unit]
    }
    return {
      minutes: t('staff.left-minutes', { count }),
      hours: t('staff.left-hours', { count }),
      days: t('staff.left-days', { count }),
    }[unit]
  }
}
