/** What happens between the agreed hour and the judgement, and who is told and asked afterwards. */
import {
  cancelOrder,
  checkInAtOrder,
  checkInCode,
  confirmOrder,
  deliverOrder,
  disputeOrder,
  evaluateOrder,
  pageOpened,
  pauseOrder,
  pinOf,
  recordAttempt,
  recordReached,
  reopenOrder,
  returnOrder,
  scheduleOrder,
  startService,
} from '#modules/orders/index.ts'
import type { Actor } from '#platform/actor.ts'
import { addWorkingDays } from '#platform/calendar.ts'
import { addDays, addMinutes, dateIn, startOfDate } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { runRead, type Work } from '#platform/work.ts'
import { CALLERS, type FoundedTeam } from './cast.ts'
import { HOUR } from './days.ts'
import { countRefusal, speakerOf } from './perform-desk.ts'
import type { PlannedOrder } from './planned.ts'
import type { SeenOrder } from './see-orders.ts'
import { keyOf, officerOf, placerOf, requesterOf, staffAt, type World, write } from './world.ts'

const START_HOURS = [9, 9.5, 10, 10.5, 14, 14.5, 15, 15.5] as const
const EVENING_HOUR = 19
const PAUSE_WORKING_DAYS = [3, 9] as const
const AHEAD_HOURS_MIN = 3

export async function providerAct(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  kind: 'schedule' | 'return' | 'pause' | 'start' | 'deliver',
): Promise<void> {
  const { words, dice } = world
  const team = s.providerTeamId === null ? undefined : world.cast.teamById.get(s.providerTeamId)
  const { actor } = await speakerOf(world, { teamId: s.providerTeamId, unitId: s.providerUnitId })
  if (kind === 'start') return start(world, p, s, actor, team)
  if (kind === 'deliver') await checkOut(world, p, s, actor, team)
  await write(world, actor, keyOf(p, s, kind), async (work) => {
    if (kind === 'schedule') await scheduleOrder(work, s.id, agreedTime(world, p, s, work))
    else if (kind === 'return') {
      const note = dice.pick(words.returnNotes, 'return-note', p.no)
      await returnOrder(work, s.id, { reason: 'other', note })
    } else if (kind === 'pause') {
      const until = addWorkingDays(work.now, dice.whole(...PAUSE_WORKING_DAYS, 'pause-days', p.no), world.calendar)
      const note = dice.pick(words.pauseNotes, 'pause-note', p.no)
      await pauseOrder(work, s.id, { reason: 'waiting-for-requester', note, until })
    } else {
      const result = dice.pick(words.results, 'result', p.no, s.reopenings)
      await deliverOrder(work, s.id, { result, actualHeadcount: reported(p, dice.roll('report', p.no)) })
    }
  })
}

/** Now and then the provider reports a few more than the keeper or the requester will then confirm. */
function reported({ people, twists }: PlannedOrder, share: number): number {
  const isCorrected = twists.confirmsFirst && !twists.isSilent && people > 4 && share < 0.06
  return isCorrected ? people + 1 + Math.floor(share * 50) : people
}

/** A day within the wish, in daylight, seldom on a weekend and never on a holiday. */
function agreedTime(world: World, p: PlannedOrder, s: SeenOrder, work: Work) {
  const { dice, calendar } = world
  const earliest = new Date(Math.max(work.now.getTime() + AHEAD_HOURS_MIN * HOUR, p.window?.from ?? 0))
  const days = p.urgency === 'urgent' ? 0 : dice.whole(0, p.twists.isBrisk ? 1 : 4, 'service-day', p.no, s.version)
  const hour = p.isEvening ? EVENING_HOUR : dice.pick(START_HOURS, 'service-hour', p.no)
  const at = (day: string) => new Date(startOfDate(day).getTime() + hour * HOUR)
  const isGood = (day: string) =>
    calendar.isWorkingDay(day) || (dice.roll('weekend', p.no, day) < 0.3 && isWeekend(day))
  let day = addDays(dateIn(earliest), days)
  while (at(day) < earliest || !isGood(day)) day = addDays(day, 1)
  return { from: at(day), until: addMinutes(at(day), p.durationMinutes), agreedWith: p.contact.name, note: '' }
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay())
}

/** A team's volunteers check in on site; an agency simply begins. */
async function start(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  leader: Actor,
  team: FoundedTeam | undefined,
): Promise<void> {
  const came =
    team === undefined ? [] : team.members.slice(0, Math.max(1, Math.min(team.members.length, 1 + (p.headcount >> 3))))
  let isBegun = false
  for (const member of came) {
    try {
      await checkIn(world, p, s, leader, member)
      isBegun = true
    } catch (error) {
      // A volunteer who is still elsewhere does not come; that is what the refusal is for.
      if (
        !(error instanceof Refusal) ||
        !['attendance.elsewhere-now', 'attendance.checked-in-already'].includes(error.code)
      )
        throw error
      countRefusal(world, error)
    }
  }
  if (!isBegun) await write(world, leader, keyOf(p, s, 'start'), async (work) => void (await startService(work, s.id)))
}

/** By the code on the leader's screen, the PIN that the beneficiary tells, or the leader's signature for another. */
async function checkIn(world: World, p: PlannedOrder, s: SeenOrder, leader: Actor, member: Actor): Promise<void> {
  const { db } = world.host
  const share = world.dice.roll('check-in', p.no, member.personId!)
  const isLeader = member.personId === leader.personId
  const now = world.realNow()
  const common = { direction: 'in', personId: null } as const
  if (share < 0.25 && !isLeader) {
    const given = { ...common, method: 'leader-co-sign', code: null, personId: member.personId } as const
    return write(world, leader, keyOf(p, s, `in ${member.personId}`), (work) => checkInAtOrder(work, s.id, given, now))
  }
  const method = share < 0.6 ? 'beneficiary-pin' : 'rotating-code'
  const requester = method === 'beneficiary-pin' ? await requesterOf(world, p, s.id) : leader
  const code =
    method === 'beneficiary-pin'
      ? await runRead(db, requester, (read) => pinOf(read, s.id))
      : (await runRead(db, leader, (read) => checkInCode(read, s.id, now))).code
  return write(world, member, keyOf(p, s, `in ${member.personId}`), (work) =>
    checkInAtOrder(work, s.id, { ...common, method, code }, now),
  )
}

/** Most sign out; who forgets is signed out at the planned end. */
async function checkOut(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  leader: Actor,
  team: FoundedTeam | undefined,
): Promise<void> {
  for (const member of team?.members ?? []) {
    const isPresent = s.presentIds.includes(member.personId!)
    if (!isPresent || world.dice.roll('forgets', p.no, member.personId!) < 0.12) continue
    const now = world.realNow()
    const { code } = await runRead(world.host.db, leader, (read) => checkInCode(read, s.id, now))
    const given = { direction: 'out', method: 'rotating-code', code, personId: null } as const
    await write(world, member, keyOf(p, s, `out ${member.personId}`), (work) => checkInAtOrder(work, s.id, given, now))
  }
}

export async function requesterAct(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  kind: 'cancel' | 'open-page' | 'confirm' | 'dispute' | 'evaluate' | 'reopen',
): Promise<void> {
  const { words, dice } = world
  // Who ordered for a group or for somebody may confirm; only the requester judges.
  const byKeeper = kind === 'confirm' && p.channel !== 'web' && p.channel !== 'phone' && p.headcount > 2
  const actor = byKeeper ? await placerOf(world, p) : await requesterOf(world, p, s.id)
  await write(world, actor, keyOf(p, s, kind), async (work) => {
    if (kind === 'cancel') await cancelOrder(work, s.id, dice.pick(words.cancelReasons, 'cancel', p.no))
    else if (kind === 'open-page') await pageOpened(work, s.id)
    else if (kind === 'confirm') await confirmOrder(work, s.id, { actualHeadcount: p.people })
    else if (kind === 'dispute') await disputeOrder(work, s.id, dice.pick(words.disputeReasons, 'dispute', p.no))
    else if (kind === 'reopen') await reopenOrder(work, s.id, dice.pick(words.reopenReasons, 'reopen', p.no))
    else await evaluateOrder(work, s.id, judgementOf(world, p, s))
  })
}

function judgementOf({ words, dice }: World, p: PlannedOrder, s: SeenOrder) {
  const isFirst = p.twists.isReopened && s.reopenings === 0
  const stars = isFirst ? Math.min(p.twists.stars, 2) : p.twists.stars
  const how = stars > 3 ? 'good' : stars === 3 ? 'middle' : 'bad'
  const tags = dice.roll('tags', p.no) < 0.4 ? [dice.pick(words.tags[how], 'tag', p.no)] : []
  return { stars, solved: stars > 2, tags, note: dice.pick(words.evaluationNotes[how], 'note', p.no, s.reopenings) }
}

/** The station or the desk tells a requester in person what came of the matter. */
export async function reach(world: World, p: PlannedOrder, s: SeenOrder, by: 'call' | 'visit'): Promise<void> {
  const note = by === 'visit' ? world.words.visits : world.words.answersByPhone
  const given = { by, spokenTo: p.contact.name, note }
  await write(
    world,
    officerOf(world, p, s),
    keyOf(p, s, by),
    async (work) => void (await recordReached(work, s.id, given)),
  )
}

/** One call of the centre's callers, who never dispatch. */
export async function call(world: World, p: PlannedOrder, s: SeenOrder): Promise<void> {
  const { words, dice } = world
  const { id, attempts } = s.followUp!
  const actor = staffAt(world, dice.pick(CALLERS, 'caller', p.no))
  const spoke = attempts >= p.twists.callsInVain
  const { stars } = p.twists
  await write(world, actor, `call ${id} ${attempts}`, (work) =>
    recordAttempt(work, id, {
      result: spoke ? 'spoke' : 'no-answer',
      spokenTo: spoke ? p.contact.name : null,
      solved: spoke ? stars > 2 : null,
      stars: spoke ? stars : null,
      headcountHeard: spoke ? p.people : null,
      note: dice.pick(spoke ? words.calls.spoke : words.calls.silent, 'call-note', p.no, attempts),
    }),
  )
}
