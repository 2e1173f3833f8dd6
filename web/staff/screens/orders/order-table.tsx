import { Link } from 'wouter'
import type { OrderRow } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { useNow } from '../../parts/moments.ts'
import { DueTime, OrderState } from '../../parts/order-state.tsx'
import { nameIn } from '../../parts/pickers.tsx'

interface OrderTableProps {
  readonly caption: string
  readonly rows: readonly OrderRow[]
  readonly hrefOf?: (row: OrderRow) => string
  readonly more?: Parameters<typeof DataTable<OrderRow>>[0]['more']
}

/** Orders as every list of the console shows them: what, where, what comes next and until when. */
export function OrderTable({ caption, rows, hrefOf = ({ id }) => `/orders/${id}`, more }: OrderTableProps) {
  const { t, named, locale } = useWords()
  const now = useNow()
  const columns: readonly Column<OrderRow>[] = [
    {
      key: 'title',
      title: t('staff-order.order'),
      className: 'cell-title',
      cell: (row) => (
        <>
          <Link href={hrefOf(row)} className="row-link">
            {row.title}
          </Link>
          <span className="cell-sub">
            <span className="number">{row.number}</span> {nameIn(locale, row.category)} ·{' '}
            {t('staff-order.people', { count: row.headcount })}
            {row.urgency === 'urgent' && <strong className="urgent"> {t('orders.urgency.urgent')}</strong>}
          </span>
        </>
      ),
    },
    {
      key: 'unit',
      title: t('staff-order.village'),
      cell: (row) => (
        <>
          {row.unit.name}
          <span className="cell-sub">{named('orders.channel', row.channel)}</span>
        </>
      ),
    },
    {
      key: 'next',
      title: t('staff-order.next-step'),
      cell: (row) => (
        <>
          <OrderState state={row.state} />
          <span className="cell-sub">{named('orders.next', row.nextStep)}</span>
        </>
      ),
    },
    {
      key: 'responsible',
      title: t('staff-order.responsible'),
      cell: (row) => (
        <>
          {row.responsibleUnit.name}
          {row.provider !== null && <span className="cell-sub">{row.provider.name}</span>}
        </>
      ),
    },
    {
      key: 'due',
      title: t('staff-order.due'),
      className: 'cell-due',
      cell: (row) => <DueTime order={row} now={now} />,
    },
  ]
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      rowClass={(row) => (row.isOverdue ? 'row-late' : undefined)}
      {...(more !== undefined && { more })}
    />
  )
}
