import type { linkRoutes } from '#contract/links.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskPhone } from '#platform/masking.ts'
import { consentsOf } from './consent-rows.ts'
import { CONSENT_WORDINGS, OWN_PURPOSES } from './consents.ts'
import type { PersonHolder } from './holder.ts'
import { isMinor, isUnder14 } from './identity.ts'
import { answerLink, askLink, endLink, requireWard, setWardConsent } from './link-people.ts'
import { linksOf } from './link-rows.ts'
import { LINK_PHONE_COLUMN } from './person.ts'
import { findPerson } from './person-rows.ts'
import { looksAt } from './person-views.ts'

const LOOKS_MAX = 100

export function linkHandlers(holders: readonly PersonHolder[]): Handlers<typeof linkRoutes> {
  return {
    async listMyLinks({ tx, actor, now }) {
      const me = (await findPerson(tx, actor.personId!))!
      const rows = []
      for (const { fromId, phoneCipher, ...link } of await linksOf(tx, me.id, me.phone)) {
        const isOfGuardian = link.kind === 'guardian' && !link.isAsker
        const child = isOfGuardian ? await findPerson(tx, fromId) : undefined
        const phone = phoneCipher === null ? null : tx.personal.decrypt(LINK_PHONE_COLUMN, link.id, phoneCipher)
        rows.push({
          ...link,
          phoneMasked: phone === null ? null : maskPhone(phone),
          isUnder14: isUnder14(child?.birthDate ?? null, now),
          wardId: link.state === 'confirmed' && isMinor(child?.birthDate ?? null, now) ? fromId : null,
        })
      }
      return { answer: { rows } }
    },
    async askLink(work, { body }) {
      return { answer: { id: await askLink(work, work.actor.personId!, body) } }
    },
    async answerLink(work, { params, body }) {
      const refusal = await answerLink(work, work.actor.personId!, params.id, body)
      return refusal === null ? { answer: {} } : { answer: {}, refusal }
    },
    async endLink(work, { params }) {
      await endLink(work, work.actor.personId!, params.id, holders)
      return { answer: {} }
    },
    async readWard({ tx, actor, now }, { params }) {
      const { name, birthDate } = await requireWard({ tx, now }, params.id, actor.personId!)
      return {
        answer: {
          name,
          isUnder14: isUnder14(birthDate, now),
          consents: await consentsOf(tx, params.id),
          current: OWN_PURPOSES.map((purpose) => ({ purpose, wordingVersion: CONSENT_WORDINGS[purpose] })),
          looks: await looksAt(tx, params.id, { beforeId: undefined, limit: LOOKS_MAX }),
        },
      }
    },
    async setWardConsent(work, { params, body }) {
      await setWardConsent(work, work.actor.personId!, params.id, body)
      return { answer: {} }
    },
  }
}
