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
  const mend = useFieldFaults(form, intent.problem)
  return (
    <Form<Values>
      form={form}
      name={name}
      layout="vertical"
      className="intent-form"
      noValidate
      onValuesChange={mend}
      onFinish={(values) => void finish(values)}
      onFinishFailed={({ errorFields: [first] }) => first !== undefined && focusFault(form, first.name)}
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

/** What takes the focus within a group of choices, which takes none itself. */
const FOCUSABLE = 'input:not([type=hidden]), select, textarea, button'

/** Brings a field at fault into view, with the focus in it. */
export function focusFault<Values>(form: FormInstance<Values>, path: FieldPath): void {
  form.scrollToField(path, { block: 'center', focus: true })
  const field: unknown = form.getFieldInstance(path)
  if (!(field instanceof HTMLElement) || field.contains(document.activeElement)) return
  field.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true })
}

/** The field of the form that a fault belongs to: its own, or the one that holds it, as a list typed in one text. */
function fieldAtFault(path: FieldPath, known: ReadonlySet<string>): FieldPath {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length)
    if (known.has(part.join('.'))) return part
  }
  return path
}

function pathOf(field: string): FieldPath {
  return field.split('.').map((part) => (/^\d+$/u.test(part) ? Number(part) : part))
}

/**
 * Puts the server's faults under the fields they name and brings the first of them into view. They go with the next try.
 * @returns what to do with changed values: a field without rules of its own would keep its fault although it was mended
 */
export function useFieldFaults<Values>(
  form: FormInstance<Values>,
  problem: Problem | null,
  /** Names of fields that stand in the form under another name. */
  renamed: Readonly<Record<string, string>> = NOTHING_RENAMED,
): (changed: object) => void {
  useEffect(() => {
    const known = new Set(form.getFieldsError().map(({ name }) => name.join('.')))
    const faults = (problem?.errors ?? []).map(({ field, message }) => ({
      path: fieldAtFault(pathOf(renamed[field] ?? field), known),
      message,
    }))
    const [first] = faults
    if (first === undefined) return undefined
    for (const { path, message } of faults) form.setFields([{ name: path as never, errors: [message] }])
    focusFault(form, first.path)
    return () => form.setFields(faults.map(({ path }) => ({ name: path as never, errors: [] })))
  }, [form, problem, renamed])
  return (changed) => {
    const names = Object.keys(changed).filter((name) => form.getFieldError(name as never).length > 0)
    form.setFields(names.map((name) => ({ name: name as never, errors: [] })))
  }
}
