import { Button } from 'antd'
import { orderStates } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages } from '../../parts/use-call.ts'
import { FilterBar, useFilters } from './filters.tsx'
import { OrderTable } from './order-table.tsx'

const REFRESH_MILLISECONDS = 60_000
const OPEN_STATES = orderStates.filter((state) => state !== 'closed').join(',')

/** The queue: every filter stands in the address, so that a list can be kept, sent and come back to. */
export function QueueScreen() {
  const { t } = useWords()
  const filters = useFilters()
  const { values } = filters
  const list = usePages(
    'listOrders',
    {
      query: {
        state: values.state === 'all' ? undefined : (values.state ?? OPEN_STATES),
        unitId: values.unitId,
        categoryId: values.categoryId,
        overdue: values.overdue === 'only' ? 'only' : undefined,
        q: values.q,
        sort: values.sort === 'placed' ? 'placed' : 'due',
      },
    },
    { keep: true, refetchInterval: REFRESH_MILLISECONDS },
  )
  return (
    <Page title={t('staff.menu.orders')} lead={t('staff-order.queue-lead')}>
      <FilterBar {...filters} />
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={8}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={filters.isFiltered ? t('staff-order.filter-empty') : t('staff-order.queue-empty')}>
              {filters.isFiltered && <Button onClick={filters.clear}>{t('staff-order.clear-filters')}</Button>}
            </Empty>
          ) : (
            <div className="sheet">
              <OrderTable caption={t('staff.menu.orders')} rows={rows} more={list} />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}
