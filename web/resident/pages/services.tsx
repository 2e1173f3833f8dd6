import type { Offering } from '#contract/catalogue.ts'
import type { Category, ServiceProps, ServicesProps } from '#contract/pages.ts'
import { Page, useCallLink, useFrame } from '../frame.tsx'

export function useOfferingTexts() {
  const { locale } = useFrame()
  return (offering: Offering) =>
    locale === 'en'
      ? {
          title: offering.titleEn ?? offering.title,
          summary: offering.summaryEn ?? offering.summary,
          category: offering.category.nameEn,
          provider: offering.provider.nameEn ?? offering.provider.name,
        }
      : {
          title: offering.title,
          summary: offering.summary,
          category: offering.category.name,
          provider: offering.provider.name,
        }
}

export function OfferingList({ offerings }: { readonly offerings: readonly Offering[] }) {
  const textsOf = useOfferingTexts()
  return (
    <ul class="cards">
      {offerings.map((offering) => {
        const texts = textsOf(offering)
        return (
          <li key={offering.id} class="card">
            <h3 class="card-title">
              <a href={`/services/${offering.id}`}>{texts.title}</a>
            </h3>
            <p class="card-text">{texts.summary}</p>
            <p class="card-note">{texts.provider}</p>
          </li>
        )
      })}
    </ul>
  )
}

export function Services(props: ServicesProps) {
  const { t, locale } = useFrame()
  const { q, category, categories, offerings, nextCursor } = props
  const chosen = categories.find((one) => one.slug === category)
  const chosenName = chosen === undefined ? undefined : locale === 'en' ? chosen.nameEn : chosen.name
  return (
    <Page
      title={chosenName ?? t('resident.services.title')}
      wide
      back={{ href: '/', text: t('resident.services.back') }}
    >
      <h1>{chosenName ?? t('resident.services.title')}</h1>
      <form class="search" method="get" action="/services" role="search">
        <label class="label" for="q">
          {t('resident.services.search')}
        </label>
        <p class="hint" id="q-hint">
          {t('resident.services.search-hint')}
        </p>
        <div class="search-row">
          <input class="input" id="q" name="q" type="search" value={q} aria-describedby="q-hint" maxLength={40} />
          {category !== '' && <input type="hidden" name="category" value={category} />}
          <button class="button">{t('resident.services.search-button')}</button>
        </div>
      </form>
      <CategoryFilter categories={categories} category={category} q={q} />
      {offerings.length === 0 ? (
        <NothingFound q={q} category={category} />
      ) : (
        <>
          {q !== '' && <p role="status">{t('resident.services.found', { q, count: offerings.length })}</p>}
          <h2 class="unseen">{t('resident.services.list')}</h2>
          <OfferingList offerings={offerings} />
          {nextCursor !== null && (
            <p>
              <a class="button button-quiet" href={servicesHref(q, category, nextCursor)}>
                {t('resident.services.more')}
              </a>
            </p>
          )}
          <aside class="panel">
            <h2>{t('resident.services.none-fits')}</h2>
            <p>{t('resident.services.none-fits-text')}</p>
            <p>
              <a class="button button-quiet" href="/order">
                {t('resident.services.custom')}
              </a>
            </p>
          </aside>
        </>
      )}
    </Page>
  )
}

function servicesHref(q: string, category: string, cursor = ''): string {
  const query = new URLSearchParams()
  if (q !== '') query.set('q', q)
  if (category !== '') query.set('category', category)
  if (cursor !== '') query.set('cursor', cursor)
  const text = query.toString()
  return text === '' ? '/services' : `/services?${text}`
}

function CategoryFilter(props: {
  readonly categories: readonly Category[]
  readonly category: string
  readonly q: string
}) {
  const { t, locale } = useFrame()
  const link = (slug: string, text: string) => (
    <li key={slug}>
      <a class="chip" href={servicesHref(props.q, slug)} aria-current={props.category === slug ? 'true' : undefined}>
        {text}
      </a>
    </li>
  )
  return (
    <nav aria-label={t('resident.services.categories')}>
      <ul class="chips">
        {link('', t('resident.services.all'))}
        {props.categories.map((one) => link(one.slug, locale === 'en' ? one.nameEn : one.name))}
      </ul>
    </nav>
  )
}

function NothingFound({ q, category }: { readonly q: string; readonly category: string }) {
  const { t } = useFrame()
  const call = useCallLink()
  return (
    <section class="panel" role="status">
      <h2>{q === '' ? t('resident.services.empty') : t('resident.services.not-found', { q })}</h2>
      <p>{t('resident.services.not-found-text')}</p>
      <p class="buttons">
        <a class="button button-primary" href={q === '' ? '/order' : `/order?title=${encodeURIComponent(q)}`}>
          {t('resident.services.custom')}
        </a>
        <a class="button button-quiet" href={call.href}>
          {call.text}
        </a>
      </p>
      {(q !== '' || category !== '') && (
        <p>
          <a class="onward" href="/services">
            {t('resident.services.see-all')}
          </a>
        </p>
      )}
    </section>
  )
}

export function Service({ offering }: ServiceProps) {
  const { t, word } = useFrame()
  const texts = useOfferingTexts()(offering)
  const groups = offering.targetGroups.map((group) => word(`catalogue.target.${group}`, group))
  const left = offering.monthlyQuota === null ? null : Math.max(0, offering.monthlyQuota - offering.takenThisMonth)
  return (
    <Page title={texts.title} back={{ href: '/services', text: t('resident.service.back') }}>
      <p class="kicker">{texts.category}</p>
      <h1>{texts.title}</h1>
      <p class="lead">{texts.summary}</p>
      {offering.endedAt === null && (
        <p>
          <a class="button button-primary button-large" href={`/order?offering=${offering.id}`}>
            {t('resident.service.order')}
          </a>
        </p>
      )}
      <dl class="facts">
        <Fact name={t('resident.service.provider')} text={texts.provider} />
        <Fact name={t('resident.service.for')} text={groups.join(t('resident.list-comma'))} />
        <Fact
          name={t('resident.service.headcount')}
          text={t('resident.service.headcount-text', { min: offering.headcountMin, max: offering.headcountMax })}
        />
        <Fact
          name={t('resident.service.duration')}
          text={t('resident.service.duration-text', { minutes: offering.durationMinutes })}
        />
        <Fact
          name={t('resident.service.lead')}
          text={
            offering.leadWorkingDays === 0
              ? t('resident.service.lead-none')
              : t('resident.service.lead-text', { days: offering.leadWorkingDays })
          }
        />
        <Fact
          name={t('resident.service.area')}
          text={
            offering.areaNames.length === 0
              ? t('resident.service.area-all')
              : offering.areaNames.join(t('resident.list-comma'))
          }
        />
        {left !== null && (
          <Fact
            name={t('resident.service.quota')}
            text={left === 0 ? t('resident.service.quota-none') : t('resident.service.quota-text', { left })}
          />
        )}
        {offering.venueNeeds.length > 0 && (
          <Fact
            name={t('resident.service.needs')}
            text={offering.venueNeeds
              .map((need) => word(`catalogue.need.${need}`, need))
              .join(t('resident.list-comma'))}
          />
        )}
      </dl>
      <p class="note">{t('resident.service.free')}</p>
    </Page>
  )
}

export function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  )
}
