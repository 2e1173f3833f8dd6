/** What a checker of the promises stands on: plain reads as the database's owner, past row security and our own views. */
export interface Ground {
  readonly districtId: number
  rows<Row>(statement: { readonly name?: string; readonly text: string }, values?: readonly unknown[]): Promise<Row[]>
}

/** One promise that does not hold, and where. */
export interface Broken {
  readonly promise: string
  readonly what: string
  readonly orderId?: string | undefined
}
