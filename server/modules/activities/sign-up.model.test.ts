// Sign-up, waiting list and check-in against a model: whatever people do in whatever order, the database says what the model says.
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase } from '../../../test/support/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { Refusal } from '../../platform/refusal.ts'
import { checkInSelf } from './check-in-live.ts'
import { cancelSession } from './edit-session.ts'
import { sessionCode } from './session-codes.ts'
import { acceptPlace, signUp, withdraw } from './sign-up.ts'

const database = useDatabase()
let world: ActivityWorld
let people: Actor[]
beforeAll(async () => {
  world = await openActivityWorld(database)
  people = await world.volunteers(4)
}, 60_000)

const SESSIONS = [
  { from: 600, until: 660, needed: 1 },
  { from: 630, until: 690, needed: 1 },
  { from: 900, until: 960, needed: 2 },
] as const
const OFFER_MINUTES = 120
// No sum of them is an offer's time, so that milliseconds decide nothing.
const STEPS = [37, 53, 131] as const
const RUNS = 20

interface Entry {
  readonly person: number
  state: string
  offerUntil: number
}
interface Stay {
  from: number
  until: number | null
  byHand: boolean
}
interface Slot {
  state: 'planned' | 'cancelled' | 'held'
  readonly entries: Entry[]
  readonly stays: Map<number, Stay>
}
interface Model {
  time: number
  readonly slots: readonly Slot[]
}

const isLive = (entry: Entry) => ['signed-up', 'waiting', 'offered'].includes(entry.state)
const liveOf = (slot: Slot, person: number) => slot.entries.find((one) => one.person === person && isLive(one))
const takenIn = (slot: Slot) =>
  slot.entries.filter((one) => one.state === 'signed-up' || one.state === 'offered').length

function isBusy(model: Model, person: number, at: number): boolean {
  const wanted = SESSIONS[at]!
  return model.slots.some((slot, index) => {
    const other = SESSIONS[index]!
    const holds = slot.state === 'planned' && liveOf(slot, person)?.state === 'signed-up'
    return holds && other.from < wanted.until && wanted.from < other.until
  })
}

function promote(model: Model, at: number): void {
  const slot = model.slots[at]!
  const next = slot.entries.find((one) => one.state === 'waiting')
  if (slot.state !== 'planned' || next === undefined || SESSIONS[at]!.from <= model.time) return
  next.state = 'offered'
  next.offerUntil = Math.min(model.time + OFFER_MINUTES, SESSIONS[at]!.from)
}

const MODEL = {
  'sign-up'(model: Model, person: number, at: number): string {
    const slot = model.slots[at]!
    if (slot.state === 'cancelled') return 'cancelled'
    if (slot.state === 'held' || SESSIONS[at]!.from <= model.time) return 'closed'
    if (liveOf(slot, person) !== undefined) return 'already'
    if (isBusy(model, person, at)) return 'overlap'
    const state = takenIn(slot) < SESSIONS[at]!.needed ? 'signed-up' : 'waiting'
    slot.entries.push({ person, state, offerUntil: 0 })
    return 'done'
  },
  withdraw(model: Model, person: number, at: number): string {
    const mine = liveOf(model.slots[at]!, person)
    if (mine === undefined) return 'not-signed-up'
    if (SESSIONS[at]!.from <= model.time) return 'closed'
    const held = mine.state !== 'waiting'
    mine.state = 'withdrawn'
    if (held) promote(model, at)
    return 'done'
  },
  accept(model: Model, person: number, at: number): string {
    const mine = liveOf(model.slots[at]!, person)
    if (mine?.state !== 'offered' || mine.offerUntil <= model.time) return 'offer-gone'
    if (isBusy(model, person, at)) return 'overlap'
    mine.state = 'signed-up'
    return 'done'
  },
  cancel(model: Model, _person: number, at: number): string {
    const slot = model.slots[at]!
    if (slot.state !== 'planned') return 'not-planned'
    slot.state = 'cancelled'
    for (const entry of slot.entries) if (isLive(entry)) entry.state = 'cancelled'
    return 'done'
  },
  in(model: Model, person: number, at: number): string {
    const [slot, { from, until }] = [model.slots[at]!, SESSIONS[at]!]
    if (slot.state === 'cancelled') return 'cancelled'
    if (model.time < from - 60) return 'too-early'
    if (model.time >= until) return 'too-late'
    const stay = slot.stays.get(person)
    if (stay !== undefined && stay.until !== null) return 'checked-out-already'
    closeForgotten(model, person)
    if (stay === undefined) slot.stays.set(person, { from: model.time, until: null, byHand: false })
    return 'done'
  },
  out(model: Model, person: number, at: number): string {
    const [slot, { from, until }] = [model.slots[at]!, SESSIONS[at]!]
    if (slot.state === 'cancelled') return 'cancelled'
    if (model.time < from - 60) return 'too-early'
    if (model.time >= until + 60) return 'too-late'
    const stay = slot.stays.get(person)
    if (stay === undefined) return 'not-checked-in'
    if (stay.until !== null && stay.byHand) return 'checked-out-already'
    closeForgotten(model, person)
    stay.until = model.time
    stay.byHand = true
    return 'done'
  },
  step(model: Model, person: number): string {
    model.time += STEPS[person % STEPS.length]!
    for (const [at, slot] of model.slots.entries()) {
      const due = slot.entries.filter((one) => one.state === 'offered' && one.offerUntil <= model.time)
      for (const entry of due) {
        entry.state = 'lapsed'
        promote(model, at)
      }
      if (slot.state !== 'planned' || SESSIONS[at]!.until + 60 > model.time) continue
      slot.state = 'held'
      for (const entry of slot.entries) if (['waiting', 'offered'].includes(entry.state)) entry.state = 'lapsed'
      for (const stay of slot.stays.values()) stay.until ??= SESSIONS[at]!.until
    }
    return 'done'
  },
} as const
type Act = keyof typeof MODEL

/** Whoever comes to another place has left the one whose end has passed. */
function closeForgotten(model: Model, person: number): void {
  for (const [at, slot] of model.slots.entries()) {
    const stay = slot.stays.get(person)
    if (stay !== undefined && stay.until === null && SESSIONS[at]!.until <= model.time) stay.until = SESSIONS[at]!.until
  }
}

async function real(act: Act, person: number, ids: readonly string[], at: number, start: Date, model: Model) {
  const [actor, id] = [people[person]!, ids[at]!]
  if (act === 'step') {
    await world.setTime(addMinutes(start, model.time))
    await world.settleActivities()
    return
  }
  if (act === 'sign-up')
    await world.act(actor, (work) => signUp(work, id, { roleId: null, roleName: null, mayWait: true }))
  else if (act === 'withdraw') await world.act(actor, (work) => withdraw(work, id))
  else if (act === 'accept') await world.act(actor, (work) => acceptPlace(work, id))
  else if (act === 'cancel')
    await world.act(world.keeper, (work) => cancelSession(work, id, { reason: '天气', scope: 'this' }))
  else
    await world.act(actor, (work) => {
      const { code } = sessionCode(work.tx, id, work.now)
      return checkInSelf(work, id, { direction: act, code, device: null, near: null })
    })
}

async function observed(ids: readonly string[]) {
  const entries = await world.rows<{ sessionId: string; personId: string; state: string }>(sql`
    select session_id, person_id, state from sign_up where session_id = any(${ids}::uuid[]) order by created_at, id`)
  const taken = await world.rows<{ sessionId: string; taken: number }>(sql`
    select session_id, taken from session_role where session_id = any(${ids}::uuid[])`)
  const stays = await world.rows<{ subjectId: string; personId: string; minutes: number | null }>(sql`
    select subject_id, person_id, round(extract(epoch from checked_out_at - checked_in_at) / 60)::int as minutes
      from attendance where subject_id = any(${ids}::uuid[]) order by person_id`)
  const personOf = (id: string) => people.findIndex((one) => one.personId === id)
  return ids.map((id) => ({
    entries: entries.filter((one) => one.sessionId === id).map((one) => [personOf(one.personId), one.state]),
    taken: taken.find((one) => one.sessionId === id)!.taken,
    stays: stays
      .filter((one) => one.subjectId === id)
      .map((one) => [personOf(one.personId), one.minutes] as const)
      .toSorted((a, b) => a[0] - b[0]),
  }))
}

const expected = (model: Model) =>
  model.slots.map((slot) => ({
    entries: slot.entries.map((one) => [one.person, one.state]),
    taken: takenIn(slot),
    stays: [...slot.stays]
      .map(([person, stay]) => [person, stay.until === null ? null : stay.until - stay.from] as const)
      .toSorted((a, b) => a[0] - b[0]),
  }))

let runs = 0

test('people sign up, wait, are promoted, come and go as the model says', async () => {
  const acts = Object.keys(MODEL) as Act[]
  const command = fc.record({
    act: fc.constantFrom(...acts, 'sign-up' as const, 'sign-up' as const, 'step' as const, 'in' as const),
    person: fc.nat(3),
    at: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 12, maxLength: 40 }), async (commands) => {
      // Each run has days of its own, so that nobody is busy from the run before.
      const start = addMinutes(MONDAY, (runs += 1) * 10 * 24 * 60)
      await world.setTime(start)
      const offset = (start.getTime() - MONDAY.getTime()) / 60_000
      const ids: string[] = []
      for (const { from, until, needed } of SESSIONS)
        ids.push((await world.session({ startsIn: offset + from, minutes: until - from, needed })).sessionIds[0]!)
      const model: Model = { time: 0, slots: SESSIONS.map(() => ({ state: 'planned', entries: [], stays: new Map() })) }
      for (const { act, person, at } of commands) {
        const wanted = MODEL[act](model, person, at)
        const got = await real(act, person, ids, at, start, model).then(
          () => 'done',
          (error: unknown) => {
            if (error instanceof Refusal) return error.code.replace(/^\w+\./u, '')
            throw error
          },
        )
        expect(got, `${act} of ${person} at ${at}, minute ${model.time}`).toBe(wanted)
        expect(await observed(ids)).toEqual(expected(model))
      }
    }),
    { numRuns: RUNS },
  )
}, 120_000)
