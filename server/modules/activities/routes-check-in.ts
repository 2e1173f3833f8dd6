import QRCode from 'qrcode'
import type { checkInRoutes } from '#contract/check-in.ts'
import type { Actor } from '#platform/actor.ts'
import { deriveSecret, type Keyring } from '#platform/field-encryption.ts'
import type { Handlers, Input } from '#platform/handlers.ts'
import type { Work } from '#platform/work.ts'
import {
  checkInByPhone,
  checkInScanned,
  checkInSelf,
  DEVICE_SECRET,
  selfFacts,
  type SessionFacts,
} from './check-in-live.ts'
import { enterPaperSheet, offlinePack, organisedSession, tickList, uploadOffline } from './check-in-batch.ts'
import { personalCodes, phoneCode, sessionCode } from './session-codes.ts'
import { rosterOf } from './session-views.ts'

type SelfInput = Input<(typeof checkInRoutes)['checkInSelf']>

/**
 * @param tools `origin`: under which the resident's pages are reached, for the code that a phone's camera opens; `keyring`:
 *   with which devices are told apart
 */
export function checkInHandlers(tools: {
  readonly origin: string
  readonly keyring: Keyring
}): Handlers<typeof checkInRoutes> {
  return {
    async readSessionCode(read, { params }) {
      const session = await organisedSession(read, params.id)
      const shown = sessionCode(read.tx, params.id, read.now)
      const byPhone = phoneCode(read.tx, params.id, read.now)
      const link = `${tools.origin}/check-in/${params.id}?code=${shown.code}`
      const people = await rosterOf(read.tx, params.id)
      const answer = {
        ...shown,
        link,
        qrSvg: await QRCode.toString(link, { type: 'svg', margin: 1 }),
        phoneCode: byPhone.code,
        phoneSecondsLeft: byPhone.secondsLeft,
        signedUp: people.filter((one) => one.state === 'signed-up').length,
        checkedIn: people.filter((one) => one.checkedInAt !== null).length,
        endsAt: session.endsAt,
      }
      return { answer }
    },
    async readMyCode({ tx, actor, now }) {
      const codes = personalCodes(tx, actor.personId!, now)
      const qrSvg = await QRCode.toString(codes.qr, { type: 'svg', margin: 1 })
      const dayPassSvg = await QRCode.toString(codes.dayPass, { type: 'svg', margin: 1 })
      return { answer: { ...codes, qrSvg, dayPassSvg } }
    },
    checkInSelf: Object.assign(
      async (work: Work, { params, body, ahead }: SelfInput) => ({
        answer: await checkInSelf(work, params.id, body, ahead as SessionFacts),
      }),
      {
        ahead: (actor: Actor, { params, body }: SelfInput) =>
          selfFacts(actor, params.id, {
            device: body.device,
            secret: deriveSecret(tools.keyring, actor.districtId, DEVICE_SECRET),
          }),
      },
    ),
    async checkInScanned(work, { params, body }) {
      return { answer: await checkInScanned(work, params.id, body) }
    },
    async checkInByPhone(work, { body }) {
      return { answer: await checkInByPhone(work, body) }
    },
    async tickList(work, { params, body }) {
      return { answer: { marks: await tickList(work, params.id, body) } }
    },
    async enterPaperSheet(work, { params, body }) {
      return { answer: await enterPaperSheet(work, params.id, body.rows) }
    },
    async readOfflinePack(read, { params }) {
      return { answer: await offlinePack(read, params.id) }
    },
    async uploadOffline(work, { body }) {
      return { answer: { results: await uploadOffline(work, body.tokens) } }
    },
  }
}
