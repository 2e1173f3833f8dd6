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

/** One outing of a day: its sign stands on the board and at its visits on the map. */
export interface Outing {
  readonly teamDay: string
  readonly visits: readonly Visit[]
  readonly sign: string
  readonly color: string
}

/** As many hues as are told apart; lines repeat them, and the signs say who is who. */
const HUES = [12, 205, 145, 42, 275, 325, 95, 180] as const
const LETTERS = 26

export function outingsOf(visits: readonly Visit[]): Outing[] {
  return [...Map.groupBy(visits, teamDayOf)].map(([teamDay, list], index) => ({
    teamDay,
    visits: list,
    sign: signOf(index),
    color: `hsl(${HUES[index % HUES.length]} 60% 35%)`,
  }))
}

/** A to Z, then AA to AZ and on. */
function signOf(index: number): string {
  const last = String.fromCodePoint(65 + (index % LETTERS))
  return index < LETTERS ? last : signOf(Math.floor(index / LETTERS) - 1) + last
}

interface BoardProps {
  readonly outings: readonly Outing[]
  readonly day: string
  readonly days: readonly string[]
  readonly setDay: (day: string) => void
  readonly chosen: string | undefined
  readonly mayMove: boolean
  /** With a team-day when a visit was dropped on it. */
  readonly onChoose: (orderId: string, teamDay?: string) => void
}

/** One day: a line for each provider that goes out, its visits in the order in which they are made. */
export function Board({ outings, day, days, setDay, chosen, mayMove, onChoose }: BoardProps) {
  const { t } = useWords()
  const moments = useMoments()
  return (
    <Section
      title={t('staff-plan.board')}
      aside={
        <Choose
          label={t('staff-plan.board-day')}
          value={day}
          onChange={setDay}
          options={days.map((one) => ({ value: one, text: moments.nearDay(one) }))}
        />
      }
    >
      <p className="sheet-lead">{t(mayMove ? 'staff-plan.board-help' : 'staff-plan.board-read')}</p>
      {outings.length === 0 && <p>{t('staff-plan.board-empty')}</p>}
      <ul className="board">
        {outings.map((outing) => (
          <li
            key={outing.teamDay}
            className="board-line"
            onDragOver={(event) => {
              if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault()
            }}
            onDrop={(event) => {
              event.preventDefault()
              const orderId = event.dataTransfer.getData(DRAGGED)
              const isHere = outing.visits.some((visit) => visit.orderId === orderId)
              if (orderId !== '' && !isHere) onChoose(orderId, outing.teamDay)
            }}
          >
            <BoardLine outing={outing} chosen={chosen} mayMove={mayMove} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface BoardLineProps extends Pick<BoardProps, 'chosen' | 'mayMove' | 'onChoose'> {
  readonly outing: Outing
}

function BoardLine({ outing: { visits, sign, color }, chosen, mayMove, onChoose }: BoardLineProps) {
  const { t } = useWords()
  const [first] = visits
  const isMovable = (visit: Visit) => mayMove && !visit.isPinned
  if (first === undefined) return null
  return (
    <>
      <p className="board-who">
        <span className="board-sign" style={{ background: color }} aria-hidden="true">
          {sign}
        </span>
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
              data-order={visit.orderId}
              draggable={isMovable(visit)}
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
