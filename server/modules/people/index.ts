/** The door of the module: persons, their accounts and roles. */
export { appointStaff, disableStaff } from './appoint-staff.ts'
export { acceptDemoAccount } from './accept-invitation.ts'
export { peopleStep } from './first-step.ts'
export { hasNobody, isDemoAccount, personalFieldsOpen } from './examine-accounts.ts'
export { hasGuardianConsent } from './consent-rows.ts'
export { type ConsentPurpose } from './consents.ts'
export { type DocumentKind } from './identity.ts'
export { ageOn, FULL_AGE_YEARS, isMinor, isUnder14, OWN_CONSENT_AGE_YEARS } from './identity.ts'
export { type PersonHolder } from './holder.ts'
export { LINK_ASKED, openLinkQuestion } from './link-people.ts'
export { guardianPhones, householdOf, tiesSince } from './link-rows.ts'
export { type Person, type Role, ROLE_PLACES } from './person.ts'
export {
  findPerson,
  findPeopleByPhone,
  findPersonByPhone,
  holdPerson,
  identitiesOf,
  openBirthDate,
  openLoginCode,
  openPhone,
  phoneIndex,
  sealedPhone,
} from './person-rows.ts'
export { isKnownAsResident, recordOwnPhone } from './staff-phone.ts'
export { grantViews, listStaff, loadPersonFacts, personNames } from './person-views.ts'
export { peoplePermissions } from './permissions.ts'
export { recordConsent } from './record-consent.ts'
export { CODE_MINUTES, LOGIN_CODE_MADE, normalisedPhone, requestLoginCode, signInResident } from './sign-in-resident.ts'
export { staffOfUnit } from './unit-holder.ts'
