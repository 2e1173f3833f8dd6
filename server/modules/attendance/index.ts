/** The door of the module: check-in and check-out, and who served how long. */
export { type Attendance, type CheckInMethod, minutesOf } from './attendance.ts'
export { attendanceOf } from './attendance-rows.ts'
export { checkIn, checkOut, closeForgotten } from './check-in.ts'
