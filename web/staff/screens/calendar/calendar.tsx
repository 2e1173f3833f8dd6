import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ProviderCalendar } from '../../parts/provider-calendar.tsx'
import { Empty } from '../../parts/states.tsx'
import { useMe } from '../../session.tsx'

/** The calendar of whom I speak for: an agency, or a team that I lead. */
export function CalendarScreen() {
  const { t } = useWords()
  const me = useMe()
  const owners = [
    ...me.roles
      .filter(({ role }) => role === 'provider')
      .map(({ unitId, unitName }) => ({ kind: 'agency' as const, id: unitId, name: unitName })),
    ...me.teams.filter(({ role }) => role !== 'member').map(({ id, name }) => ({ kind: 'team' as const, id, name })),
  ]
  const [chosen, setChosen] = useState(owners[0]?.id ?? '')
  const owner = owners.find(({ id }) => id === chosen)
  return (
    <Page title={t('staff.menu.calendar')} lead={t('team-page.calendar-lead')}>
      {owners.length > 1 && (
        <div className="filters">
          <Choose
            label={t('staff-team.calendar-whose')}
            value={chosen}
            options={owners.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={setChosen}
          />
        </div>
      )}
      {owner === undefined ? (
        <Empty title={t('staff-team.calendar-nobody')} />
      ) : (
        <ProviderCalendar key={owner.id} kind={owner.kind} id={owner.id} />
      )}
    </Page>
  )
}
