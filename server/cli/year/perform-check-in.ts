/** Who came, by each of the ways in which that is recorded. */
import { randomUUID } from 'node:crypto'
import {
  checkInByPhone,
  checkInScanned,
  checkInSelf,
  enterPaperSheet,
  offlinePack,
  type OfflineToken,
  personalCodes,
  phoneCode,
  sessionCode,
  signToken,
  tickList,
  uploadOffline,
} from '#modules/activities/index.ts'
import { runRead } from '#platform/work.ts'
import { AGENTS } from './cast.ts'
import { MINUTE } from './days.ts'
import { organiserOf } from './perform-activities.ts'
import { volunteerAt } from './perform-volunteers.ts'
import type { PlannedSession } from './planned.ts'
import { staffAt, type World, write } from './world.ts'

const PHONES_ON_SHEET_SHARE = 0.3
const LEFT_EARLY_MINUTES = 12
const FORGOT_SHARE = 0.01

type Direction = 'in' | 'out'

/** A sheet that people signed: who came when and went when, by name or by phone. */
export async function enterSheet(world: World, session: PlannedSession): Promise<void> {
  const { dice, plan, volunteering } = world
  const { index, people } = session
  if (people.length === 0) return
  const byPhone = dice.roll('sheet', index) < PHONES_ON_SHEET_SHARE
  const rows = people.map((volunteer) => {
    const { from, until } = timesOf(world, session, volunteer)
    const personId = byPhone ? null : volunteering.people.get(volunteer)!
    return { personId, phone: byPhone ? plan.volunteers[volunteer]!.phone : null, from, until }
  })
  const { unknown } = await write(world, organiserAt(world, session), `sheet ${index}`, (work) =>
    enterPaperSheet(work, volunteering.sessions.get(index)!, rows),
  )
  if (unknown.length > 0) throw new Error(`${unknown.length} on the sheet of session ${index} are not known.`)
  world.tally.turns += rows.length
}

/** The list is ticked when they come and when they go. */
export async function tick(world: World, session: PlannedSession, direction: Direction): Promise<void> {
  const { index, people } = session
  const there = people.filter((volunteer) => direction === 'in' || !forgets(world, session, volunteer))
  if (there.length === 0) return
  const personIds = there.map((volunteer) => world.volunteering.people.get(volunteer)!)
  await write(world, organiserAt(world, session), `tick ${direction} ${index}`, (work) =>
    tickList(work, world.volunteering.sessions.get(index)!, { direction, personIds, at: null }),
  )
  if (direction === 'in') world.tally.turns += there.length
}

/** One reads the code on the screen, the next shows an own one, a third has only a telephone. */
export async function checkInByCodes(world: World, session: PlannedSession, direction: Direction): Promise<void> {
  const id = world.volunteering.sessions.get(session.index)!
  for (const [at, volunteer] of session.people.entries()) {
    if (direction === 'out' && forgets(world, session, volunteer)) continue
    const actor = volunteerAt(world, volunteer)
    const key = `check ${direction} ${session.index} ${volunteer}`
    if (at % 3 === 0) {
      await write(world, actor, key, async (work) => {
        const { code } = sessionCode(work.tx, id, work.now)
        await checkInSelf(work, id, { direction, code, device: `phone ${volunteer}`, near: null })
      })
    } else if (at % 3 === 1) {
      await write(world, organiserAt(world, session), key, async (work) => {
        const { qr } = personalCodes(work.tx, actor.personId!, work.now)
        await checkInScanned(work, id, { direction, code: qr })
      })
    } else {
      const { phone } = world.plan.volunteers[volunteer]!
      await write(world, staffAt(world, world.dice.pick(AGENTS, 'takes', volunteer)), key, async (work) => {
        const { code } = phoneCode(work.tx, id, work.now)
        await checkInByPhone(work, { direction, phone, code })
      })
    }
    if (direction === 'in') world.tally.turns += 1
  }
}

/** The organiser's device fetches its key where there is a network, before it goes where there is none. */
export async function takeOffline(world: World, session: PlannedSession): Promise<void> {
  const id = world.volunteering.sessions.get(session.index)!
  const { pack, key } = await runRead(world.host.db, organiserAt(world, session), (read) =>
    // After an interruption the device still has what it fetched then.
    offlinePack({ ...read, now: new Date(session.from) }, id),
  )
  world.volunteering.packs.set(session.index, { pack, key: Buffer.from(key, 'base64url') })
}

/** What the device collected comes in next morning. */
export async function uploadTokens(world: World, session: PlannedSession): Promise<void> {
  if (!world.volunteering.packs.has(session.index)) await takeOffline(world, session)
  const { pack, key } = world.volunteering.packs.get(session.index)!
  const tokens = session.people.flatMap((volunteer): OfflineToken[] => {
    const { from, until } = timesOf(world, session, volunteer)
    const personId = world.volunteering.people.get(volunteer)!
    return [
      { direction: 'in', at: from },
      { direction: 'out', at: until },
    ].map(({ direction, at }) => {
      const parts = { id: randomUUID(), direction, at: at.toISOString(), code: null, personId }
      return { ...parts, pack, mac: signToken(key, parts) }
    })
  })
  if (tokens.length === 0) return
  await write(world, organiserAt(world, session), `upload ${session.index}`, (work) => uploadOffline(work, tokens))
  world.tally.turns += session.people.length
}

function organiserAt(world: World, { activity }: PlannedSession) {
  return organiserOf(world, world.plan.activities[activity]!)
}

function timesOf({ dice }: World, { index, from, until }: PlannedSession, volunteer: number) {
  const early = dice.whole(0, LEFT_EARLY_MINUTES, 'left', index, volunteer) * MINUTE
  return { from: new Date(from), until: new Date(until - early) }
}

/** Then the clock ends it at the planned time, and the time is claimed, not verified. */
function forgets({ dice }: World, { index }: PlannedSession, volunteer: number): boolean {
  return dice.roll('forgets', index, volunteer) < FORGOT_SHARE
}
