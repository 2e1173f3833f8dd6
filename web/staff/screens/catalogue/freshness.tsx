import type { Offering } from '../../../../contract/catalogue.ts'
import { useWords } from '../../locale.tsx'
import { useNow } from '../../parts/moments.ts'

const SOON_MILLISECONDS = 14 * 24 * 3_600_000

/** Whether an offering still stands: confirmed, soon to be confirmed, hidden, or ended. */
export function Freshness({ offering }: { readonly offering: Pick<Offering, 'freshUntil' | 'isHidden' | 'endedAt'> }) {
  const { t } = useWords()
  const now = useNow()
  const left = Date.parse(offering.freshUntil) - now
  const state =
    offering.endedAt !== null
      ? 'ended'
      : offering.isHidden || left < 0
        ? 'hidden'
        : left < SOON_MILLISECONDS
          ? 'soon'
          : 'fresh'
  return <span className={`fresh fresh-${state}`}>{t(`staff-office.fresh.${state}`)}</span>
}
