import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../locale.tsx'
import { LanguageSwitch, Seal } from '../../shell/header.tsx'

const RINGS = [0, 1, 2, 3, 4, 5, 6] as const

function Rings() {
  return (
    <svg className="entrance-rings" viewBox="0 0 900 900" aria-hidden="true">
      {RINGS.map((ring) => {
        const reach = 60 + ring * 62
        return (
          <rect
            key={ring}
            x={450 - reach}
            y={450 - reach}
            width={reach * 2}
            height={reach * 2}
            rx={8 + ring * 6}
            strokeOpacity={0.26 - ring * 0.034}
          />
        )
      })}
    </svg>
  )
}

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
        <div className="entrance-mark">
          <Rings />
          <Seal />
        </div>
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
