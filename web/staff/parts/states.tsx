import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../locale.tsx'
import { ProblemAlert, problemIn } from './problem-alert.tsx'

/** Grey lines in the place of what is on its way. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  const { t } = useWords()
  return (
    <div className="loading" role="status" aria-label={t('staff.loading')}>
      {Array.from({ length: lines }, (_line, index) => (
        <span key={index} className="loading-line" />
      ))}
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  /** What to do next; an empty page never leaves the reader alone. */
  readonly children?: ReactNode
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-next">{children}</div>}
    </div>
  )
}

interface FailureProps {
  readonly error: unknown
  readonly retry: () => unknown
}

export function Failure({ error, retry }: FailureProps) {
  const { t } = useWords()
  return (
    <ProblemAlert
      problem={problemIn(error)}
      action={
        <Button size="small" onClick={() => void retry()}>
          {t('staff.try-again')}
        </Button>
      }
    />
  )
}

interface ReadStateProps<Data> {
  readonly read: { readonly data: Data | undefined; readonly error: unknown; readonly refetch: () => unknown }
  readonly children: (data: Data) => ReactNode
  readonly lines?: number
}

/** Loading, failure or the data: the three faces of every read. */
export function ReadState<Data>({ read, children, lines }: ReadStateProps<Data>) {
  if (read.data !== undefined) return <>{children(read.data)}</>
  if (read.error !== null && read.error !== undefined) return <Failure error={read.error} retry={read.refetch} />
  return <Loading {...(lines !== undefined && { lines })} />
}
