import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { OrderView } from '../../../../contract/order-shapes.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import type { ProviderChoice } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'

const TEAMS_MAX = 5

export interface ChoiceProps {
  readonly chosen: readonly ProviderChoice[]
  readonly setChosen: (chosen: readonly ProviderChoice[]) => void
}

/** An agency is bound alone; teams are invited, up to five at once. */
export function toggled(chosen: readonly ProviderChoice[], provider: ProviderChoice): readonly ProviderChoice[] {
  if (chosen.some(({ id }) => id === provider.id)) return chosen.filter(({ id }) => id !== provider.id)
  if (provider.kind === 'agency') return [provider]
  return [...chosen.filter(({ kind }) => kind === 'team'), provider].slice(-TEAMS_MAX)
}

/** Who the computation proposes and when they could come, who is one change away, and why the others are not listed. */
export function Candidates({
  order,
  chosen,
  setChosen,
  mayOffer,
}: ChoiceProps & { readonly order: OrderView; readonly mayOffer: boolean }) {
  const { t } = useWords()
  const candidates = useRead('listCandidates', { params: { id: order.id } })
  return (
    <Section title={t('staff-order.candidates')}>
      <p className="hint">{t('staff-order.score-explained')}</p>
      <ReadState read={candidates} lines={6}>
        {({ candidates: rows, nearMisses, rejected, gates }) => (
          <>
            {gates.length > 0 && (
              <Listed title={t('staff-order.gates')} className="gates">
                {gates.map(({ gate, text }) => (
                  <li key={gate}>{text}</li>
                ))}
              </Listed>
            )}
            {rows.length === 0 ? (
              <Empty title={t('staff-order.no-candidates')}>{t('staff-order.no-candidates-next')}</Empty>
            ) : (
              <ul className="candidates">
                {rows.map((row) => (
                  <Candidate
                    key={row.provider.id}
                    row={row}
                    isChosen={chosen.some(({ id }) => id === row.provider.id)}
                    onToggle={mayOffer ? () => setChosen(toggled(chosen, row.provider)) : undefined}
                  />
                ))}
              </ul>
            )}
            {nearMisses.length > 0 && (
              <NearMisses rows={nearMisses} chosen={chosen} setChosen={mayOffer ? setChosen : undefined} />
            )}
            {rejected.length > 0 && (
              <Listed title={t('staff-order.rejected')} className="rejected">
                {rejected.map(({ reason, text, count }) => (
                  <li key={reason}>
                    {text} <span className="number">× {count}</span>
                  </li>
                ))}
              </Listed>
            )}
          </>
        )}
      </ReadState>
    </Section>
  )
}

function Listed({
  title,
  className,
  children,
}: {
  readonly title: string
  readonly className: string
  readonly children: ReactNode
}) {
  return (
    <div className={className}>
      <h3>{title}</h3>
      <ul className="plain-list">{children}</ul>
    </div>
  )
}

interface NearMissesProps {
  readonly rows: AnswerOf<'listCandidates'>['nearMisses']
  readonly chosen: readonly ProviderChoice[]
  readonly setChosen: ((chosen: readonly ProviderChoice[]) => void) | undefined
}

/** Who would come if one thing were otherwise; who may be asked as things are can be chosen here too. */
function NearMisses({ rows, chosen, setChosen }: NearMissesProps) {
  const { t } = useWords()
  const { day } = useMoments()
  return (
    <Listed title={t('staff-order.near-misses')} className="near-misses">
      {rows.map((row) => {
        const isChosen = chosen.some(({ id }) => id === row.provider.id)
        return (
          <li key={`${row.provider.id} ${row.change}`}>
            <span>
              <strong>{row.provider.name}</strong> {row.text}
              {row.day !== null && row.scoreMinutes !== null && (
                <span className="cell-sub">
                  {t('staff-order.near-miss-when', { day: day(row.day), minutes: minutesOf(row.scoreMinutes) })}
                </span>
              )}
            </span>
            {row.isEligible && setChosen !== undefined && (
              <Button size="small" aria-pressed={isChosen} onClick={() => setChosen(toggled(chosen, row.provider))}>
                {isChosen ? t('staff-order.chosen') : t('staff-order.ask-anyway')}
                <span className="visually-hidden"> {row.provider.name}</span>
              </Button>
            )}
          </li>
        )
      })}
    </Listed>
  )
}

interface CandidateProps {
  readonly row: AnswerOf<'listCandidates'>['candidates'][number]
  readonly isChosen: boolean
  readonly onToggle: (() => void) | undefined
}

function Candidate({ row, isChosen, onToggle }: CandidateProps) {
  const { t, named } = useWords()
  const { day } = useMoments()
  const { slot } = row
  return (
    <li className={isChosen ? 'candidate candidate-chosen' : 'candidate'}>
      <div className="candidate-head">
        <div>
          <strong>{row.provider.name}</strong>
          <span className="cell-sub">
            {t(row.provider.kind === 'agency' ? 'staff.agency' : 'staff.team')} · {named('orders.mode', row.mode)}
          </span>
          <span className="candidate-slot">
            {t('staff-order.could-come', {
              day: day(slot.day),
              from: clockOf(slot.startsMinute),
              until: clockOf(slot.endsMinute),
            })}
          </span>
        </div>
        <p className="score">
          <strong>{minutesOf(row.scoreMinutes)}</strong> {t('staff-order.minutes')}
        </p>
        {onToggle !== undefined && (
          <Button type={isChosen ? 'primary' : 'default'} aria-pressed={isChosen} onClick={onToggle}>
            {isChosen ? t('staff-order.chosen') : t('staff-order.choose')}
            <span className="visually-hidden"> {row.provider.name}</span>
          </Button>
        )}
      </div>
      <ul className="reasons">
        {row.reasons.map((reason, index) => (
          <li key={`${reason.kind} ${index}`}>
            <span>{reason.text}</span>
            <span className="number">{signed(reason.minutes)}</span>
          </li>
        ))}
      </ul>
    </li>
  )
}

function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** Whole minutes with a true minus sign. */
function minutesOf(minutes: number): string {
  const rounded = Math.round(minutes)
  return rounded < 0 ? `−${-rounded}` : String(rounded)
}

function signed(minutes: number): string {
  return Math.round(minutes) > 0 ? `+${minutesOf(minutes)}` : minutesOf(minutes)
}
