import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { useWords } from '../locale.tsx'

const NOTICE_MILLISECONDS = 6000

const Context = createContext<(text: string) => void>(() => undefined)

/** Says that something succeeded: a line at the foot of the page, read out by screen readers. */
export function useNotify(): (text: string) => void {
  return use(Context)
}

export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useWords()
  const [notice, setNotice] = useState<{ readonly text: string } | null>(null)
  const notify = useCallback((text: string) => setNotice({ text }), [])
  useEffect(() => {
    if (notice === null) return undefined
    const timer = setTimeout(() => setNotice(null), NOTICE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <Context value={notify}>
      {children}
      <div className="notices" role="status" aria-live="polite" aria-label={t('staff.notices')}>
        {notice !== null && (
          <p className="notice">
            <span aria-hidden="true">✓</span> {notice.text}
          </p>
        )}
      </div>
    </Context>
  )
}
