import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import type { FormState } from '#contract/pages.ts'
import { useFrame } from './frame.tsx'

export const fieldId = (name: string) => `f-${name}`

export function valueOf(form: FormState, name: string): string {
  return form.values[name]?.[0] ?? ''
}

export function errorOf(form: FormState, name: string): string | undefined {
  return form.errors.find((error) => error.field === name)?.message
}

interface FormProps {
  readonly form: FormState
  readonly action: string
  /** Names the draft that the browser keeps until the form was accepted; without it nothing is kept. */
  readonly draft?: string
  readonly children: ComponentChildren
}

export function Form({ form, action, draft, children }: FormProps) {
  const { t } = useFrame()
  return (
    <form
      method="post"
      action={action}
      noValidate
      class="form"
      data-draft={draft}
      data-faulty={form.errors.length > 0 ? '' : undefined}
      data-restored={draft === undefined ? undefined : t('resident.form.restored')}
      data-discard={draft === undefined ? undefined : t('resident.form.discard')}
    >
      <input type="hidden" name="clientId" value={form.clientId} />
      {children}
    </form>
  )
}

/** All faults of a form on top of the page, each a link to its field; says what is wrong and that nothing was lost. */
export function ErrorSummary({ form }: { readonly form: FormState }) {
  const { t } = useFrame()
  if (form.errors.length === 0) return null
  return (
    <div class="errors" role="alert" tabIndex={-1} aria-labelledby="errors-title" data-focus="">
      <h2 id="errors-title">{t('resident.form.errors')}</h2>
      <ul>
        {form.errors.map((error) => (
          <li key={`${error.field} ${error.message}`}>
            {error.field === '' ? error.message : <a href={`#${fieldId(error.field)}`}>{error.message}</a>}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface FieldProps {
  readonly form: FormState
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly optional?: boolean
}

/** Ids of the texts that explain a field, nearest first, for aria-describedby. */
function describedBy({ form, name, hint }: FieldProps): string | undefined {
  const ids = [
    ...(errorOf(form, name) === undefined ? [] : [`${fieldId(name)}-error`]),
    ...(hint === undefined ? [] : [`${fieldId(name)}-hint`]),
  ]
  return ids.length === 0 ? undefined : ids.join(' ')
}

function LabelText({ label, optional }: { readonly label: string; readonly optional: boolean | undefined }) {
  const { t } = useFrame()
  return (
    <>
      {label}
      {optional === true && <span class="optional">{t('resident.form.optional')}</span>}
    </>
  )
}

function Notes({ form, name, hint }: FieldProps) {
  const error = errorOf(form, name)
  return (
    <>
      {hint !== undefined && (
        <p class="hint" id={`${fieldId(name)}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${fieldId(name)}-error`}>
          {error}
        </p>
      )}
    </>
  )
}

function Field(props: FieldProps & { readonly children: ComponentChildren }) {
  const faulty = errorOf(props.form, props.name) !== undefined
  return (
    <div class={faulty ? 'field field-faulty' : 'field'}>
      <label class="label" for={fieldId(props.name)}>
        <LabelText label={props.label} optional={props.optional} />
      </label>
      <Notes {...props} />
      {props.children}
    </div>
  )
}

type InputAttributes = Pick<
  InputHTMLAttributes,
  'autocomplete' | 'autocapitalize' | 'inputMode' | 'maxLength' | 'min' | 'max' | 'pattern'
>

interface TextProps extends FieldProps {
  readonly type?: 'text' | 'tel' | 'date' | 'time'
  readonly width?: 'short' | 'medium'
  readonly more?: InputAttributes
}

export function TextField(props: TextProps) {
  const { form, name } = props
  return (
    <Field {...props}>
      <input
        class={props.width === undefined ? 'input' : `input input-${props.width}`}
        id={fieldId(name)}
        name={name}
        // Preact's types tie each kind of input to its own roles; these four take the same attributes.
        type={props.type as 'text'}
        value={valueOf(form, name)}
        aria-describedby={describedBy(props)}
        aria-invalid={errorOf(form, name) === undefined ? undefined : 'true'}
        {...props.more}
      />
    </Field>
  )
}

export function TextArea(props: FieldProps & { readonly rows?: number }) {
  const { form, name } = props
  return (
    <Field {...props}>
      <textarea
        class="input"
        id={fieldId(name)}
        name={name}
        rows={props.rows ?? 4}
        aria-describedby={describedBy(props)}
        aria-invalid={errorOf(form, name) === undefined ? undefined : 'true'}
        value={valueOf(form, name)}
      />
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly text: string
  /** Where the text is in another language than the page. */
  readonly lang?: string
}

interface SelectProps extends FieldProps {
  readonly options?: readonly Option[]
  readonly groups?: readonly { readonly text: string; readonly options: readonly Option[] }[]
  /** What stands there before a choice is made. */
  readonly empty?: string
  /** Texts of the two selects into which the script splits a grouped one. */
  readonly split?: { readonly label: string; readonly empty: string }
}

export function SelectField(props: SelectProps) {
  const { form, name } = props
  const value = valueOf(form, name)
  const one = (option: Option) => (
    <option key={option.value} value={option.value} selected={option.value === value}>
      {option.text}
    </option>
  )
  return (
    <Field {...props}>
      <select
        class="input"
        id={fieldId(name)}
        name={name}
        aria-describedby={describedBy(props)}
        aria-invalid={errorOf(form, name) === undefined ? undefined : 'true'}
        data-split={props.split?.label}
        data-split-empty={props.split?.empty}
      >
        {props.empty !== undefined && <option value="">{props.empty}</option>}
        {props.options?.map(one)}
        {props.groups?.map((group) => (
          <optgroup key={group.text} label={group.text}>
            {group.options.map(one)}
          </optgroup>
        ))}
      </select>
    </Field>
  )
}

interface ChoiceProps extends FieldProps {
  readonly options: readonly Option[]
  readonly many?: boolean
  readonly inline?: boolean
}

/** Radios, or with `many` checkboxes, each with a target as large as its line. */
export function Choice(props: ChoiceProps) {
  const { form, name, options } = props
  const chosen = form.values[name] ?? []
  const faulty = errorOf(form, name) !== undefined
  return (
    <fieldset class={faulty ? 'field field-faulty' : 'field'} aria-describedby={describedBy(props)}>
      <legend class="label">
        <LabelText label={props.label} optional={props.optional} />
      </legend>
      <Notes {...props} />
      <div class={props.inline === true ? 'choices choices-inline' : 'choices'}>
        {options.map((option, index) => (
          <label key={option.value} class="choice">
            <input
              type={props.many === true ? 'checkbox' : 'radio'}
              id={index === 0 ? fieldId(name) : `${fieldId(name)}-${option.value}`}
              name={name}
              value={option.value}
              checked={chosen.includes(option.value)}
            />
            <span lang={option.lang}>{option.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
