/** The door of the module: hours of volunteers, who approved them, and what was objected to. */
export { hoursOf, type HoursFilter, type HoursRow, type HoursSum, sumOfHours } from './hours-views.ts'
export type { HoursClass, HoursState, HoursSubject, ServedSubject } from './hours.ts'
export { bookNoticed, dueHoursMatters, type HoursMatter, lapseHoursMatter } from './lapse.ts'
export { hoursPermissions } from './permissions.ts'
export { recordHours } from './record-hours.ts'
export { type HoursFindings, type HoursHead, sealHours, verifyHoursIn } from './seal-hours.ts'
export { requireCounting } from './service-kinds.ts'
export { type HoursDefaults, setUpHours } from './set-up-hours.ts'
