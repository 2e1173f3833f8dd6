/** Who was there, from when to when, and how that is known (promise 5). */
export interface Attendance {
  readonly id: string
  readonly personId: string
  readonly checkedInAt: Date
  readonly checkedOutAt: Date | null
  readonly checkInMethod: CheckInMethod
  readonly checkOutMethod: CheckInMethod | 'closed-automatically' | null
}

export type CheckInMethod = 'rotating-code' | 'beneficiary-pin' | 'leader-co-sign'

export type SubjectKind = 'order'

/** Whole minutes of service; an attendance that nobody ended counts nothing. */
export function minutesOf(attendance: Pick<Attendance, 'checkedInAt' | 'checkedOutAt'>): number {
  if (attendance.checkedOutAt === null) return 0
  return Math.floor((attendance.checkedOutAt.getTime() - attendance.checkedInAt.getTime()) / 60_000)
}
