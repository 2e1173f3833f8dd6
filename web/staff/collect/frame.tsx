import { type ReactNode, useEffect } from 'react'
import type { Problem } from '../../../contract/kit.ts'
import { NOT_SIGNED_IN, UNREACHABLE } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'
import type { Uploads } from './use-collecting.ts'

interface FrameProps {
  readonly title: string
  readonly back: string
  readonly children: ReactNode
}

/** The whole page: for one hand, without a menu. */
export function Frame({ title, back, children }: FrameProps) {
  const { t, locale, setLocale } = useWords()
  useEffect(() => {
    document.title = `${title} · ${t('staff.product')}`
  }, [title, t])
  const other = locale === 'en' ? 'zh-CN' : 'en'
  return (
    <main className="collect">
      <nav className="collect-top" aria-label={t('staff-collect.ways')}>
        <a href={back}>{t('staff-collect.back')}</a>
        <button type="button" lang={other} onClick={() => setLocale(other)}>
          {t('staff.other-language')}
        </button>
      </nav>
      <h1>{title}</h1>
      {children}
    </main>
  )
}

/** What waits, and whether there is a network; the button is for who does not want to wait for the next attempt. */
export function UploadState({ uploads, isOnline }: { readonly uploads: Uploads; readonly isOnline: boolean }) {
  const { t } = useWords()
  const { marks, isSending, end, send } = uploads
  const waiting = marks.filter(({ state }) => state === 'waiting').length
  const refused = marks.filter(({ state }) => state === 'refused').length
  return (
    <section className="collect-state" aria-label={t('staff-collect.state')}>
      <p>
        <span className={isOnline ? 'collect-net collect-net-on' : 'collect-net'}>
          {t(isOnline ? 'staff-collect.online' : 'staff-collect.offline')}
        </span>
      </p>
      <p className="collect-waiting">
        {waiting === 0 ? t('staff-collect.waiting-none') : t('staff-collect.waiting', { count: waiting })}
      </p>
      {refused > 0 && <p className="collect-fault">{t('staff-collect.refused', { count: refused })}</p>}
      {waiting > 0 && end === 'unreachable' && <p>{t('staff-collect.unreachable')}</p>}
      {waiting > 0 && (
        <button type="button" className="collect-button" disabled={isSending} onClick={send}>
          {t(isSending ? 'staff-collect.sending' : 'staff-collect.send')}
        </button>
      )}
    </section>
  )
}

/** What the server refused, and the way back in for whoever is not signed in any more. */
export function Problems({
  problem,
  isSignedOut,
}: {
  readonly problem: Problem | null
  readonly isSignedOut: boolean
}) {
  const { t } = useWords()
  if (isSignedOut || problem?.code === NOT_SIGNED_IN) {
    const next = encodeURIComponent(window.location.pathname)
    return (
      <div className="collect-notice" role="alert">
        <p>{t('staff-collect.signed-out')}</p>
        <p className="collect-links">
          <a href={`/login?next=${next}`}>{t('staff-collect.sign-in-volunteer')}</a>
          <a href={`/staff/login?next=${next}`}>{t('staff-collect.sign-in-staff')}</a>
        </p>
      </div>
    )
  }
  if (problem === null || problem.code === UNREACHABLE) return null
  return (
    <p className="collect-notice" role="alert">
      {problem.title}
    </p>
  )
}
