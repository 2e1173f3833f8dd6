import { Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { TimeInput } from '../../parts/time-input.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'

type Weights = AnswerOf<'readPlanWeights'>

/** In the order in which people think of them: the day, what is left undone, whom one sends, how fair, how calm. */
const GROUPS = {
  day: [
    'dayStartsMinute',
    'dayEndsMinute',
    'serviceMinutes',
    'kmPerHour',
    'detour',
    'teamVisitsPerDay',
    'agencyVisitsPerDay',
    'agencyCrews',
  ],
  undone: ['unservedMinutes', 'urgentFactor', 'waitingDayMinutes', 'lateDayMinutes'],
  who: [
    'ownVillageMinutes',
    'orderedOfferingMinutes',
    'continuityMinutes',
    'pairedMinutes',
    'starMinutes',
    'loadShareMinutes',
    'lastQuotaMinutes',
  ],
  fair: ['fairFromMinutes', 'fairPerMinute', 'coverageMinutes', 'debtFactor'],
  calm: ['changeMinutes', 'changeToldMinutes'],
} as const satisfies Record<string, readonly (keyof Weights)[]>
type Group = keyof typeof GROUPS
const NAMES = Object.keys(GROUPS) as Group[]
const TIMES = new Set<keyof Weights>(['dayStartsMinute', 'dayEndsMinute'])

/** By which weights the district's plans are made from today on; whoever plans may set others from a day on. */
export function Weights({ mayEdit }: { readonly mayEdit: boolean }) {
  const { t } = useWords()
  const read = useRead('readPlanWeights', {})
  const [isEditing, setEditing] = useState(false)
  return (
    <Section title={t('staff-plan.weights')}>
      <p className="sheet-lead">{t('staff-plan.weights-lead')}</p>
      <ReadState read={read} lines={4}>
        {(weights) => (
          <>
            {!isEditing && <Shown weights={weights} />}
            {mayEdit && (
              <details className="more-fields" onToggle={(event) => setEditing(event.currentTarget.open)}>
                <summary>{t('staff-plan.weights-edit')}</summary>
                {isEditing && <WeightsForm weights={weights} />}
              </details>
            )}
          </>
        )}
      </ReadState>
    </Section>
  )
}

function Shown({ weights }: { readonly weights: Weights }) {
  const { t } = useWords()
  const two = (part: number) => String(part).padStart(2, '0')
  const textOf = (name: keyof Weights) =>
    TIMES.has(name) ? `${two(Math.floor(weights[name] / 60))}:${two(weights[name] % 60)}` : weights[name]
  return (
    <details className="more-fields">
      <summary>{t('staff-plan.weights-show')}</summary>
      {NAMES.map((group) => (
        <div key={group} className="weights-group">
          <h3>{t(`staff-plan.weights.${group}`)}</h3>
          <Facts facts={GROUPS[group].map((name) => ({ term: t(`staff-plan.weight.${name}`), value: textOf(name) }))} />
        </div>
      ))}
    </details>
  )
}

function WeightsForm({ weights }: { readonly weights: Weights }) {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  const tomorrow = dateAt(now, zone, 1)
  return (
    <IntentForm<'setPlanWeights', { readonly weights: Weights; readonly validFrom: string }>
      route="setPlanWeights"
      initialValues={{ weights, validFrom: tomorrow }}
      toInput={(body) => ({ body })}
      onDone={async () => {
        notify(t('staff-plan.weights-saved'))
        await forget('readPlanWeights')
      }}
      submit={t('staff-plan.weights-save')}
    >
      {NAMES.map((group) => (
        <fieldset key={group} className="weights-group">
          <legend>{t(`staff-plan.weights.${group}`)}</legend>
          <div className="field-row field-row-wide">
            {GROUPS[group].map((name) => (
              <Form.Item key={name} name={['weights', name]} label={t(`staff-plan.weight.${name}`)} rules={required}>
                {TIMES.has(name) ? <TimeInput /> : <InputNumber min={0} inputMode="decimal" />}
              </Form.Item>
            ))}
          </div>
        </fieldset>
      ))}
      <Form.Item name="validFrom" label={t('staff-plan.weights-from')} rules={required}>
        <DateInput />
      </Form.Item>
    </IntentForm>
  )
}
