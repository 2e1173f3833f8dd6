import type { HelpProps, MessageProps, OutboxProps } from '#contract/pages.ts'
import { Page, telHref, useCallLink, useFrame } from '../frame.tsx'

export function Help({ centre }: HelpProps) {
  const { t } = useFrame()
  const title = t('resident.help.title')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">{t('resident.help.lead')}</p>
      <p>{t('resident.help.what')}</p>
      <p>{t('resident.help.free')}</p>

      <h2 id="phones">{t('resident.help.phones')}</h2>
      <ul class="rows">
        <li class="row">
          <p>
            <strong>{t('resident.help.village')}</strong>
          </p>
          <p>
            <a class="button button-quiet" href="/call">
              {t('resident.frame.call')}
            </a>
          </p>
        </li>
        {centre.phone !== null && (
          <li class="row">
            <p>
              <strong>{centre.name}</strong>
            </p>
            <p>
              <a class="button button-quiet" href={telHref(centre.phone)}>
                {t('resident.call-number', { phone: centre.phone })}
              </a>
            </p>
          </li>
        )}
        <li class="row">
          <p>
            <strong>{t('resident.help.hotline')}</strong>
          </p>
          <p>
            <a class="button button-quiet" href="tel:12345">
              {t('resident.call-number', { phone: '12345' })}
            </a>
          </p>
        </li>
      </ul>
      <p>{t('resident.frame.emergency')}</p>

      <h2 id="privacy">{t('resident.help.privacy')}</h2>
      <ul>
        {([1, 2, 3, 4] as const).map((line) => (
          <li key={line}>{t(`resident.help.privacy-${line}`)}</li>
        ))}
      </ul>

      <h2 id="accessibility">{t('resident.help.accessibility')}</h2>
      <ul>
        {([1, 2, 3, 4] as const).map((line) => (
          <li key={line}>{t(`resident.help.accessibility-${line}`)}</li>
        ))}
      </ul>
    </Page>
  )
}

/** Demonstration servers only: the phone that nobody holds. */
export function Outbox({ form, rows }: OutboxProps) {
  const { t, moment } = useFrame()
  const title = t('resident.outbox.title')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">{t('resident.outbox.lead')}</p>
      <form method="get" action="/demo/outbox" class="search">
        <label class="label" for="phone">
          {t('resident.login.phone')}
        </label>
        <div class="search-row">
          <input class="input" id="phone" name="phone" type="tel" value={form.values['phone']?.[0] ?? ''} />
          <button class="button">{t('resident.outbox.filter')}</button>
        </div>
      </form>
      {rows.length === 0 ? (
        <p class="panel">{t('resident.outbox.none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.id} class="row">
              <p class="message-text">{linked(row.text)}</p>
              <p class="card-note">
                {row.phoneMasked} {moment(row.at)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

/** A text message with its addresses as links, as a phone shows it. */
function linked(text: string) {
  return text.split(/(https?:\/\/[\w.:/~-]+|\/o\/[\w-]+)/u).map((part, index) =>
    index % 2 === 1 ? (
      <a key={part} href={part}>
        {part}
      </a>
    ) : (
      part
    ),
  )
}

export function Message({ status, title, requestId }: MessageProps) {
  const { t, word } = useFrame()
  const call = useCallLink()
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">{word(`resident.message.${status}`, t('resident.message.other'))}</p>
      <p class="buttons">
        {status === 401 ? (
          <a class="button button-primary" href="/login">
            {t('resident.frame.login')}
          </a>
        ) : (
          <a class="button button-primary" href="/">
            {t('resident.message.home')}
          </a>
        )}
        <a class="button button-quiet" href={call.href}>
          {call.text}
        </a>
      </p>
      {requestId !== null && <p class="card-note">{t('resident.message.id', { id: requestId })}</p>}
    </Page>
  )
}
