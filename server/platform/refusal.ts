/**
 * Expected failures. A refusal has a code that is also its message key (`<module>.refusal.<code>`), an HTTP status, the
 * parameters of its text and, where one field is at fault, that field's name. Bugs are not refusals: they are thrown errors.
 */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly params: Readonly<Record<string, string | number>>
  readonly field: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: string,
    status: number,
    params: Readonly<Record<string, string | number>>,
    more: { field?: string | undefined; details?: Readonly<Record<string, unknown>> | undefined } = {},
  ) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.status = status
    this.params = params
    this.field = more.field
    this.details = more.details
  }
}

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare},${string}` ? Bare : Name) | Placeholders<Rest>
  : never

type RefusalCode<Messages> = Extract<keyof Messages, `refusal.${string}`> extends `refusal.${infer Code}` ? Code : never

type ParamsOf<Text> = Text extends string
  ? [Placeholders<Text>] extends [never]
    ? Record<string, never>
    : Record<Placeholders<Text>, string | number>
  : never

type RefuseArgs<Messages, Code extends string> = [
  ...(ParamsOf<Messages[`refusal.${Code}` & keyof Messages]> extends Record<string, never>
    ? [params?: Record<string, never>]
    : [params: ParamsOf<Messages[`refusal.${Code}` & keyof Messages]>]),
  more?: { field?: string; details?: Record<string, unknown> },
]

/** Every refusal of the product by its full code, for the documentation and the test that each has both texts. */
export const refusalStatuses = new Map<string, number>()

/**
 * The refusals of one module: a status for each `refusal.<code>` among its messages, none missing and none without a text.
 * @returns a function that makes the refusal, to be thrown
 */
export function refusalsOf<const Messages extends Record<string, string>>(
  module: string,
  _messages: Messages,
  statuses: Record<RefusalCode<Messages>, number>,
) {
  for (const [code, status] of Object.entries<number>(statuses)) refusalStatuses.set(`${module}.${code}`, status)
  return function refuse<Code extends RefusalCode<Messages>>(code: Code, ...args: RefuseArgs<Messages, Code>): Refusal {
    const [params, more] = args as unknown as [Record<string, string | number>?, { field?: string }?]
    return new Refusal(`${module}.${code}`, statuses[code], params ?? {}, more ?? {})
  }
}
