/** Check-in at sessions, asked by everybody. */
import { randomUUID } from 'node:crypto'
import {
  packKey,
  personalCodes,
  phoneCode,
  sessionCode,
  signToken,
} from '../../server/modules/activities/session-codes.ts'
import { addMinutes } from '../../server/platform/dates.ts'
import { DISTRICT_B } from '../support/second-district.ts'
import { visitorOf } from '../support/cast.ts'
import {
  type Made,
  makeOpenSession,
  ofSession,
  organisersOnly,
  isAtHome,
  PLACES,
  VOLUNTEERS,
} from './cases-of-activities.ts'
import { thing, whoMay } from './cases-of-things.ts'
import type { World } from './matrix.ts'

const atPlace = { resources: [...PLACES], make: makeOpenSession }

/** Somebody of the place's own district whose code is scanned. */
const guestOf = (world: World, place: string) => (place === 'foreign' ? world.cast.foreignLeader : world.cast.member)
const systemOf = (place: string) => visitorOf(place === 'foreign' ? DISTRICT_B : 110119).actor

const minutesAgo = (minutes: number) => addMinutes(new Date(), -minutes).toISOString()

/** A token as a device of the team's leader collects it. */
function tokenOf(world: World, sessionId: string) {
  return world.server.work(({ tx, now }) => {
    const pack = `${sessionId}.${world.cast.leader.personId}.${now.getTime()}`
    const parts = {
      id: randomUUID(),
      direction: 'in',
      at: now.toISOString(),
      code: null,
      personId: world.cast.member.personId,
    }
    return Promise.resolve({ ...parts, pack, mac: signToken(packKey(tx, pack), parts) })
  })
}

export const checkInCases = {
  readSessionCode: [thing<Made>({ ...atPlace, isRead: true, input: ofSession, answers: organisersOnly })],
  readMyCode: [whoMay()],
  checkInSelf: [
    thing<Made>({
      ...atPlace,
      input: async (made, _kind, place, world) => {
        const { code } = await world.server.work(
          ({ tx, now }) => Promise.resolve(sessionCode(tx, made.sessionId, now)),
          systemOf(place),
        )
        return { ...ofSession(made), body: { direction: 'in', code } }
      },
      // Who is no volunteer is told so.
      answers: (kind, place, status) =>
        isAtHome(kind, place) ? (VOLUNTEERS.includes(kind) ? [status] : [409, status]) : [404],
    }),
  ],
  checkInScanned: [
    thing<Made>({
      ...atPlace,
      input: async (made, _kind, place, world) => {
        const { qr } = await world.server.work(
          ({ tx, now }) => Promise.resolve(personalCodes(tx, guestOf(world, place).personId, now)),
          systemOf(place),
        )
        return { ...ofSession(made), body: { direction: 'in', code: qr } }
      },
      answers: organisersOnly,
    }),
  ],
  checkInByPhone: [
    thing<Made>({
      resources: ['team'],
      make: makeOpenSession,
      input: async (made, _kind, _place, world) => {
        const { code } = await world.server.work(({ tx, now }) => Promise.resolve(phoneCode(tx, made.sessionId, now)))
        return { body: { direction: 'in', phone: world.cast.member.phone, code } }
      },
      answers: (kind, _place, status) => [kind === 'foreigner' ? 422 : status],
    }),
  ],
  tickList: [
    thing<Made>({
      ...atPlace,
      input: (made, _kind, place, world) => ({
        ...ofSession(made),
        body: { direction: 'in', personIds: [guestOf(world, place).personId] },
      }),
      answers: organisersOnly,
    }),
  ],
  enterPaperSheet: [
    thing<Made>({
      ...atPlace,
      input: (made, _kind, place, world) => ({
        ...ofSession(made),
        body: { rows: [{ personId: guestOf(world, place).personId, from: minutesAgo(20), until: minutesAgo(10) }] },
      }),
      answers: organisersOnly,
    }),
  ],
  readOfflinePack: [thing<Made>({ ...atPlace, isRead: true, input: ofSession, answers: organisersOnly })],
  uploadOffline: [
    thing<Made>({
      resources: ['team'],
      make: makeOpenSession,
      input: async (made, _kind, _place, world) => ({ body: { tokens: [await tokenOf(world, made.sessionId)] } }),
      // The tokens are signed: whoever brings them in only carries them.
      answers: (_kind, _place, status) => [status],
    }),
  ],
} as const
