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

/** The citizens' hotline of Chinese cities. */
const HOTLINE = '12345'

export function CallUnit({ unit, above }: CallUnitProps) {
  const { t } = useFrame()
  // The hotline answers always, also where no unit has told its number yet.
  const numbers = [
    ...above.flatMap(({ name, phone }) => (phone === null ? [] : [{ name, phone }])),
    { name: t('resident.help.hotline'), phone: HOTLINE },
  ]
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
      <h2>{t(unit.phone === null ? 'resident.call.instead' : 'resident.call.above')}</h2>
      <ul class="rows">
        {numbers.map((one) => (
          <li key={one.name} class="row">
            <p>
              <strong>{one.name}</strong>
            </p>
            <p>
              <a class="button button-quiet" href={telHref(one.phone)}>
                {t('resident.call-number', { phone: one.phone })}
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Page>
  )
}
