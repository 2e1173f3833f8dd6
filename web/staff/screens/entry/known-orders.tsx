import { useEffect, useState } from 'react'
import type { OrderRow } from '../../../../contract/order-shapes.ts'
import { orderStates } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { OrderState } from '../../parts/order-state.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'
import type { EntryValues } from './entry-values.ts'

const PHONE_DIGITS_MIN = 7
const TITLE_CHARACTERS_MIN = 2
const SETTLED_MILLISECONDS = 400
const ROWS = '3'

/** Orders of this caller, and open orders that look like the one being taken down: often the call is about one of them. */
export function KnownOrders({ values }: { readonly values: EntryValues }) {
  const { t } = useWords()
  const me = useMe()
  const phone = useSettled(values.contactPhone.replaceAll(/\D/gu, ''))
  const title = useSettled(values.title.trim())
  const hasPhone = phone.length >= PHONE_DIGITS_MIN
  const mayRead = may(me, 'orders.read')
  const earlier = useRead(
    'listOrders',
    { query: { q: phone, state: orderStates.join(','), sort: 'placed', limit: ROWS } },
    { enabled: mayRead && hasPhone },
  )
  const unitId = values.unitId?.id ?? ''
  const mayCompare = unitId !== '' && values.categoryId !== '' && title.length >= TITLE_CHARACTERS_MIN
  const similar = useRead(
    'findSimilarOrders',
    { body: { unitId, categoryId: values.categoryId, title, ...(hasPhone && { contactPhone: phone }) } },
    { enabled: mayCompare, keep: true },
  )
  const earlierIds = new Set(earlier.data?.rows.map(({ id }) => id))
  const others = similar.data?.rows.filter(({ id }) => !earlierIds.has(id)) ?? []
  return (
    <div className="known-orders" aria-live="polite">
      <h3>{t('staff-entry.of-this-caller')}</h3>
      {!hasPhone ? (
        <p className="cell-sub">{t('staff-entry.phone-first')}</p>
      ) : (
        mayRead && (
          <ReadState read={earlier} lines={2}>
            {({ rows }) =>
              rows.length === 0 ? <p className="cell-sub">{t('staff-entry.first-call')}</p> : <KnownList rows={rows} />
            }
          </ReadState>
        )
      )}
      {mayCompare && others.length > 0 && (
        <>
          <h3>{t('staff-entry.looks-like')}</h3>
          <KnownList rows={others} />
        </>
      )}
    </div>
  )
}

type KnownRow = Pick<OrderRow, 'id' | 'number' | 'title' | 'state' | 'placedAt' | 'nextStep'>

function KnownList({ rows }: { readonly rows: readonly KnownRow[] }) {
  const { t, named } = useWords()
  const { day } = useMoments()
  return (
    <ul className="known-list">
      {rows.map((row) => (
        <li key={row.id}>
          {/* In a window of its own: the form of the call stays where it is. */}
          <a href={`/staff/orders/${row.id}`} target="_blank" rel="noreferrer">
            {row.title}
            <span className="visually-hidden"> {t('staff.new-window')}</span>
          </a>
          <OrderState state={row.state} />
          <span className="cell-sub">
            <span className="number">{row.number}</span> · {day(row.placedAt)} · {named('orders.next', row.nextStep)}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The value once it has stood still for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
