/** The door of the module: check-in and check-out, busy ranges, and who served how long. */
export { type Attendance, type CheckInMethod, type Direction, type MarkMethod, minutesOf } from './attendance.ts'
export { attendanceOf } from './attendance-rows.ts'
export { type BusyKind, type BusyRange, busyOf, moveAll, occupy, release, releaseAll } from './busy-range.ts'
export { checkIn, checkOut, closeForgotten } from './check-in.ts'
export { kilometresBetween } from './evidence.ts'
export { type LiveMark, type Presence, presenceOf, recordMark } from './live-mark.ts'
export { attendanceHolder } from './person-holder.ts'
export { type BatchMark, recordMarks } from './mark-batch.ts'
