/** Who was there, from when to when, and how that is known (promise 5). */
export interface Attendance {
  readonly id: string
  readonly personId: string
  readonly checkedInAt: Date
  readonly checkedOutAt: Date | null
  readonly checkInMethod: CheckInMethod
  readonly checkOutMethod: CheckOutMethod | null
  /** How good the evidence is, 0 to 100, with the reasons that lowered it. */
  readonly score: number
  readonly reasons: readonly string[]
  /** Its hours wait until somebody has looked; they are not refused. */
  readonly needsConfirmation: boolean
  /** Who ticked, scanned, entered or signed it; null where the person read a code. */
  readonly recordedBy: string | null
}

/** How a member of a team checks in at an order. */
export type OrderMethod = 'rotating-code' | 'beneficiary-pin' | 'leader-co-sign'
/** How a volunteer is checked in at a session. */
export type MarkMethod = 'rotating-code' | 'personal-code' | 'phone-code' | 'list-tick' | 'paper'

export type CheckInMethod = OrderMethod | MarkMethod
export type CheckOutMethod = CheckInMethod | 'closed-automatically'

export type SubjectKind = 'order' | 'session'
export type Direction = 'in' | 'out'

/** Whole minutes of service; an attendance that nobody ended counts nothing. */
export function minutesOf(attendance: Pick<Attendance, 'checkedInAt' | 'checkedOutAt'>): number {
  if (attendance.checkedOutAt === null) return 0
  return Math.floor((attendance.checkedOutAt.getTime() - attendance.checkedInAt.getTime()) / 60_000)
}
