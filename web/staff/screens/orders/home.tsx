import { Link } from 'wouter'
import { orderStates } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { useMoments, useNow } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { isProvider, may, useMe } from '../../session.tsx'
import { OrderTable } from './order-table.tsx'

const REFRESH_MILLISECONDS = 60_000
const ROWS = '8'
const OPEN_STATES = orderStates.filter((state) => state !== 'closed').join(',')

/** Where each state stands on the way, with the states that belong together counted together. */
const STEPS = [
  { key: 'triage', states: ['submitted'] },
  { key: 'dispatch', states: ['dispatching'] },
  { key: 'offered', states: ['offered'] },
  { key: 'service', states: ['accepted', 'scheduled', 'in_service'] },
  { key: 'judge', states: ['delivered', 'confirmed', 'evaluated'] },
  { key: 'answer', states: ['answering'] },
  { key: 'deferred', states: ['deferred'] },
] as const

/** Monday morning: how much there is, what is late, and what to do first. */
export function HomeScreen() {
  const { t } = useWords()
  const me = useMe()
  const now = useNow()
  const { day } = useMoments()
  const counts = useRead('countOrders', {}, { refetchInterval: REFRESH_MILLISECONDS })
  const first = useRead(
    'listOrders',
    { query: { state: OPEN_STATES, sort: 'due', limit: ROWS } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )
  const open = Object.entries(counts.data?.states ?? {}).reduce(
    (sum, [state, count]) => sum + (state === 'closed' ? 0 : count),
    0,
  )
  const overdue = counts.data?.overdue ?? 0
  const lead =
    counts.data === undefined
      ? day(new Date(now).toISOString())
      : open === 0
        ? t('staff-order.home-nothing')
        : t('staff-order.home-lead', { open, overdue })
  return (
    <Page title={t('staff-order.home-title', { name: me.name ?? '' })} lead={lead} actions={<HomeActions />}>
      <ReadState read={counts} lines={2}>
        {({ states, overdue }) => <Way states={states} overdue={overdue} />}
      </ReadState>
      <Section title={t('staff-order.needs-me')} aside={<Link href="/orders">{t('staff-order.whole-queue')}</Link>}>
        <ReadState read={first} lines={6}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title={t('staff-order.queue-empty')}>
                {may(me, 'orders.assist') && <Link href="/phone">{t('staff-order.take-a-call')}</Link>}
              </Empty>
            ) : (
              <OrderTable caption={t('staff-order.needs-me')} rows={rows} />
            )
          }
        </ReadState>
      </Section>
    </Page>
  )
}

function HomeActions() {
  const { t } = useWords()
  const me = useMe()
  return (
    <>
      {isProvider(me) && (
        <Link href="/offers" className="button">
          {t('staff.menu.offers')}
        </Link>
      )}
      {may(me, 'orders.assist') && (
        <Link href="/phone" className="button button-primary">
          {t('staff-order.take-a-call')}
        </Link>
      )}
    </>
  )
}

interface WayProps {
  readonly states: Readonly<Record<string, number>>
  readonly overdue: number
}

/** The way of an order from left to right with the number that stands at each step; every number opens its list. */
function Way({ states, overdue }: WayProps) {
  const { t } = useWords()
  return (
    <ol className="way" aria-label={t('staff-order.way')}>
      <li className={overdue > 0 ? 'way-late' : ''}>
        <Link href="/orders?overdue=only">
          <span className="way-name">{t('staff-order.overdue')}</span>
          <strong>{overdue}</strong>
        </Link>
      </li>
      {STEPS.map(({ key, states: names }) => {
        const count = names.reduce((sum, name) => sum + (states[name] ?? 0), 0)
        return (
          <li key={key} className={count === 0 ? 'way-none' : ''}>
            <Link href={`/orders?state=${names.join(',')}`}>
              <span className="way-name">{t(`staff-order.step.${key}`)}</span>
              <strong>{count}</strong>
            </Link>
          </li>
        )
      })}
    </ol>
  )
}
