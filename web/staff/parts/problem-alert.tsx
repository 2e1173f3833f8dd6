import { Alert } from 'antd'
import type { ReactNode } from 'react'
import type { Problem } from '../../../contract/kit.ts'
import { NOT_SIGNED_IN, ProblemError, UNREACHABLE } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'

/** A refusal in words. Server texts are already in the reader's language; only a missing answer is worded here. */
function useProblemText(): (problem: Problem) => string {
  const { t } = useWords()
  return (problem) => (problem.code === UNREACHABLE ? t('staff.unreachable') : problem.title)
}

interface ProblemAlertProps {
  readonly problem: Problem | null
  readonly action?: ReactNode
}

/** Says what went wrong where it went wrong; nothing that was typed is lost. */
export function ProblemAlert({ problem, action }: ProblemAlertProps) {
  const textOf = useProblemText()
  if (problem === null || problem.code === NOT_SIGNED_IN) return null
  const said = new Set((problem.errors ?? []).map(({ message }) => message))
  said.delete(problem.title)
  const others = [...said]
  return (
    <Alert
      type="error"
      role="alert"
      className="problem"
      showIcon
      title={textOf(problem)}
      description={
        others.length === 0 ? undefined : (
          <ul className="plain-list">
            {others.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        )
      }
      action={action}
    />
  )
}

/** The problem inside whatever a read threw. */
export function problemIn(error: unknown): Problem | null {
  if (error === null || error === undefined) return null
  if (error instanceof ProblemError) return error.problem
  throw error
}
