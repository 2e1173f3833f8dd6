/** What stands in a form: as typed, with what was wrong with it. */
export interface FormState {
  /** Made once per form and sent with it, so that a retry has one effect. */
  readonly clientId: string
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly errors: readonly FieldError[]
}

export interface FieldError {
  /** Name of the field; empty when the whole form is at fault. */
  readonly field: string
  readonly message: string
}
