import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import type { Visit } from './plan-answer.ts'

const DRAGGED = 'text/x-huiyin-order'

export function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** Who goes where on a day, as the engine names it (server/modules/planning/plan.ts). */
export function teamDayOf(visit: Pick<Visit, 'providerKind' | 'providerId' | 'day' | 'crew' | 'vehicleId'>): string {
  const { providerKind, providerId, day, crew, vehicleId } = visit
  return `${providerKind}/${providerId}/${day}/${crew}${vehicleId === null ? '' : `/${vehicleId}`}`
}

interface BoardProps {
  readonly visits: readonly Visit[]
  readonly day: string
  readonly days: readonly string[]
  readonly setDay: (day: string) => void
  readonly chosen: string | undefined
  /** With a team-day when a visit was dropped on it. */
  readonly onChoose: (orderId: string, teamDay?: string) => void
}

/** One day: a line for each provider that goes out, its visits in the order in which they are made. */
export function Board({ visits, day, days, setDay, chosen, onChoose }: BoardProps) {
  const { t } = useWords()
  const moments = useMoments()
  const lines = [...Map.groupBy(visits, teamDayOf)]
  return (
    <Section
      title={t('staff-plan.board')}
      aside={
        <Choose
          label={t('staff-plan.board-day')}
          value={day}
          onChange={setDay}
          options={days.map((one) => ({ value: one, text: moments.day(one) }))}
        />
      }
    >
      <p className="sheet-lead">{t('staff-plan.board-help')}</p>
      {lines.length === 0 && <p>{t('staff-plan.board-empty')}</p>}
      <ul className="board">
        {lines.map(([teamDay, list]) => (
          <li
            key={teamDay}
            className="board-line"
            onDragOver={(event) => {
              if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault()
            }}
            onDrop={(event) => {
              event.preventDefault()
              const orderId = event.dataTransfer.getData(DRAGGED)
              if (orderId !== '' && !list.some((visit) => visit.orderId === orderId)) onChoose(orderId, teamDay)
            }}
          >
            <BoardLine visits={list} chosen={chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function BoardLine({ visits, chosen, onChoose }: Pick<BoardProps, 'visits' | 'chosen' | 'onChoose'>) {
  const { t } = useWords()
  const [first] = visits
  if (first === undefined) return null
  return (
    <>
      <p className="board-who">
        {first.providerName}
        {first.crew > 1 && <span className="cell-sub">{t('staff-plan.crew', { number: first.crew })}</span>}
        {first.vehicleName !== null && (
          <span className="cell-sub">{t('staff-plan.with-vehicle', { vehicle: first.vehicleName })}</span>
        )}
      </p>
      <ol className="board-visits">
        {visits.map((visit) => (
          <li key={visit.orderId}>
            <button
              type="button"
              className={visit.isPinned ? 'board-visit board-visit-pinned' : 'board-visit'}
              aria-pressed={visit.orderId === chosen}
              draggable={!visit.isPinned}
              onDragStart={(event) => event.dataTransfer.setData(DRAGGED, visit.orderId)}
              onClick={() => onChoose(visit.orderId)}
            >
              <span className="number">
                {clockOf(visit.startsMinute)}–{clockOf(visit.endsMinute)}
              </span>
              <span className="board-title">{visit.title}</span>
              <span className="cell-sub">
                {visit.unitName}
                {visit.isPinned && ` · ${t('staff-plan.promised')}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
