/** A plan of days and what it is weighed by. All weights are equivalent minutes or factors of them (dispatch.md section 4). */
export interface Weights {
  readonly kmPerHour: number
  /** How much longer a road is than the straight line. */
  readonly detour: number
  readonly dayStartsMinute: number
  readonly dayEndsMinute: number
  /** How long a service takes when no offering says so. */
  readonly serviceMinutes: number
  readonly teamVisitsPerDay: number
  /** How many visits each crew of an agency makes in a day, and how many crews it has. */
  readonly agencyVisitsPerDay: number
  readonly agencyCrews: number
  /** Price of leaving an order out; an urgent one costs `urgentFactor` times as much, one that waits more with each day. */
  readonly unservedMinutes: number
  readonly urgentFactor: number
  readonly waitingDayMinutes: number
  /** Price of each day after the order should be solved. */
  readonly lateDayMinutes: number
  /** What it is worth that a village's own team comes, or the provider whose offering was ordered. */
  readonly ownVillageMinutes: number
  readonly orderedOfferingMinutes: number
  /** What a star above or below four is worth. */
  readonly starMinutes: number
  /** A team's minutes in 30 days beyond which more weigh, and by how much each. */
  readonly fairFromMinutes: number
  readonly fairPerMinute: number
  /** Price of a village that asked and gets no visit; what a village is owed raises it by `debtFactor`. */
  readonly coverageMinutes: number
  readonly debtFactor: number
  /** Tax of changing a visit that was planned, and one of which the resident was told. */
  readonly changeMinutes: number
  readonly changeToldMinutes: number
}

export const DEFAULT_WEIGHTS: Weights = {
  kmPerHour: 40,
  detour: 1.35,
  dayStartsMinute: 540,
  dayEndsMinute: 1020,
  serviceMinutes: 90,
  teamVisitsPerDay: 3,
  agencyVisitsPerDay: 4,
  agencyCrews: 3,
  unservedMinutes: 480,
  urgentFactor: 2,
  waitingDayMinutes: 10,
  lateDayMinutes: 20,
  ownVillageMinutes: 20,
  orderedOfferingMinutes: 120,
  starMinutes: 15,
  fairFromMinutes: 480,
  fairPerMinute: 0.2,
  coverageMinutes: 60,
  debtFactor: 1,
  changeMinutes: 15,
  changeToldMinutes: 40,
}

/** Some weights, given in place of the usual ones. */
export type SomeWeights = { readonly [Name in keyof Weights]?: Weights[Name] | undefined }

export type PlanKind = 'plan' | 'what-if' | 're-plan'
export type PlanState = 'queued' | 'running' | 'ready' | 'failed' | 'cancelled' | 'published'

/** A provider that is not there on a day. */
export interface Absence {
  readonly kind: 'agency' | 'team'
  readonly id: string
  /** YYYY-MM-DD */
  readonly on: string
}

/** Who goes where on one day: `crew` counts from 1, because an agency goes to several places at once. */
export interface TeamDayKey {
  readonly kind: 'agency' | 'team'
  readonly id: string
  readonly day: string
  readonly crew: number
}

export function teamDayId({ kind, id, day, crew }: TeamDayKey): string {
  return `${kind}/${id}/${day}/${crew}`
}

export function teamDayOf(text: string): TeamDayKey {
  const [kind, id, day, crew] = text.split('/')
  return { kind: kind as TeamDayKey['kind'], id: id!, day: day!, crew: Number(crew) }
}
