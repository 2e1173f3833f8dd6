import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { Choose, type ProviderChoice, ProviderPicker } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useForget, useIntent } from '../../parts/use-call.ts'
import type { PlanAnswer } from './plan-answer.ts'

/** The weights that people try; the rest are the district's dated settings. */
const TRIED = [
  'unservedMinutes',
  'waitingDayMinutes',
  'lateDayMinutes',
  'ownVillageMinutes',
  'fairPerMinute',
  'coverageMinutes',
  'debtFactor',
  'changeMinutes',
  'teamVisitsPerDay',
] as const

/** Sends the offers out, after one more look. */
export function Publish({ answer: { plan, visits } }: { readonly answer: PlanAnswer }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const [asked, setAsked] = useState(false)
  const publish = useIntent('publishPlan', async () => {
    notify(t('staff-plan.published'))
    await forgetRoutes('readPlan', 'listPlans', 'listOrders', 'countOrders')
  })
  const count = visits.filter((visit) => !visit.isPinned).length
  return (
    <Section title={t('staff-plan.publish')}>
      <p className="sheet-lead">{t('staff-plan.publish-help')}</p>
      {asked ? (
        <>
          <p>{t('staff-plan.publish-confirm', { count })}</p>
          <div className="form-buttons">
            <Button
              type="primary"
              loading={publish.pending}
              onClick={() => void publish.run({ params: { id: plan.id }, ifMatch: plan.version })}
            >
              {t('staff-plan.publish-do')}
            </Button>
            <Button onClick={() => setAsked(false)}>{t('staff.cancel')}</Button>
          </div>
        </>
      ) : (
        <Button type="primary" onClick={() => setAsked(true)}>
          {t('staff-plan.publish')}
        </Button>
      )}
      <ProblemAlert problem={publish.problem} />
    </Section>
  )
}

type PlanProps = { readonly plan: PlanAnswer['plan'] }
type TriedWeights = Partial<Record<(typeof TRIED)[number], number>>

export function WhatIf({ plan }: PlanProps) {
  const { t } = useWords()
  const [, go] = useLocation()
  const required = [{ required: true, message: t('validation.required') }]
  const initial = Object.fromEntries(TRIED.map((name) => [name, plan.weights[name]])) as TriedWeights
  return (
    <Section title={t('staff-plan.what-if')}>
      <details className="more-fields">
        <summary>{t('staff-plan.what-if-help')}</summary>
        <IntentForm<'copyPlan', { readonly title: string; readonly weights: TriedWeights }>
          route="copyPlan"
          toInput={(body) => ({ params: { id: plan.id }, body })}
          onDone={({ id }) => go(`/plans/${id}`)}
          submit={t('staff-plan.ask')}
          initialValues={{ title: t('staff-plan.what-if-title', { title: plan.title }).slice(0, 60), weights: initial }}
        >
          <Form.Item name="title" label={t('staff-plan.title')} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
          <div className="field-row field-row-wide">
            {TRIED.map((name) => (
              <Form.Item key={name} name={['weights', name]} label={t(`staff-plan.weight.${name}`)} rules={required}>
                <InputNumber min={0} inputMode="decimal" />
              </Form.Item>
            ))}
          </div>
        </IntentForm>
      </details>
    </Section>
  )
}

interface Absent {
  readonly title: string
  readonly provider?: ProviderChoice
  readonly on?: string
}

export function Replan({ plan, days }: PlanProps & { readonly days: readonly string[] }) {
  const { t } = useWords()
  const { nearDay: day } = useMoments()
  const [, go] = useLocation()
  return (
    <Section title={t('staff-plan.replan')}>
      <details className="more-fields">
        <summary>{t('staff-plan.replan-help')}</summary>
        <p className="hint">{t('staff-plan.replan-ways')}</p>
        <IntentForm<'replan', Absent>
          route="replan"
          toInput={({ title, provider, on }) => ({
            params: { id: plan.id },
            body: {
              title,
              absences:
                provider == null || on === undefined || on === '' ? [] : [{ kind: provider.kind, id: provider.id, on }],
            },
          })}
          onDone={({ id }) => go(`/plans/${id}`)}
          submit={t('staff-plan.replan-do')}
          initialValues={{ title: t('staff-plan.replan-title', { title: plan.title }).slice(0, 60) }}
        >
          <Form.Item name="title" label={t('staff-plan.title')}>
            <Input maxLength={60} />
          </Form.Item>
          <div className="field-row">
            <Form.Item name="provider" label={t('staff-plan.absent')}>
              <ProviderPicker />
            </Form.Item>
            <Form.Item name="on" label={t('staff-plan.absent-day')}>
              <Choose empty="–" options={days.map((one) => ({ value: one, text: day(one) }))} />
            </Form.Item>
          </div>
        </IntentForm>
      </details>
    </Section>
  )
}
