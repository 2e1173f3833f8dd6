import type { accountRoutes } from '#contract/account.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskIdNumber } from '#platform/masking.ts'
import { consentsOf } from './consent-rows.ts'
import { CONSENT_WORDINGS, OWN_PURPOSES } from './consents.ts'
import { isMinor, isUnder14 } from './identity.ts'
import { findPerson } from './person-rows.ts'
import { giveConsent, withdrawConsent } from './record-consent.ts'
import { saveIdentity } from './save-identity.ts'

/** What somebody does with his or her own account. */
export const accountHandlers: Handlers<typeof accountRoutes> = {
  async readMyIdentity({ tx, actor, now }) {
    const { name, document, birthDate, sexCode } = (await findPerson(tx, actor.personId!))!
    return {
      answer: {
        name,
        documentKind: document?.kind ?? null,
        documentNumberMasked: document === null ? null : maskIdNumber(document.number),
        birthDate,
        sex: sexCode === null ? null : sexCode === 1 ? 'male' : 'female',
        isMinor: isMinor(birthDate, now),
        isUnder14: isUnder14(birthDate, now),
      },
    }
  },
  async saveMyIdentity(work, { body }) {
    const { sex, ...given } = body
    const sexCode = sex === null ? null : sex === 'male' ? 1 : 2
    await saveIdentity(work, work.actor.personId!, { ...given, sexCode })
    return { answer: {} }
  },
  async listMyConsents({ tx, actor }) {
    const current = OWN_PURPOSES.map((purpose) => ({ purpose, wordingVersion: CONSENT_WORDINGS[purpose] }))
    return { answer: { rows: await consentsOf(tx, actor.personId!), current } }
  },
  async giveConsent(work, { body }) {
    await giveConsent(work, work.actor.personId!, body)
    return { answer: {} }
  },
  async withdrawConsent(work, { body }) {
    await withdrawConsent(work, work.actor.personId!, body.purpose)
    return { answer: {} }
  },
}
