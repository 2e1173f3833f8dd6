import { Link } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { clockOf } from './board.tsx'
import { Parts } from './parts.tsx'
import type { PlanAnswer, Visit } from './plan-answer.ts'
import { WhyLeftOut } from './why.tsx'

interface Titled {
  readonly orderId: string
  readonly orderNumber: string
  readonly title: string
}

function OrderCell({ row }: { readonly row: Titled }) {
  return (
    <>
      <Link href={`/orders/${row.orderId}`} className="row-link">
        {row.title}
      </Link>
      <span className="cell-sub number">{row.orderNumber}</span>
    </>
  )
}

/** Every visit of the plan with who goes, when and why. */
export function VisitTable({ visits }: { readonly visits: readonly Visit[] }) {
  const { t } = useWords()
  const { nearDay: day } = useMoments()
  const isPublished = visits.some((visit) => visit.outcome !== null)
  return (
    <Section title={t('staff-plan.table')}>
      <DataTable<Visit>
        caption={t('staff-plan.table')}
        rows={visits}
        rowKey={({ orderId }) => orderId}
        columns={[
          {
            key: 'order',
            title: t('staff-plan.order'),
            className: 'cell-title',
            cell: (visit) => <OrderCell row={visit} />,
          },
          { key: 'village', title: t('staff-plan.village'), cell: (visit) => visit.unitName },
          {
            key: 'provider',
            title: t('staff-plan.provider'),
            cell: ({ providerName, vehicleName }) => (
              <>
                {providerName}
                {vehicleName !== null && (
                  <span className="cell-sub">{t('staff-plan.with-vehicle', { vehicle: vehicleName })}</span>
                )}
              </>
            ),
          },
          {
            key: 'when',
            title: t('staff-plan.when'),
            cell: (visit) => `${day(visit.day)} ${clockOf(visit.startsMinute)}`,
          },
          { key: 'why', title: t('staff-plan.why'), cell: (visit) => <Parts visit={visit} /> },
          ...(isPublished
            ? [
                {
                  key: 'outcome',
                  title: t('staff-plan.outcome'),
                  cell: ({ outcome }: Visit) => <Outcome outcome={outcome} />,
                },
              ]
            : []),
        ]}
      />
    </Section>
  )
}

/** What became of a visit when its plan was published: the offer, or why there was none. */
function Outcome({ outcome }: { readonly outcome: string | null }) {
  const { t, named } = useWords()
  if (outcome === null) return null
  if (outcome === 'offered') return t('staff-plan.outcome.offered')
  const [module = '', code = ''] = outcome.split('.')
  return named(`${module}.refusal`, code)
}

/** Orders without a place, each with true reasons and the cheapest way out. */
export function LeftOut({ answer: { plan, unserved } }: { readonly answer: PlanAnswer }) {
  const { t, named } = useWords()
  if (unserved.length === 0)
    return (
      <Section title={t('staff-plan.left-out')}>
        <p>{t('staff-plan.left-out-none')}</p>
      </Section>
    )
  return (
    <Section title={t('staff-plan.left-out')}>
      <p className="sheet-lead">{t('staff-plan.reason-unit')}</p>
      <DataTable
        caption={t('staff-plan.left-out')}
        rows={unserved}
        rowKey={({ orderId }) => orderId}
        columns={[
          {
            key: 'order',
            title: t('staff-plan.order'),
            className: 'cell-title',
            cell: (row) => <OrderCell row={row} />,
          },
          { key: 'village', title: t('staff-plan.village'), cell: (row) => row.unitName },
          {
            key: 'why',
            title: t('staff-plan.reason'),
            cell: (row) => (
              <>
                {row.rejections
                  .map(({ code, teamDays }) =>
                    t('staff-plan.count-of', { what: named('staff-plan.reason', code), count: teamDays }),
                  )
                  .join(' · ')}
                {row.relaxation !== null && (
                  <span className="cell-sub">
                    {t('staff-plan.relax', {
                      what: named('staff-plan.reason', row.relaxation.code),
                      minutes: Math.max(0, Math.round(row.relaxation.addedMinutes)),
                    })}
                  </span>
                )}
                <WhyLeftOut planId={plan.id} orderId={row.orderId} title={row.title} />
              </>
            ),
          },
        ]}
      />
    </Section>
  )
}

/** One change of a re-plan, of a visit or of an order that is left out now. */
interface Change extends Titled {
  readonly now: string | null
  readonly was: NonNullable<Visit['was']>
}

/** What a re-plan does otherwise than the plan before, with the price of each change and of undoing it. */
export function Differences({ answer: { visits, unserved } }: { readonly answer: PlanAnswer }) {
  const { t } = useWords()
  const { nearDay: day } = useMoments()
  const changes: Change[] = [
    ...visits.flatMap(({ was, ...visit }) =>
      was === null
        ? []
        : [{ ...visit, was, now: t('staff-plan.at', { provider: visit.providerName, day: day(visit.day) }) }],
    ),
    ...unserved.flatMap(({ was, ...order }) => (was === null ? [] : [{ ...order, was, now: null }])),
  ]
  return (
    <Section title={t('staff-plan.differences')}>
      {changes.length === 0 ? (
        <p>{t('staff-plan.differences-none')}</p>
      ) : (
        <DataTable<Change>
          caption={t('staff-plan.differences')}
          rows={changes}
          rowKey={({ orderId }) => orderId}
          columns={[
            {
              key: 'order',
              title: t('staff-plan.order'),
              className: 'cell-title',
              cell: (row) => <OrderCell row={row} />,
            },
            {
              key: 'before',
              title: t('staff-plan.before'),
              cell: ({ was }) => t('staff-plan.at', { provider: was.providerName, day: day(was.day) }),
            },
            { key: 'now', title: t('staff-plan.now'), cell: ({ now }) => now ?? t('staff-plan.now-left-out') },
            {
              key: 'tax',
              title: t('staff-plan.tax'),
              cell: ({ was }) => t('staff-plan.minutes-value', { minutes: was.taxMinutes ?? 0 }),
            },
            {
              key: 'undo',
              title: t('staff-plan.undo'),
              cell: ({ was: { undoMinutes } }) =>
                undoMinutes == null
                  ? t('staff-plan.undo-none')
                  : t('staff-plan.minutes-value', { minutes: Math.round(undoMinutes) }),
            },
          ]}
        />
      )}
    </Section>
  )
}
