import type { HomeProps } from '#contract/pages.ts'
import { Page, useFrame } from '../frame.tsx'
import { OfferingList } from './services.tsx'

export function Home({ categories, offerings, figures }: HomeProps) {
  const { t, locale, elder } = useFrame()
  return (
    <Page title={t('resident.home.title')} wide>
      <section class="hero">
        <Echo />
        <h1 class="promise">
          <span>{t('resident.home.promise-first')}</span>
          <span>{t('resident.home.promise-second')}</span>
        </h1>
        <p class="lead">{t('resident.home.lead')}</p>
      </section>
      <ul class="actions">
        <Action href="/services" title={t('resident.home.order')} text={t('resident.home.order-text')} primary />
        <Action href="/track" title={t('resident.home.track')} text={t('resident.home.track-text')} />
        <Action href="/call" title={t('resident.home.call')} text={t('resident.home.call-text')} />
      </ul>
      <section>
        <h2>{t('resident.home.categories')}</h2>
        <ul class="index">
          {categories.map((category) => (
            <li key={category.id}>
              <a class="index-link" href={`/services?category=${encodeURIComponent(category.slug)}`}>
                <span class="index-name">{locale === 'en' ? category.nameEn : category.name}</span>
                {!elder && <span class="index-text">{locale === 'en' ? category.summaryEn : category.summary}</span>}
                <span class="index-count">{t('resident.home.count', { count: category.offerings })}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      {offerings.length > 0 && (
        <section>
          <h2>{t('resident.home.offerings')}</h2>
          <OfferingList offerings={offerings} />
          <p>
            <a class="onward" href="/services">
              {t('resident.home.all')}
            </a>
          </p>
        </section>
      )}
      <HowItGoes />
      <Counters figures={figures} />
    </Page>
  )
}

/** The mark of the house, squares within squares like a sound that comes back; decoration only. */
function Echo() {
  return (
    <svg class="echo" viewBox="0 0 400 400" aria-hidden="true" focusable="false">
      {[40, 100, 170, 250, 340].map((size, index) => (
        <rect
          key={size}
          x={200 - size / 2}
          y={200 - size / 2}
          width={size}
          height={size}
          fill={index === 0 ? 'currentColor' : 'none'}
          stroke="currentColor"
          stroke-width={index === 0 ? 0 : 7 - index}
          opacity={1 - index * 0.2}
          class={index === 0 ? 'echo-source' : undefined}
        />
      ))}
    </svg>
  )
}

function Action(props: {
  readonly href: string
  readonly title: string
  readonly text: string
  readonly primary?: boolean
}) {
  return (
    <li>
      <a class={props.primary === true ? 'action action-primary' : 'action'} href={props.href}>
        <span class="action-title">{props.title}</span>
        <span class="action-text">{props.text}</span>
      </a>
    </li>
  )
}

function HowItGoes() {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t('resident.home.how')}</h2>
      <ol class="steps">
        {([1, 2, 3, 4] as const).map((step) => (
          <li key={step}>
            <h3>{t(`resident.home.step-${step}`)}</h3>
            <p>{t(`resident.home.step-${step}-text`)}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Four of the district's counters; what each means stands on the page behind them. */
function Counters({ figures }: Pick<HomeProps, 'figures'>) {
  const { t, locale } = useFrame()
  const number = new Intl.NumberFormat(locale)
  return (
    <section>
      <h2>{t('figures.counters')}</h2>
      <dl class="counters">
        {figures.map(({ figure, value }) => (
          <div key={figure}>
            <dt>{t(`figures.name.${figure}`)}</dt>
            <dd>{number.format(value)}</dd>
          </div>
        ))}
      </dl>
      <p>
        <a class="onward" href="/figures">
          {t('figures.title')}
        </a>
      </p>
    </section>
  )
}
