import { useEffect, useState } from 'react'
import { useWords } from '../../locale.tsx'

/** Minutes and seconds since `since`; a burden that is seen can be made smaller. Stopped at `until`. */
export function Stopwatch({ since, until }: { readonly since: number | null; readonly until?: number | null }) {
  const { t } = useWords()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (since === null || (until !== undefined && until !== null)) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [since, until])
  const seconds = since === null ? 0 : Math.max(0, Math.round(((until ?? now) - since) / 1000))
  return (
    <span className="stopwatch" role="timer" aria-live="off" aria-label={t('staff-entry.time-taken')}>
      {wordsOf(seconds)}
    </span>
  )
}

export function wordsOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
