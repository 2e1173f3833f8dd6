/** The door of the module: persons, their accounts and roles. */
export { appointStaff, grantRole } from './appoint-staff.ts'
export { acceptDemoAccount } from './accept-invitation.ts'
export { PHONE_INDEX, type Person, type Role } from './person.ts'
export { findPerson, findPersonByPhone, openLoginCode, phoneIndex } from './person-rows.ts'
export { grantViews, loadPersonFacts, personNames } from './person-views.ts'
export { peoplePermissions } from './permissions.ts'
export { recordConsent } from './record-consent.ts'
export { CODE_MINUTES, LOGIN_CODE_MADE, normalisedPhone, requestLoginCode, signInResident } from './sign-in-resident.ts'
