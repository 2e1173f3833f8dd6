import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import { clockOf, teamDayOf } from './board.tsx'
import { WhyHere } from './why.tsx'
import type { PlanAnswer, Visit } from './plan-answer.ts'

const OUT = 'out'

/** The outing on which a visit was dropped, with a visit that it has already. */
export interface DropTarget {
  readonly teamDay: string
  readonly visit: Visit
}

interface MoveVisitProps {
  readonly plan: PlanAnswer['plan']
  readonly visit: Visit
  /** Where it was dropped. */
  readonly target: DropTarget | undefined
  readonly mayMove: boolean
  readonly onClose: () => void
}

/** One visit of the plan: where it is, where else it could go, and what that costs. */
export function MoveVisit({ plan, visit, target, mayMove, onClose }: MoveVisitProps) {
  const { t } = useWords()
  const { nearDay: day } = useMoments()
  const panel = useRef<HTMLDivElement>(null)
  // On a phone, or below a long board, nobody would see that it appeared.
  useEffect(() => {
    panel.current?.focus({ preventScroll: true })
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const choices = useRead('listVisitChoices', { params: { id: plan.id, orderId: visit.orderId } })
  const here = { provider: visit.providerName, day: day(visit.day), time: clockOf(visit.startsMinute) }
  return (
    <Section
      title={t(mayMove ? 'staff-plan.move' : 'staff-plan.visit', { title: visit.title })}
      className="plan-move"
      aside={<Button onClick={onClose}>{t(mayMove ? 'staff.cancel' : 'staff-plan.visit-close')}</Button>}
    >
      <div ref={panel} tabIndex={-1} className="plan-move-here">
        {t('staff-plan.move-here', here)}
      </div>
      <ReadState read={choices} lines={2}>
        {(answer) => (
          <>
            <WhyHere answer={answer} />
            {mayMove && (
              <MoveForm
                plan={plan}
                visit={visit}
                target={target}
                onClose={onClose}
                rows={answer.rows.filter((row) => row.teamDay !== teamDayOf(visit))}
              />
            )}
          </>
        )}
      </ReadState>
    </Section>
  )
}

type Row = AnswerOf<'listVisitChoices'>['rows'][number]

interface MoveFormProps extends Omit<MoveVisitProps, 'mayMove'> {
  readonly rows: readonly Row[]
}

function MoveForm({ plan, visit, target, rows, onClose }: MoveFormProps) {
  const { t } = useWords()
  const { nearDay: day } = useMoments()
  const price = usePrice()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const [chosen, setChosen] = useState(target?.teamDay ?? rows[0]?.teamDay ?? OUT)
  const params = { id: plan.id, orderId: visit.orderId }
  const trial = useIntent('moveVisit')
  const [tried, setTried] = useState<number>()
  const move = useIntent('moveVisit', async () => {
    notify(t('staff-plan.moved-done'))
    await forgetRoutes('readPlan', 'listVisitChoices', 'listPlans')
    onClose()
  })
  const input = (isTrial: boolean) => ({
    params,
    body: { teamDay: chosen === OUT ? null : chosen, isTrial },
    ifMatch: plan.version,
  })
  const tryIt = async () => setTried((await trial.run(input(true)))?.addedMinutes)
  // Whoever drags a visit asks for the price of that place.
  const isDropped = useRef(target !== undefined)
  useEffect(() => {
    if (isDropped.current) void tryIt()
    isDropped.current = false
  })
  const choiceText = (row: Pick<Row, 'teamDay' | 'day' | 'providerName'>, text: string) => {
    const params = { day: day(row.day), provider: row.providerName, price: text }
    const number = crewOf(row.teamDay)
    return number > 1 ? t('staff-plan.choice-crew', { ...params, number }) : t('staff-plan.choice', params)
  }
  const options = rows.map((row) => ({ value: row.teamDay, text: choiceText(row, price(row.addedMinutes)) }))
  const dropped =
    target !== undefined && !rows.some((row) => row.teamDay === target.teamDay)
      ? [
          {
            value: target.teamDay,
            text: choiceText({ ...target.visit, teamDay: target.teamDay }, t('staff-plan.move-untried')),
          },
        ]
      : []
  return (
    <>
      {rows.length === 0 && <p>{t('staff-plan.move-none')}</p>}
      <label className="labelled">
        <span>{t('staff-plan.move-to')}</span>
        <Choose
          value={chosen}
          onChange={(value) => {
            setChosen(value)
            setTried(undefined)
          }}
          options={[...dropped, ...options, { value: OUT, text: t('staff-plan.move-out') }]}
        />
      </label>
      {tried !== undefined && <p role="status">{t('staff-plan.move-try', { text: price(tried) })}</p>}
      <ProblemAlert problem={move.problem ?? trial.problem} />
      <div className="form-buttons">
        <Button loading={trial.pending} onClick={() => void tryIt()}>
          {t('staff-plan.move-trial')}
        </Button>
        <Button type="primary" loading={move.pending} onClick={() => void move.run(input(false))}>
          {t('staff-plan.move-do')}
        </Button>
      </div>
    </>
  )
}

/** Which of the provider's crews a team-day is of. */
function crewOf(teamDay: string): number {
  return Number(teamDay.split('/')[3] ?? 1)
}

function usePrice(): (minutes: number) => string {
  const { t } = useWords()
  return (minutes) => {
    const rounded = Math.round(minutes)
    if (rounded === 0) return t('staff-plan.move-same')
    return rounded > 0
      ? t('staff-plan.move-cost', { minutes: rounded })
      : t('staff-plan.move-saves', { minutes: -rounded })
  }
}
