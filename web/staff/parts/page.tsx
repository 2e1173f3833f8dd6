import { type ReactNode, useEffect } from 'react'
import { useWords } from '../locale.tsx'

interface PageProps {
  readonly title: string
  /** One plain sentence under the heading. */
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly width?: 'wide' | 'reading'
  readonly children: ReactNode
}

/** A screen: one h1, the same words in the title of the window. */
export function Page({ title, lead, actions, width = 'wide', children }: PageProps) {
  const { t } = useWords()
  useEffect(() => {
    document.title = `${title} · ${t('staff.product')}`
  }, [title, t])
  return (
    <div className={`page page-${width}`}>
      <header className="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead !== undefined && <p className="page-lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface SectionProps {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly id?: string
  readonly className?: string
}

/** A white sheet with a heading. */
export function Section({ title, aside, children, id, className }: SectionProps) {
  return (
    <section className={className === undefined ? 'sheet' : `sheet ${className}`} id={id} aria-label={title}>
      <header className="sheet-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

export interface Fact {
  readonly term: string
  readonly value: ReactNode
}

/** Terms and values; a fact without a value is left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(({ value }) => value !== null && value !== undefined && value !== '')
        .map(({ term, value }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
