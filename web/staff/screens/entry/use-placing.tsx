import { Button, Form, type FormInstance } from 'antd'
import { type ReactNode, useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useFieldFaults } from '../../parts/intent-form.tsx'
import { useForget, useIntent } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { bodyOf, type Channel, emptyEntry, type EntryValues } from './entry-values.ts'
import { SimilarProblem } from './similar-problem.tsx'
import { type Effort, useEffort } from './use-effort.ts'

/** Both ends of the wished time stand in one field. */
const RENAMED = { windowFrom: 'window', windowUntil: 'window' }

interface Placing {
  readonly form: FormInstance<EntryValues>
  readonly values: EntryValues
  readonly initialValues: EntryValues
  readonly pending: boolean
  readonly problem: ReactNode
  readonly placed: { readonly answer: AnswerOf<'placeAssistedOrder'>; readonly effort: Effort } | null
  readonly since: number | null
  /** Starts the stopwatch at the first thing typed. */
  readonly onValuesChange: (changed: object) => void
  readonly place: (values: EntryValues) => void
  readonly startAnew: (keep?: Partial<EntryValues>) => void
}

interface PlacingOptions {
  readonly channel: Channel
  /** Last changes before the order is sent. */
  readonly prepare?: (values: EntryValues) => EntryValues
  readonly onPlaced?: (answer: AnswerOf<'placeAssistedOrder'>, effort: Effort) => Promise<void>
}

/** One entry form from the first key to the placed order; the same for phone, proxy and paper. */
export function usePlacing({ channel, prepare, onPlaced }: PlacingOptions): Placing {
  const { t } = useWords()
  const me = useMe()
  const [form] = Form.useForm<EntryValues>()
  const [initialValues] = useState(() => emptyEntry(me))
  const forgetRoutes = useForget()
  const effort = useEffort()
  const [placed, setPlaced] = useState<Placing['placed']>(null)
  const intent = useIntent('placeAssistedOrder', async (answer) => {
    const cost = effort.read()
    setPlaced({ answer, effort: cost })
    await forgetRoutes('listOrders', 'countOrders', 'findSimilarOrders')
    await onPlaced?.(answer, cost)
  })
  const mend = useFieldFaults(form, intent.problem, RENAMED)
  // Before its first change a form has no watched values.
  const values = { ...initialValues, ...(Form.useWatch([], form) as Partial<EntryValues> | undefined) }
  const send = (given: EntryValues, anyway: boolean) => {
    const whole = { ...initialValues, ...given }
    void intent.run({ body: bodyOf(prepare?.(whole) ?? whole, channel, anyway) })
  }
  return {
    form,
    values,
    initialValues,
    pending: intent.pending,
    placed,
    since: effort.since,
    problem: (
      <SimilarProblem
        problem={intent.problem}
        action={
          <Button size="small" onClick={() => send(form.getFieldsValue(true) as EntryValues, true)}>
            {t('staff-entry.place-anyway')}
          </Button>
        }
      />
    ),
    onValuesChange: (changed) => {
      mend(changed)
      effort.begin()
    },
    place: (given) => send(given, false),
    startAnew: (keep = {}) => {
      form.resetFields()
      form.setFieldsValue({ ...emptyEntry(me), ...keep })
      intent.clear()
      setPlaced(null)
      effort.reset()
    },
  }
}
