import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'
import { Board, type Outing, outingsOf } from './board.tsx'
import { Differences, LeftOut, VisitTable } from './lists.tsx'
import { type DropTarget, MoveVisit } from './move-visit.tsx'
import { Publish, Replan, WhatIf } from './next-steps.tsx'
import type { PlanAnswer } from './plan-answer.ts'
import { PlanState } from './plan-state.tsx'
import { SchematicMap } from './schematic-map.tsx'
import { Conflicts, Scarce } from './why.tsx'

const REFRESH_MILLISECONDS = 1_500

/** One plan: how far it is, or what it says, and what can be done with it. */
export function PlanScreen() {
  const { id } = useParams<{ id: string }>()
  const { t } = useWords()
  const [isBusy, setBusy] = useState(true)
  const read = useRead('readPlan', { params: { id } }, { ...(isBusy && { refetchInterval: REFRESH_MILLISECONDS }) })
  const state = read.data?.plan.state
  const moves = state === undefined || state === 'queued' || state === 'running'
  if (state !== undefined && moves !== isBusy) setBusy(moves)
  return (
    <Page
      title={read.data?.plan.title ?? t('staff.menu.plans')}
      lead={<Link href="/plans">{t('staff-plan.back')}</Link>}
    >
      <ReadState read={read} lines={6}>
        {(answer) => (moves ? <Running answer={answer} /> : <Done answer={answer} />)}
      </ReadState>
    </Page>
  )
}

function Running({ answer: { plan } }: { readonly answer: PlanAnswer }) {
  const { t } = useWords()
  const me = useMe()
  const forgetRoutes = useForget()
  const cancel = useIntent('cancelPlan', () => forgetRoutes('readPlan', 'listPlans'))
  const { progress } = plan
  return (
    <Section title={t(`staff-plan.state.${plan.state}`)}>
      <p role="status">
        {progress === null || progress.cost === null
          ? t('staff-plan.progress-start')
          : t('staff-plan.progress', {
              seconds: progress.seconds,
              orders: progress.orders,
              cost: Math.round(progress.cost),
            })}
      </p>
      <progress
        className="plan-progress"
        aria-label={t('staff-plan.state.running')}
        max={plan.secondsMax}
        value={Math.min(plan.secondsMax, progress?.seconds ?? 0)}
      />
      {may(me, 'planning.plan') && (
        <Button loading={cancel.pending} onClick={() => void cancel.run({ params: { id: plan.id } })}>
          {t('staff-plan.cancel')}
        </Button>
      )}
      <ProblemAlert problem={cancel.problem} />
    </Section>
  )
}

function Done({ answer }: { readonly answer: PlanAnswer }) {
  const { t, named } = useWords()
  const { plan, visits } = answer
  const me = useMe()
  const days = [...new Set(visits.map((visit) => visit.day))].toSorted()
  const [chosenDay, setDay] = useState<string>()
  const [chosen, choose] = useState<{ readonly orderId: string; readonly teamDay?: string }>()
  const day = chosenDay !== undefined && days.includes(chosenDay) ? chosenDay : days[0]
  const outings = outingsOf(visits.filter((one) => one.day === day))
  const visit = visits.find((one) => one.orderId === chosen?.orderId)
  if (plan.state === 'failed' || plan.state === 'cancelled')
    return (
      <Section title={t(`staff-plan.state.${plan.state}`)}>
        {plan.failure !== null && <p role="alert">{named('staff-plan.failure', plan.failure)}</p>}
        <Conflicts conflicts={answer.conflicts} />
        <Link href="/plans">{t('staff-plan.new')}</Link>
      </Section>
    )
  const isOpen = plan.state === 'ready' && may(me, 'planning.plan')
  return (
    <>
      <Summary answer={answer} />
      {plan.kind === 're-plan' && <Differences answer={answer} />}
      {day !== undefined && (
        <Board
          outings={outings}
          day={day}
          days={days}
          setDay={setDay}
          chosen={chosen?.orderId}
          mayMove={isOpen}
          onChoose={(orderId, teamDay) => choose(teamDay === undefined ? { orderId } : { orderId, teamDay })}
        />
      )}
      {visit !== undefined && (
        <MoveVisit
          key={`${visit.orderId} ${chosen?.teamDay ?? ''}`}
          plan={plan}
          visit={visit}
          target={dropTarget(outings, chosen?.teamDay)}
          mayMove={isOpen && !visit.isPinned}
          onClose={() => {
            document.querySelector<HTMLElement>(`[data-order="${visit.orderId}"]`)?.focus()
            choose(undefined)
          }}
        />
      )}
      {day !== undefined && <SchematicMap outings={outings} day={day} />}
      <LeftOut answer={answer} />
      <Scarce scarce={answer.scarce} vehicles={answer.scarceVehicles} />
      <VisitTable visits={visits} />
      {isOpen && plan.kind !== 'what-if' && <Publish answer={answer} />}
      {may(me, 'planning.plan') && (
        <>
          <WhatIf plan={plan} />
          {plan.kind !== 'what-if' && <Replan plan={plan} days={days} />}
        </>
      )}
    </>
  )
}

/** The outing on which a visit was dropped, as the list of places names it. */
function dropTarget(outings: readonly Outing[], teamDay: string | undefined): DropTarget | undefined {
  const [visit] = outings.find((outing) => outing.teamDay === teamDay)?.visits ?? []
  return visit === undefined || teamDay === undefined ? undefined : { teamDay, visit }
}

function Summary({ answer: { plan, visits, unserved } }: { readonly answer: PlanAnswer }) {
  const { t, locale } = useWords()
  const { day } = useMoments()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const { cost, bound, fairness } = plan
  // The price without what is left out, because that part says how much is missing and not how well the rest lies.
  const served = cost === null ? 0 : cost.total - cost.unserved
  const gap = bound === null || cost === null || served <= 0 ? null : Math.max(0, (cost.total - bound) / served)
  const beforeAfter = (before: number, after: number) =>
    t('staff-plan.before-after', { before: number.format(before), after: number.format(after) })
  const figures = [
    [t('staff-plan.visits'), t('staff-plan.visits-count', { visits: visits.length, unserved: unserved.length })],
    [t('staff-plan.cost'), cost === null ? '–' : t('staff-plan.cost-value', { minutes: Math.round(cost.total) })],
    [
      t('staff-plan.gap'),
      gap === null ? t('staff-plan.gap-none') : t('staff-plan.gap-value', { percent: number.format(gap * 100) }),
    ],
    ...(fairness === null
      ? []
      : [
          [t('staff-plan.fairness-teams'), beforeAfter(fairness.before.giniTeams, fairness.after.giniTeams)],
          [t('staff-plan.fairness-villages'), beforeAfter(fairness.before.giniVillages, fairness.after.giniVillages)],
          [t('staff-plan.fairness-debt'), beforeAfter(fairness.before.debtMax, fairness.after.debtMax)],
        ]),
  ]
  return (
    <>
      <p className="plan-head">
        <PlanState state={plan.state} /> {t(`staff-plan.kind.${plan.kind}`)} · {day(plan.fromOn)} – {day(plan.untilOn)}
      </p>
      <dl className="figures plan-figures">
        {figures.map(([term, value]) => (
          <div key={term} className="sheet">
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
