import type { CallProps, CallUnitProps } from '#contract/pages.ts'
import { Page, telHref, useFrame } from '../frame.tsx'

export function Call({ townships, township, villages }: CallProps) {
  const { t } = useFrame()
  const title = township === null ? t('resident.call.title') : t('resident.call.village-title', { name: township.name })
  return (
    <Page
      title={title}
      wide
      back={
        township === null
          ? { href: '/', text: t('resident.services.back') }
          : { href: '/call', text: t('resident.call.back') }
      }
    >
      <h1>{title}</h1>
      <p class="lead">{t(township === null ? 'resident.call.lead' : 'resident.call.village-lead')}</p>
      <ul class="tiles">
        {township === null
          ? townships.map((one) => (
              <li key={one.id}>
                <a class="tile" href={`/call?township=${one.id}`}>
                  {one.name}
                </a>
              </li>
            ))
          : villages.map((one) => (
              <li key={one.id}>
                <a class="tile" href={`/call/${one.id}`}>
                  {one.name}
                </a>
              </li>
            ))}
      </ul>
      {township !== null && (
        <p>
          <a class="onward" href={`/call/${township.id}`}>
            {t('resident.call.township', { name: township.name })}
          </a>
        </p>
      )}
    </Page>
  )
}

export function CallUnit({ unit, above }: CallUnitProps) {
  const { t } = useFrame()
  return (
    <Page title={unit.name} back={{ href: '/call', text: t('resident.call.other') }}>
      <h1>{unit.name}</h1>
      {unit.phone === null ? (
        <p class="lead">{t('resident.call.no-phone')}</p>
      ) : (
        <>
          <p class="number">{unit.phone}</p>
          <p>
            <a class="button button-primary button-large" href={telHref(unit.phone)}>
              {t('resident.call.dial')}
            </a>
          </p>
          <p class="hint">{t('resident.call.hint')}</p>
        </>
      )}
      {above.length > 0 && (
        <section>
          <h2>{t(unit.phone === null ? 'resident.call.instead' : 'resident.call.above')}</h2>
          <ul class="rows">
            {above.map((one) => (
              <li key={one.name} class="row">
                <p>
                  <strong>{one.name}</strong>
                </p>
                <p>
                  {one.phone === null ? (
                    t('resident.call.number-missing')
                  ) : (
                    <a class="button button-quiet" href={telHref(one.phone)}>
                      {t('resident.call-number', { phone: one.phone })}
                    </a>
                  )}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  )
}
