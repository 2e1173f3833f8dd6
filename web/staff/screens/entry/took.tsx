import { useWords } from '../../locale.tsx'
import { wordsOf } from './stopwatch.tsx'
import type { Effort } from './use-effort.ts'

/** What the entry cost: a burden that is seen can be made smaller. */
export function Took({ effort: { seconds, clicks } }: { readonly effort: Effort }) {
  const { t } = useWords()
  return <p className="cell-sub">{t('staff-entry.took', { time: wordsOf(seconds), clicks })}</p>
}
