import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../locale.tsx'
import { LanguageSwitch, Seal } from '../../shell/header.tsx'

interface EntranceProps {
  readonly title: string
  readonly children: ReactNode
}

/** The frame of the pages before the login: what this place is on the left, the form on the right. */
export function Entrance({ title, children }: EntranceProps) {
  const { t } = useWords()
  useEffect(() => {
    document.title = `${title} · ${t('staff.product')}`
  }, [title, t])
  return (
    <main className="entrance">
      <section className="entrance-words">
        <Seal />
        <p className="entrance-name">{t('staff.product')}</p>
        <p className="entrance-motto">{t('staff.motto')}</p>
      </section>
      <section className="entrance-form">
        <div className="entrance-top">
          <LanguageSwitch signedIn={false} />
        </div>
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  )
}
