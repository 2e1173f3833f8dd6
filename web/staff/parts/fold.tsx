import { type ReactNode, useState } from 'react'

/** What few people need at this moment: behind one line, and made only when it is opened, so that no field in it takes the focus. */
export function Fold({ summary, children }: { readonly summary: string; readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="more-fields" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children}
    </details>
  )
}
