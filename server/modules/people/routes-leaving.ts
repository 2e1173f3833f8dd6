import type { leavingRoutes } from '#contract/leaving.ts'
import type { Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskPhone } from '#platform/masking.ts'
import { rateTake } from '#platform/auth/rate-limit.ts'
import type { Work } from '#platform/work.ts'
import { collectPerson } from './collect.ts'
import type { PersonHolder } from './holder.ts'
import { leaveForGood, newExitToken, personOfExitToken, registeredAt, whatHoldsBack } from './leave.ts'
import { findPerson, findPersonByPhone } from './person-rows.ts'
import { refuse } from './refusals.ts'
import { takeCodeBudgets } from './routes.ts'
import { CODE_MINUTES, CODE_WAIT_SECONDS, normalisedPhone, requestLoginCode, useCode } from './sign-in-resident.ts'

/** What these handlers are told at composition. */
export interface LeavingTools {
  readonly holders: readonly PersonHolder[]
  readonly volunteering: (tx: Tx, personId: string) => Promise<{ isVolunteer: boolean; teams: readonly string[] }>
  readonly loadActor: (tx: Tx, personId: string, kind: 'resident', now: Date) => Promise<Actor>
}

const CHECK_BUDGET = { calls: 60, seconds: 600 }
const NOT_REGISTERED = {
  isRegistered: false,
  registeredAt: null,
  isVolunteer: false,
  teams: [],
  holdBacks: [],
  exitToken: null,
} as const

export function leavingHandlers({ holders, volunteering, loadActor }: LeavingTools): Handlers<typeof leavingRoutes> {
  return {
    async requestMyCode(work, { address }) {
      const phone = await ownPhone(work)
      await takeCodeBudgets(work.tx, phone, address)
      await requestLoginCode(work, phone)
      const answer = { phoneMasked: maskPhone(phone), secondsToWait: CODE_WAIT_SECONDS, minutesValid: CODE_MINUTES }
      return { answer }
    },
    async checkRegistration(work, { body, address }) {
      await rateTake(work.tx, `registration ${address}`, CHECK_BUDGET)
      const phone = normalisedPhone(body.phone)
      const refusal = await useCode(work, phone, body.code)
      if (refusal !== null) return { answer: NOT_REGISTERED, refusal }
      const personId = await findPersonByPhone(work.tx, phone)
      if (personId === undefined) return { answer: NOT_REGISTERED }
      work.audit({ action: 'people.check-registration', subject: { kind: 'person', id: personId }, personId })
      return {
        answer: {
          isRegistered: true,
          registeredAt: await registeredAt(work.tx, personId),
          ...(await volunteering(work.tx, personId)),
          holdBacks: await whatHoldsBack(work, personId, holders),
          exitToken: newExitToken(work.tx, personId, work.now),
        },
      }
    },
    async leaveByToken(work, { body }) {
      const personId = personOfExitToken(work.tx, body.exitToken, work.now)
      const actor = await loadActor(work.tx, personId, 'resident', work.now)
      await leaveForGood({ ...work, actor }, personId, holders)
      return { answer: {} }
    },
    async readMyExit(read) {
      return { answer: { holdBacks: await whatHoldsBack(read, read.actor.personId!, holders) } }
    },
    async leaveForGood(work, { body }) {
      const refusal = await useCode(work, await ownPhone(work), body.code)
      if (refusal !== null) return { answer: {}, refusal }
      await leaveForGood(work, work.actor.personId!, holders)
      return { answer: {}, session: 'ended' }
    },
    async exportMine({ tx, actor, now }) {
      return { answer: { at: now, sections: await collectPerson(tx, actor.personId!, holders) } }
    },
  }
}

async function ownPhone(work: Work): Promise<string> {
  const person = await findPerson(work.tx, work.actor.personId!)
  if (person?.phone == null) throw refuse('account-closed')
  return person.phone
}
