import { useSearchParams } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { ProviderPicker, UnitPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import { RateOrders } from './rate-orders.tsx'
import type { RateQuery } from './rate-query.ts'

const DAYS = 90

/** The three rates of an organisation and a period: never a bare per cent, and every number opens to its orders. */
export function RatesScreen() {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const [search, setSearch] = useSearchParams()
  const query: RateQuery = {
    from: search.get('from') ?? dateAt(now, zone, -DAYS),
    until: search.get('until') ?? dateAt(now, zone, 1),
    unitId: search.get('unitId') ?? undefined,
    providerId: search.get('providerId') ?? undefined,
  }
  const opened = (['response', 'resolution', 'satisfaction'] as const).find((rate) => rate === search.get('rate'))
  const set = (changes: Readonly<Record<string, string | undefined>>) => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) after.delete(name)
          else after.set(name, value)
        }
        return after
      },
      { replace: true },
    )
  }
  const rates = useRead('readRates', { query: { ...query } }, { keep: true })
  return (
    <Page title={t('staff.menu.rates')} lead={t('staff-office.rates-lead')}>
      <RateFilters query={query} names={{ unit: search.get('unit'), provider: search.get('provider') }} set={set} />
      <ReadState read={rates} lines={6}>
        {(answer) =>
          answer.orders === 0 ? (
            <Empty title={t('staff-office.no-orders')}>{t('staff-office.no-orders-next')}</Empty>
          ) : (
            <>
              <p className="rates-of">
                {t('staff-office.rates-of', {
                  organisation: answer.organisation,
                  orders: answer.orders,
                  excluded: answer.excluded,
                  silent: answer.notEvaluated,
                })}
              </p>
              <div className="rates">
                {answer.rates.map((rate) => (
                  <RateCard
                    key={rate.rate}
                    rate={rate}
                    isOpen={opened === rate.rate}
                    onToggle={() => set({ rate: opened === rate.rate ? undefined : rate.rate })}
                  />
                ))}
              </div>
              {opened !== undefined && <RateOrders query={query} rate={opened} />}
              <FormulaText answer={answer} />
            </>
          )
        }
      </ReadState>
    </Page>
  )
}

interface RateFiltersProps {
  readonly query: RateQuery
  readonly names: { readonly unit: string | null; readonly provider: string | null }
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void
}

function RateFilters({ query, names, set }: RateFiltersProps) {
  const { t } = useWords()
  return (
    <div className="filters" role="search" aria-label={t('staff-order.filters')}>
      <label className="labelled">
        <span>{t('staff-office.from')}</span>
        <DateInput value={query.from} onChange={(from) => from !== null && set({ from })} />
      </label>
      <label className="labelled">
        <span>{t('staff-office.until')}</span>
        <DateInput value={query.until} onChange={(until) => until !== null && set({ until })} />
      </label>
      <div className="labelled">
        <span aria-hidden="true">{t('staff-office.unit')}</span>
        <UnitPicker
          label={t('staff-office.unit')}
          placeholder={t('staff-office.whole-district')}
          value={query.unitId === undefined ? null : { id: query.unitId, name: names.unit ?? '' }}
          onChange={(unit) => set({ unitId: unit?.id, unit: unit?.name })}
        />
      </div>
      <div className="labelled">
        <span aria-hidden="true">{t('staff-order.provider')}</span>
        <ProviderPicker
          label={t('staff-order.provider')}
          placeholder={t('staff-office.all-providers')}
          value={
            query.providerId === undefined ? null : { kind: 'agency', id: query.providerId, name: names.provider ?? '' }
          }
          onChange={(provider) => set({ providerId: provider?.id, provider: provider?.name })}
        />
      </div>
    </div>
  )
}

interface RateCardProps {
  readonly rate: AnswerOf<'readRates'>['rates'][number]
  readonly isOpen: boolean
  readonly onToggle: () => void
}

/** The value with its interval drawn to scale, and the two counts it is made of. */
function RateCard({ rate, isOpen, onToggle }: RateCardProps) {
  const { t } = useWords()
  const { value, low, high } = rate
  const name = t(`orders.rate.${rate.rate}`)
  return (
    <section className="sheet rate" aria-label={name}>
      <h2>{name}</h2>
      {value === null || low === null || high === null ? (
        <p className="rate-none">{t('staff-office.rate-none')}</p>
      ) : (
        <>
          <p className="rate-value">{percent(value)}</p>
          <svg className="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect className="interval-all" x="0" y="3" width="100" height="2" />
            <rect
              className="interval-range"
              x={low * 100}
              y="1.5"
              width={Math.max(0.5, (high - low) * 100)}
              height="5"
            />
            <rect className="interval-value" x={value * 100 - 0.4} y="0" width="0.8" height="8" />
          </svg>
          <p>{t('staff-office.interval', { low: percent(low), high: percent(high) })}</p>
        </>
      )}
      <p className="number">
        {t('staff-office.fraction', { numerator: rate.numerator, denominator: rate.denominator })}
      </p>
      <p className="cell-sub">{rate.definition}</p>
      <button type="button" className="button" aria-expanded={isOpen} onClick={onToggle}>
        {isOpen ? t('staff-office.hide-orders') : t('staff-office.see-orders')}
        <span className="visually-hidden"> {name}</span>
      </button>
    </section>
  )
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function FormulaText({ answer }: { readonly answer: AnswerOf<'readRates'> }) {
  const { t, named } = useWords()
  const { formula, weighted } = answer
  return (
    <Section title={t('staff-office.formula', { version: formula.version })}>
      <ul className="plain-list">
        <li>{t('staff-office.formula-satisfied', { stars: formula.satisfiedFromStars })}</li>
        <li>
          {formula.excludedOutcomes.length === 0
            ? t('staff-office.formula-excludes-none')
            : t('staff-office.formula-excludes', {
                outcomes: formula.excludedOutcomes
                  .map((outcome) => named('orders.outcome', outcome))
                  .join(t('staff.comma')),
              })}
        </li>
        <li>{t('staff-office.formula-sample', { percent: formula.samplePercent })}</li>
        <li>
          {t('staff-office.formula-weights', {
            response: formula.responseWeight,
            resolution: formula.resolutionWeight,
            satisfaction: formula.satisfactionWeight,
          })}
          {weighted !== null && ` ${t('staff-office.weighted', { value: percent(weighted) })}`}
        </li>
        <li>{t('staff-office.formula-interval')}</li>
      </ul>
    </Section>
  )
}
