import { Link } from 'wouter'
import { useWords } from '../../locale.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages } from '../../parts/use-call.ts'
import { OrderTable } from './order-table.tsx'

const REFRESH_MILLISECONDS = 60_000

/** What waits for a dispatcher, and what waits for an answer of those who were asked. */
export function DispatchListScreen() {
  const { t } = useWords()
  return (
    <Page title={t('staff.menu.dispatch')} lead={t('staff-order.dispatch-lead')}>
      <OrdersIn state="dispatching" title={t('staff-order.to-dispatch')} />
      <OrdersIn state="offered" title={t('staff-order.being-asked')} />
    </Page>
  )
}

function OrdersIn({ state, title }: { readonly state: 'dispatching' | 'offered'; readonly title: string }) {
  const { t } = useWords()
  const list = usePages('listOrders', { query: { state, sort: 'due' } }, { refetchInterval: REFRESH_MILLISECONDS })
  return (
    <Section title={title}>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-order.none-here')}>
              {state === 'dispatching' && <Link href="/orders?state=submitted">{t('staff-order.see-triage')}</Link>}
            </Empty>
          ) : (
            <OrderTable
              caption={title}
              rows={rows}
              hrefOf={({ id }) => (state === 'dispatching' ? `/orders/${id}/dispatch` : `/orders/${id}`)}
              more={list}
            />
          )
        }
      </ReadState>
    </Section>
  )
}
