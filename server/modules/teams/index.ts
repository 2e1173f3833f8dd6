/** The door of the module: volunteers and their teams. */
export type { CalendarDay, Capacity, OpenInterval, SpeedClass } from './calendar.ts'
export { agencyCalendars, type ProviderDays, teamCalendars } from './calendar-views.ts'
export { answerApplication, applyToTeam } from './apply-to-team.ts'
export { createTeam, giveTeamRole } from './create-team.ts'
export { answerFounding, applyToFound } from './found-team.ts'
export { claimInvitation, myInvitations } from './import/claim-invitation.ts'
export { importVolunteers } from './import/import-volunteers.ts'
export { readHere, readInThread } from './import/read-in-thread.ts'
export { expireInvitations } from './import/invitation-rows.ts'
export { listFamilies, saveFamily, type TeamFamily } from './families.ts'
export { dueTeamMatters, lapseTeamMatter } from './lapse-matters.ts'
export { joinTeam, leaveTeam } from './join-team.ts'
export { teamsHolder } from './person-holder.ts'
export { teamsPermissions } from './permissions.ts'
export { addLicence, saveVolunteer } from './save-volunteer.ts'
export { registerVolunteer } from './register-volunteer.ts'
export { updateTeam } from './update-team.ts'
export { isLeading, type NewTeam, type Team, type TeamRole, type TeamTier } from './team.ts'
export {
  findTeam,
  isLeader,
  leadersOf,
  membersOf,
  type TeamCandidate,
  teamCandidates,
  type TeamMember,
  teamsLedBy,
  teamsOf,
} from './team-views.ts'
export { isVolunteer } from './volunteer-rows.ts'
export { emergencyOf } from './volunteer-views.ts'
export { type VolunteerFacts, volunteerFacts, volunteersAmong } from './volunteer-facts.ts'
export { holdsOn } from './volunteer.ts'
export { teamsOfUnit } from './unit-holder.ts'
