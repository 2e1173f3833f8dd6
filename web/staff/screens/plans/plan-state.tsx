import { useWords } from '../../locale.tsx'
import type { PlanAnswer } from './plan-answer.ts'

export function PlanState({ state }: { readonly state: PlanAnswer['plan']['state'] }) {
  const { t } = useWords()
  return <span className={`plan-state plan-state-${state}`}>{t(`staff-plan.state.${state}`)}</span>
}
