/**
 * The ledger's vocabulary, after TigerBeetle: a transfer debits one account and credits another by the same number of
 * points, so the sum over all accounts is zero whatever happens.
 */

// The two accounts of a district that belong to nobody; their ids sort before every person's, and locks go by id.
export const ISSUER_ID = '00000000-0000-7000-8000-000000000001'
export const BUDGET_ID = '00000000-0000-7000-8000-000000000002'

/** An account: the issuer, the budget, or a person by id. */
export type Party = 'issuer' | 'budget' | { readonly personId: string }

export function accountIdOf(party: Party): string {
  if (party === 'issuer') return ISSUER_ID
  return party === 'budget' ? BUDGET_ID : party.personId
}

export interface Account {
  readonly id: string
  readonly kind: 'issuer' | 'budget' | 'person'
  readonly debitsPending: number
  readonly debitsPosted: number
  readonly creditsPending: number
  readonly creditsPosted: number
}

/** Points that may be spent now: not owed to anybody and not held. */
export function availableOf(account: Account): number {
  return account.creditsPosted - account.debitsPosted - account.debitsPending
}

export interface Subject {
  readonly kind: string
  readonly id: string
}

export interface Transfer {
  readonly id: string
  readonly key: string
  readonly debitAccountId: string
  readonly creditAccountId: string
  readonly amountPoints: number
  readonly kind: 'single' | 'pending' | 'post' | 'void'
  readonly pendingId: string | null
  readonly expiresAt: Date | null
  readonly reason: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
}

/** What a caller asks for: `points` from one party to another, once for each `key`. */
export interface Move {
  readonly key: string
  readonly from: Party
  readonly to: Party
  readonly points: number
  /** A code with a text under `points.reason.`, or a sentence for people. */
  readonly reason: string
  readonly subject?: Subject | undefined
}
