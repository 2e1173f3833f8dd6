import { Button } from 'antd'
import { useState } from 'react'
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

interface MoveVisitProps {
  readonly plan: PlanAnswer['plan']
  readonly visit: Visit
  /** Where it was dropped. */
  readonly target: string | undefined
  readonly mayMove: boolean
  readonly onClose: () => void
}

/** One visit of the plan: where it is, where else it could go, and what that costs. */
export function MoveVisit({ plan, visit, target, mayMove, onClose }: MoveVisitProps) {
  const { t } = useWords()
  const { day } = useMoments()
  const choices = useRead('listVisitChoices', { params: { id: plan.id, orderId: visit.orderId } })
  const here = { provider: visit.providerName, day: day(visit.day), time: clockOf(visit.startsMinute) }
  return (
    <Section
      title={t('staff-plan.move', { title: visit.title })}
      className="plan-move"
      aside={<Button onClick={onClose}>{t('staff.cancel')}</Button>}
    >
      <p>{t('staff-plan.move-here', here)}</p>
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

interface MoveFormProps extends Omit<MoveVisitProps, 'mayMove'> {
  readonly rows: readonly {
    readonly teamDay: string
    readonly providerName: string
    readonly day: string
    readonly addedMinutes: number
  }[]
}

function MoveForm({ plan, visit, target, rows, onClose }: MoveFormProps) {
  const { t } = useWords()
  const { day } = useMoments()
  const price = usePrice()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const [chosen, setChosen] = useState(target ?? rows[0]?.teamDay ?? OUT)
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
  const choiceText = (row: MoveFormProps['rows'][number]) => {
    const params = { day: day(row.day), provider: row.providerName, price: price(row.addedMinutes) }
    const number = Number(row.teamDay.split('/')[3] ?? 1)
    return number > 1 ? t('staff-plan.choice-crew', { ...params, number }) : t('staff-plan.choice', params)
  }
  const options = rows.map((row) => ({
    value: row.teamDay,
    text: choiceText(row),
  }))
  const dropped =
    target !== undefined && !rows.some((row) => row.teamDay === target)
      ? [{ value: target, text: target.split('/')[2] ?? target }]
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
        <Button
          loading={trial.pending}
          onClick={() => void trial.run(input(true)).then((answer) => setTried(answer?.addedMinutes))}
        >
          {t('staff-plan.move-trial')}
        </Button>
        <Button type="primary" loading={move.pending} onClick={() => void move.run(input(false))}>
          {t('staff-plan.move-do')}
        </Button>
      </div>
    </>
  )
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
