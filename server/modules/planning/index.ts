/** The door of the module: plans of days (排班计划), from asking for one to publishing it as ordinary offers. */
export { planningPermissions } from './permissions.ts'
export { claimPlan, endPlan, type PlanTask, reportProgress, savePlan } from './run-plan.ts'
