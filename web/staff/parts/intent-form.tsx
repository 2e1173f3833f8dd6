import { Button, Form, type FormInstance } from 'antd'
import { type ReactNode, useEffect, useId } from 'react'
import type { Problem } from '../../../contract/kit.ts'
import type { RouteName } from '../../../contract/routes.ts'
import type { AnswerOf, CallInput } from '../../shared/api-client.ts'
import { useWords } from '../locale.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { useIntent } from './use-call.ts'

interface IntentFormProps<Name extends RouteName, Values extends object> {
  readonly route: Name
  /** Fields are named as in the body of the route, so that the server's faults find them. */
  readonly toInput: (values: Values) => CallInput<Name>
  readonly onDone: (answer: AnswerOf<Name>) => void | Promise<void>
  readonly submit: string
  readonly initialValues?: Partial<Values>
  readonly onCancel?: (() => void) | undefined
  readonly danger?: boolean
  /** What to offer beside a refusal. */
  readonly problemAction?: (problem: Problem) => ReactNode
  readonly children?: ReactNode
}

/** A form that does one thing through one route, and keeps everything typed when it is refused. */
export function IntentForm<Name extends RouteName, Values extends object = object>(
  props: IntentFormProps<Name, Values>,
) {
  const { route, toInput, onDone, submit, initialValues, onCancel, danger, problemAction, children } = props
  const { t } = useWords()
  const [form] = Form.useForm<Values>()
  const intent = useIntent(route, onDone)
  const finish = async (values: Values) => {
    // antd leaves out fields that are not on the screen; what was given at the start still counts.
    const answer = await intent.run(toInput({ ...initialValues, ...values }))
    // Done: a form that stays open must not do the same again at a second press.
    if (answer !== undefined) form.resetFields()
  }
  const name = useFormName()
  useFieldFaults(form, intent.problem)
  return (
    <Form<Values>
      form={form}
      name={name}
      layout="vertical"
      className="intent-form"
      onFinish={(values) => void finish(values)}
      {...(initialValues !== undefined && { initialValues })}
    >
      {children}
      <ProblemAlert
        problem={intent.problem}
        action={intent.problem === null ? undefined : problemAction?.(intent.problem)}
      />
      <div className="form-buttons">
        <Button type="primary" htmlType="submit" loading={intent.pending} danger={danger === true}>
          {submit}
        </Button>
        {onCancel !== undefined && <Button onClick={onCancel}>{t('staff.cancel')}</Button>}
      </div>
    </Form>
  )
}

/** A name for a form, so that the ids of its fields are unlike those of any other form on the page. */
export function useFormName(): string {
  return `form-${useId().replaceAll(/\W/gu, '')}`
}

const NOTHING_RENAMED = {}

type FieldPath = (string | number)[]

function pathOf(field: string): FieldPath {
  return field.split('.').map((part) => (/^\d+$/u.test(part) ? Number(part) : part))
}

/** Puts the server's faults under the fields they name and brings the first of them into view. */
export function useFieldFaults<Values>(
  form: FormInstance<Values>,
  problem: Problem | null,
  /** Names of fields that stand in the form under another name. */
  renamed: Readonly<Record<string, string>> = NOTHING_RENAMED,
): void {
  useEffect(() => {
    const faults = (problem?.errors ?? []).map((fault) => ({ ...fault, field: renamed[fault.field] ?? fault.field }))
    const [first] = faults
    if (first === undefined) return
    for (const { field, message } of faults) form.setFields([{ name: pathOf(field) as never, errors: [message] }])
    form.scrollToField(pathOf(first.field), { block: 'center', focus: true })
  }, [form, problem, renamed])
}
