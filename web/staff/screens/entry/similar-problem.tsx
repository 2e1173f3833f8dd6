import type { ReactNode } from 'react'
import type { Problem } from '../../../../contract/kit.ts'
import { ProblemAlert } from '../../parts/problem-alert.tsx'

const CONFLICT = 409

interface SimilarProblemProps {
  readonly problem: Problem | null
  /** Shown only where the server says that the order looks like another one: placing it anyway is then a decision. */
  readonly action: ReactNode
}

export function SimilarProblem({ problem, action }: SimilarProblemProps) {
  const isSimilar = problem?.status === CONFLICT && /similar|duplicate|looks/u.test(problem.code)
  return <ProblemAlert problem={problem} action={isSimilar ? action : undefined} />
}
