import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type PageContext, textSizes } from '#contract/pages.ts'
import { type Translate, translateByName } from '#i18n/translate.ts'
import { dateOf, daysBetween, formatDate, formatDay, formatTime } from '../shared/dates.ts'

/** What every part of a page reads: the frame's facts, the texts, and dates in words. */
export interface Frame extends PageContext {
  readonly t: Translate
  /** “today”, “tomorrow” or the day itself. */
  readonly day: (instant: string) => string
  /** A date of the calendar ('YYYY-MM-DD') with its year. */
  readonly date: (date: string) => string
  readonly time: (instant: string) => string
  /** Day and time. */
  readonly moment: (instant: string) => string
  /** A text whose key is known only at run time, or the fallback. */
  readonly word: (key: string, fallback: string) => string
}

export const FrameContext = createContext<Frame | null>(null)

export function useFrame(): Frame {
  const frame = useContext(FrameContext)
  if (frame === null) throw new Error('a part of a page was rendered outside its frame')
  return frame
}

export function frameOf(context: PageContext, t: Translate): Frame {
  const words = { locale: context.locale, zone: context.zone }
  const day = (instant: string) => {
    const days = daysBetween(dateOf(context.now, context.zone), dateOf(instant, context.zone))
    if (days === 0) return t('resident.date.today')
    if (days === 1) return t('resident.date.tomorrow')
    if (days === -1) return t('resident.date.yesterday')
    return formatDay(instant, context.now, words)
  }
  const time = (instant: string) => formatTime(instant, words)
  return {
    ...context,
    t,
    day,
    date: (given) => formatDate(given, context.locale),
    time,
    moment: (instant) => `${day(instant)} ${time(instant)}`,
    word: (key, fallback) => translateByName(context.locale, key) ?? fallback,
  }
}

interface PageProps {
  readonly title: string
  /** Wider than the reading measure, for lists of cards. */
  readonly wide?: boolean
  readonly back?: { readonly href: string; readonly text: string }
  readonly faulty?: boolean
  readonly children: ComponentChildren
}

/** The whole document around a page's own content. */
export function Page(props: PageProps) {
  const frame = useFrame()
  const { t, elder, textPixels, assets } = frame
  const classes = [elder ? 'elder' : '', textPixels > 22 ? `text-${textPixels}` : ''].filter(Boolean).join(' ')
  const title = props.faulty === true ? t('resident.frame.title-faulty', { title: props.title }) : props.title
  return (
    <html lang={frame.locale} class={classes === '' ? undefined : classes}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{t('resident.frame.title', { title, centre: frame.centreName })}</title>
        <meta name="theme-color" content="#fbf8f2" />
        <meta name="format-detection" content="telephone=no" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        {assets.styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
        {assets.scripts.map((src) => (
          <script key={src} type="module" src={src} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          {t('resident.frame.skip')}
        </a>
        <Top />
        <div class={props.wide === true ? 'wrap' : 'wrap narrow'}>
          {props.back !== undefined && (
            <nav aria-label={t('resident.frame.back-label')}>
              <a class="back" href={props.back.href}>
                {props.back.text}
              </a>
            </nav>
          )}
          <main id="main" tabIndex={-1}>
            {elder && <ReadAloud />}
            {props.children}
          </main>
        </div>
        <Foot />
        {elder && <CallBar />}
      </body>
    </html>
  )
}

/** Hidden until the script has found a voice that speaks the page's language. */
function ReadAloud() {
  const { t, locale } = useFrame()
  return (
    <button
      type="button"
      class="button button-quiet read-aloud"
      hidden
      data-read-aloud={locale}
      data-stop={t('resident.frame.read-stop')}
    >
      {t('resident.frame.read')}
    </button>
  )
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="2" fill="currentColor" />
      <path d="M5 5h14v14H5z M9.5 9.5h5v5h-5z" fill="none" stroke="#fffefb" stroke-width="2" />
    </svg>
  )
}

function Top() {
  const { t, me, centreName } = useFrame()
  return (
    <header class="top">
      <div class="wrap top-row">
        <a class="brand" href="/">
          <Mark />
          <span class="brand-words">
            <span class="brand-name">{t('resident.frame.brand')}</span>
            <span class="brand-centre">{centreName}</span>
          </span>
        </a>
        <Preferences />
      </div>
      <nav class="wrap menu" aria-label={t('resident.frame.menu')}>
        <MenuLink href="/services" text={t('resident.frame.services')} />
        <MenuLink href="/programme" text={t('volunteer.menu')} />
        {me === null ? (
          <>
            <MenuLink href="/track" text={t('resident.frame.track')} />
            <MenuLink href="/login" text={t('resident.frame.login')} />
          </>
        ) : (
          <>
            <MenuLink href="/me/orders" text={t('resident.frame.my-orders')} />
            {me.inTeam && <MenuLink href="/team" text={t('resident.frame.team')} />}
            <MenuLink href="/me/volunteering" text={t('volunteer.mine.menu')} />
            <MenuLink href="/me" text={t('resident.frame.me')} />
          </>
        )}
      </nav>
    </header>
  )
}

function MenuLink({ href, text }: { readonly href: string; readonly text: string }) {
  const { path } = useFrame()
  const here = path.split('?')[0] === href
  return (
    <a href={href} aria-current={here ? 'page' : undefined}>
      {text}
    </a>
  )
}

/** Language and mode: one form of buttons, so that it works everywhere and changes nothing by a mere link. */
function Preferences() {
  const { t, locale, elder, textPixels, path } = useFrame()
  const larger = textSizes.find((size) => size > textPixels)
  return (
    <form class="preferences" method="post" action="/preferences" aria-label={t('resident.frame.preferences')}>
      <input type="hidden" name="back" value={path} />
      {elder && (
        <button class="switch" name="text" value={larger ?? textSizes[1]}>
          {t(larger === undefined ? 'resident.frame.text-smaller' : 'resident.frame.text-larger')}
        </button>
      )}
      <button class="switch" name="elder" value={elder ? '0' : '1'}>
        {t(elder ? 'resident.frame.standard' : 'resident.frame.elder')}
      </button>
      <button
        class="switch"
        name="locale"
        value={locale === 'en' ? 'zh-CN' : 'en'}
        lang={locale === 'en' ? 'zh-CN' : 'en'}
      >
        {t('resident.frame.other-language')}
      </button>
    </form>
  )
}

/** Where the village is called: its number when it is known, otherwise the page that finds it. */
export function useCallLink(): { href: string; text: string } {
  const { t, village } = useFrame()
  if (village === null) return { href: '/call', text: t('resident.frame.call') }
  if (village.phone === null) return { href: `/call/${village.id}`, text: t('resident.frame.call') }
  return { href: telHref(village.phone), text: t('resident.frame.call-named', { village: village.name }) }
}

export function telHref(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/gu, '')}`
}

function CallBar() {
  const { t } = useFrame()
  const call = useCallLink()
  return (
    <aside class="call-bar" aria-label={t('resident.frame.call')}>
      <a class="button button-call" href={call.href}>
        {call.text}
      </a>
    </aside>
  )
}

function Foot() {
  const { t, demo, centreName } = useFrame()
  return (
    <footer class="foot">
      <div class="wrap">
        <p class="foot-emergency">{t('resident.frame.emergency')}</p>
        <ul class="foot-links">
          <li>
            <a href="/call">{t('resident.frame.call')}</a>
          </li>
          <li>
            <a href="/track">{t('resident.frame.track')}</a>
          </li>
          <li>
            <a href="/help">{t('resident.frame.help')}</a>
          </li>
          <li>
            <a href="/figures">{t('figures.title')}</a>
          </li>
          <li>
            <a href="/registered">{t('account.registered.title')}</a>
          </li>
          <li>
            <a href="/help#privacy">{t('resident.frame.privacy')}</a>
          </li>
          <li>
            <a href="/help#accessibility">{t('resident.frame.accessibility')}</a>
          </li>
          {demo && (
            <li>
              <a href="/demo/outbox">{t('resident.frame.outbox')}</a>
            </li>
          )}
        </ul>
        <p class="foot-centre">{centreName}</p>
      </div>
    </footer>
  )
}
