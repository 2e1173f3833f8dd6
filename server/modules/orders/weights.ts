/** What a plan of days and the ranking of one order are weighed by: equivalent minutes or factors of them (dispatch.md section 4). */
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
  /** What it is worth that the provider comes that served this person or this place last, or that is paired with the village. */
  readonly continuityMinutes: number
  readonly pairedMinutes: number
  /** What a star above or below four is worth. */
  readonly starMinutes: number
  /** What it costs to ask somebody whose hands are full, in shares of what it takes on, and to give the last place of a month. */
  readonly loadShareMinutes: number
  readonly lastQuotaMinutes: number
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
  continuityMinutes: 15,
  pairedMinutes: 15,
  starMinutes: 15,
  loadShareMinutes: 60,
  lastQuotaMinutes: 30,
  fairFromMinutes: 480,
  fairPerMinute: 0.2,
  coverageMinutes: 60,
  debtFactor: 1,
  changeMinutes: 15,
  changeToldMinutes: 40,
}
