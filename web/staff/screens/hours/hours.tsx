import { useSearchParams } from 'wouter'
import type { Me } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { holds, may, organises, useMe } from '../../session.tsx'
import { Approvals } from './approvals.tsx'
import { Backfill } from './backfill.tsx'
import { CallBacks } from './call-backs.tsx'
import { Cases } from './cases.tsx'
import { Confirmations } from './confirmations.tsx'
import { Demands } from './demands.tsx'
import { Notices } from './notices.tsx'

const SCREENS = {
  approvals: Approvals,
  confirmations: Confirmations,
  cases: Cases,
  demands: Demands,
  notices: Notices,
  calls: CallBacks,
  backfill: Backfill,
} as const
type Part = keyof typeof SCREENS
const PARTS = Object.keys(SCREENS) as Part[]

/** Callers see the calls alone: what was recorded would tell them what to hear. */
function isOpenTo(me: Me, part: Part): boolean {
  if (part === 'calls') return holds(me, 'caller')
  if (part === 'demands' || part === 'notices') return may(me, 'hours.approve') || organises(me)
  if (part === 'backfill') return organises(me)
  if (part === 'confirmations') return may(me, 'hours.confirm')
  return may(me, 'hours.approve')
}

/** Hours of volunteers: what waits for approval, what is disputed, what volunteers ask for, and what is posted. */
export function HoursScreen() {
  const { t } = useWords()
  const me = useMe()
  const [search, setSearch] = useSearchParams()
  const parts = PARTS.filter((part) => isOpenTo(me, part))
  const chosen = parts.find((part) => part === search.get('part')) ?? parts[0]!
  const Chosen = SCREENS[chosen]
  return (
    <Page title={t('staff.menu.hours')} lead={t('hours.desk.lead')}>
      <div className="tabs" role="group" aria-label={t('staff.menu.hours')}>
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            aria-pressed={part === chosen}
            onClick={() => setSearch({ part }, { replace: true })}
          >
            {t(`hours.desk.${part}`)}
          </button>
        ))}
      </div>
      <Chosen />
    </Page>
  )
}
