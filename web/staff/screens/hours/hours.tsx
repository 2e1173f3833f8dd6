import { useSearchParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { may, useMe } from '../../session.tsx'
import { Approvals } from './approvals.tsx'
import { Cases } from './cases.tsx'
import { Demands } from './demands.tsx'
import { Notices } from './notices.tsx'

const SCREENS = { approvals: Approvals, cases: Cases, demands: Demands, notices: Notices } as const
type Part = keyof typeof SCREENS
const PARTS = Object.keys(SCREENS) as Part[]

/** Hours of volunteers: what waits for approval, what is disputed, what volunteers ask for, and what is posted. */
export function HoursScreen() {
  const { t } = useWords()
  const me = useMe()
  const [search, setSearch] = useSearchParams()
  const parts = PARTS.filter((part) => (part !== 'approvals' && part !== 'cases') || may(me, 'hours.approve'))
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
