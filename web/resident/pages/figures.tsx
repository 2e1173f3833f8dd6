import type { FiguresProps } from '#contract/pages.ts'
import { Page, useFrame } from '../frame.tsx'

/** Topics on which the report of 2019 does not agree with itself (docs/figures.md). */
const TOPICS = [
  'stations',
  'teams',
  'volunteers',
  'offerings',
  'people',
  'culture',
  'activities',
  'turns',
  'coverage',
  'bases',
  'families',
] as const

/** What the district's numbers are, how each is counted, and where their source contradicts itself. */
export function Figures({ from, until, countedAt, figures, rates }: FiguresProps) {
  const { t, locale, demo, time } = useFrame()
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1 })
  return (
    <Page title={t('figures.title')}>
      <h1>{t('figures.title')}</h1>
      <p class="lead">{t('figures.lead')}</p>
      <p>{t('figures.period', { from, until, at: time(countedAt) })}</p>
      {demo && <p class="panel">{t('figures.demo-note')}</p>}

      <h2 id="counters">{t('figures.counters')}</h2>
      <dl class="figures">
        {figures.map(({ figure, value, query }) => (
          <div key={figure} class="figure">
            <dt class="figure-name">{t(`figures.name.${figure}`)}</dt>
            <dd class="figure-value">{number.format(value)}</dd>
            <dd class="figure-what">{t(`figures.what.${figure}`)}</dd>
            <dd>
              <Query text={query} />
            </dd>
          </div>
        ))}
      </dl>
      <p class="card-note">{t('figures.query-note')}</p>

      <h2 id="rates">{t('figures.rates')}</h2>
      <p>{t('figures.rates-lead')}</p>
      <dl class="figures">
        {rates.map(({ rate, numerator, denominator, value, low, high, definition }) => (
          <div key={rate} class="figure">
            <dt class="figure-name">{t(`figures.rate.${rate}`)}</dt>
            <dd class="figure-value">
              {value === null || low === null || high === null
                ? t('figures.rate-none')
                : t('figures.rate-value', {
                    value: percent.format(value),
                    low: percent.format(low),
                    high: percent.format(high),
                  })}
            </dd>
            <dd class="figure-what">
              {t('figures.rate-of', { numerator: number.format(numerator), denominator: number.format(denominator) })}{' '}
              {definition}
            </dd>
          </div>
        ))}
      </dl>

      <Contradictions />
    </Page>
  )
}

function Query({ text }: { readonly text: string }) {
  const { t } = useFrame()
  return (
    <details class="query-more">
      <summary>{t('figures.query')}</summary>
      <pre class="query" lang="en">
        <code>{text}</code>
      </pre>
    </details>
  )
}

function Contradictions() {
  const { t } = useFrame()
  return (
    <section>
      <h2 id="contradictions">{t('figures.contradictions')}</h2>
      <p>{t('figures.contradictions-lead')}</p>
      {TOPICS.map((topic) => (
        <section key={topic} class="contradiction">
          <h3>{t(`figures.claim.${topic}.topic`)}</h3>
          <dl>
            {(['said', 'found', 'taken'] as const).map((part) => (
              <div key={part}>
                <dt>{t(`figures.label.${part}`)}</dt>
                <dd>{t(`figures.claim.${topic}.${part}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </section>
  )
}
