/** The door of the module: record books of volunteers and the certificates of organisations. */
export { dueRecordMatters, lapseRecordMatter, type RecordMatter } from './lapse.ts'
export { recordsPermissions } from './permissions.ts'
export { recordsHolder } from './person-holder.ts'
export { noteEvaluation } from './record-rows.ts'
export { setUpRecords } from './set-up-records.ts'
export { recordsOfUnit } from './unit-holder.ts'
