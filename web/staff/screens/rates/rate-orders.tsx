import { Link } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages } from '../../parts/use-call.ts'
import type { RateName, RateQuery } from './rate-query.ts'

interface RateOrdersProps {
  readonly query: RateQuery
  readonly rate: RateName
}

/** The orders behind a rate, each with how it counts and why. */
export function RateOrders({ query, rate }: RateOrdersProps) {
  const { t } = useWords()
  const { day } = useMoments()
  const list = usePages('listRateOrders', { query: { ...query, rate } }, { keep: true })
  const title = t('staff-office.orders-of', { rate: t(`orders.rate.${rate}`) })
  return (
    <Section title={title}>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-order.none-here')} />
          ) : (
            <DataTable
              caption={title}
              rows={rows}
              rowKey={({ id }) => id}
              more={list}
              columns={[
                {
                  key: 'title',
                  title: t('staff-order.order'),
                  className: 'cell-title',
                  cell: (row) => (
                    <>
                      <Link href={`/orders/${row.id}`} className="row-link">
                        {row.title}
                      </Link>
                      <span className="cell-sub number">{row.number}</span>
                    </>
                  ),
                },
                { key: 'placed', title: t('staff-office.placed'), cell: (row) => day(row.placedAt) },
                {
                  key: 'counts',
                  title: t('staff-office.counts'),
                  cell: (row) => (
                    <span className={`counts counts-${row.counts}`}>{t(`staff-office.counts.${row.counts}`)}</span>
                  ),
                },
                { key: 'why', title: t('staff-office.why'), cell: (row) => row.why },
              ]}
            />
          )
        }
      </ReadState>
    </Section>
  )
}
