/** The door of the module: activities, their sessions, and who takes part. */
export { type ActivityMatter, dueActivityMatters, lapseActivityMatter } from './lapse.ts'
export { createActivity } from './create-activity.ts'
export { activitiesHolder } from './person-holder.ts'
export { activitiesPermissions } from './permissions.ts'
export { signUp } from './sign-up.ts'
export { countSessionsAhead } from './session-views.ts'
export { activitiesOfUnit } from './unit-holder.ts'
