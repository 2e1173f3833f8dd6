/**
 * Purposes for which a person's agreement is asked (PIPL art. 14, 23, 25), with the version of the wording now shown. The wordings
 * stand among the texts under `people.consent.<purpose>.<version>`: a new one gets a new version, and earlier consents keep theirs.
 *
 *   volunteering         to be kept as a volunteer; given by registering, ends with leaving
 *   health-declaration   fit for activities that ask for it; without it their places are refused
 *   sharing              handing the record to the city's and the national system; without it no export holds the person
 *   photos               being shown in published pictures; without it the organiser's list says so
 *   guardian             a guardian's consent to a minor's service
 *   guardian-under-14    the guardian's separate consent to keep a child's data (art. 31)
 */
export const CONSENT_WORDINGS = {
  volunteering: '2026-11',
  'health-declaration': '2026-11',
  sharing: '2026-11',
  photos: '2026-11',
  guardian: '2026-11',
  'guardian-under-14': '2026-11',
} as const
export type ConsentPurpose = keyof typeof CONSENT_WORDINGS

/** What a person may give and withdraw alone; the others come and go with what they belong to. */
export const OWN_PURPOSES = ['health-declaration', 'sharing', 'photos'] as const satisfies readonly ConsentPurpose[]
export type OwnPurpose = (typeof OWN_PURPOSES)[number]
