/**
 * What the people of an order do next, and when: a pure function of the plan and of where the order stands. Nothing is
 * remembered beside the database, so a play that was cut off goes on from what is there.
 */
import { addWorkingMinutes, type WorkingCalendar } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { DAY, HOUR, MINUTE, slotFrom } from './days.ts'
import type { Dice } from './dice.ts'
import type { PlannedOrder } from './planned.ts'
import type { SeenOffer, SeenOrder } from './see-orders.ts'

export type Act =
  | { readonly kind: 'take-in' | 'answer-out' | 'defer' | 'merge' | 'pass-up' | 'record-gates' | 'offer' | 'claim' }
  | { readonly kind: 'accept' | 'decline'; readonly offer: SeenOffer }
  | { readonly kind: 'schedule' | 'return' | 'pause' | 'start' | 'deliver' | 'cancel' }
  | { readonly kind: 'open-page' | 'reach' | 'visit' | 'confirm' | 'dispute' | 'evaluate' | 'reopen' | 'call' }

export interface Next {
  readonly act: Act
  readonly at: number
}

export interface Stage {
  readonly dice: Dice
  readonly calendar: WorkingCalendar
  /** The level of the responsible unit. */
  levelOf(unitId: string): 'centre' | 'institute' | 'station' | 'agency'
}

/** @returns null when the order waits for time alone, for somebody else's order, or for good */
export function nextAct(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  switch (s.state) {
    case 'submitted':
      return triage(stage, p, s)
    case 'dispatching':
      return dispatch(stage, p, s)
    case 'offered':
      return answerOffer(stage, p, s)
    case 'accepted':
      return agree(stage, p, s)
    case 'scheduled':
      return begin(stage, p, s)
    case 'in_service': {
      const minutes = stage.dice.whole(4, 45, 'deliver', p.no, s.reopenings)
      return at(stage, 'deliver', s.scheduledUntil!.getTime() + minutes * MINUTE)
    }
    case 'delivered':
    case 'confirmed':
      return judge(stage, p, s)
    case 'answering':
      return hear(stage, p, s)
    case 'deferred':
      return s.hasUnreached ? office(stage, 'reach', s.at, p, s, 60, 400) : null
    case 'closed':
      return afterwards(stage, p, s)
    case 'evaluated':
      // A job closes it.
      return null
    default:
      return neverHappens(s.state)
  }
}

function neverHappens(state: never): never {
  throw new Error(`Nobody knows what to do with an order that is ${String(state)}.`)
}

function triage(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (stays(p, 'submitted')) return null
  if (leaves(p, 'submitted')) return home(stage, 'cancel', s.at, p, s, 2)
  const isLate = p.twists.triageLate && s.escalations === 0 && s.reopenings === 0 && s.deferrals === 0
  const [soon, late] = p.urgency === 'urgent' ? [5, 40] : isLate ? [500, 620] : [15, 380]
  const isFirst = s.reopenings === 0
  const kind =
    isFirst && p.fate === 'answered'
      ? 'answer-out'
      : isFirst && p.fate === 'merged'
        ? 'merge'
        : isFirst && p.twists.isDeferred && s.deferrals === 0
          ? 'defer'
          : 'take-in'
  return office(stage, kind, s.at, p, s, soon, late)
}

function dispatch(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (stays(p, 'dispatching')) return null
  if (leaves(p, 'dispatching')) return home(stage, 'cancel', s.at, p, s, 3)
  const [soon, late] = p.urgency === 'urgent' ? [4, 30] : [20, 330]
  if (s.gatesClosed) return office(stage, 'record-gates', s.at, p, s, soon, late)
  const level = stage.levelOf(s.responsibleUnitId)
  const mustRise =
    (level === 'station' && p.way !== 'village-team') ||
    (level === 'institute' && p.way !== 'village-team' && p.way !== 'township-team')
  return office(stage, mustRise ? 'pass-up' : 'offer', s.at, p, s, soon, late)
}

function answerOffer(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (stays(p, 'offered')) return null
  if (leaves(p, 'offered')) return home(stage, 'cancel', s.at, p, s, 3)
  const answers = s.offers.flatMap((offer, index): Next[] => {
    if (!offer.isOpen) return []
    const answer = p.twists.answers[Math.min(index, p.twists.answers.length - 1)]!
    if (answer === 'silent') return []
    const [soon, late] = p.urgency === 'urgent' ? [6, 50] : offer.teamId === null ? [40, 520] : [20, 300]
    const minutes = stage.dice.whole(soon, late, 'answer', p.no, index)
    const when = addWorkingMinutes(offer.madeAt, minutes, stage.calendar).getTime()
    return [{ act: { kind: answer, offer }, at: slotFrom(when, stage.dice) }]
  })
  if (answers.length > 0) return answers.reduce((first, next) => (next.at < first.at ? next : first))
  if (s.poolAt === null || !p.twists.claim) return null
  return office(stage, 'claim', s.poolAt, p, s, 40, 330)
}

function agree(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (stays(p, 'accepted') || s.pausedUntil !== null) return null
  if (leaves(p, 'accepted')) return home(stage, 'cancel', s.at, p, s, 3)
  const [soon, late] = p.urgency === 'urgent' ? [10, 80] : [25, 360]
  const isFirst = s.returns === 0 && s.reopenings === 0 && s.disputes === 0
  if (isFirst && p.twists.isReturned) return office(stage, 'return', s.at, p, s, soon, late)
  if (isFirst && p.twists.isPaused && s.pauses === 0) return office(stage, 'pause', s.at, p, s, soon, late)
  return office(stage, 'schedule', s.at, p, s, soon, late)
}

function begin(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (stays(p, 'scheduled')) return null
  if (leaves(p, 'scheduled')) return home(stage, 'cancel', s.at, p, s, 2)
  return at(stage, 'start', s.scheduledFrom!.getTime() + stage.dice.whole(0, 6, 'start', p.no) * MINUTE)
}

function judge(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  if (p.fate === 'open' && p.stop === 'delivered') return null
  if (s.nextStep === 'visit')
    return at(stage, 'visit', s.dueAt.getTime() - stage.dice.whole(26, 70, 'visit', p.no) * HOUR)
  if (s.followUp !== null) return call(stage, p, s)
  const { twists } = p
  if (twists.isDisputed && s.disputes === 0 && s.state === 'delivered') return home(stage, 'dispute', s.at, p, s, 12)
  if (twists.isSilent && s.reopenings === 0) {
    return twists.opensPage && s.hasUnreached ? home(stage, 'open-page', s.at, p, s, 40) : null
  }
  if (s.state === 'delivered' && twists.confirmsFirst)
    return home(stage, 'confirm', s.at, p, s, twists.isBrisk ? 9 : 30)
  return home(stage, 'evaluate', s.at, p, s, twists.isBrisk ? 20 : 72)
}

function hear(stage: Stage, p: PlannedOrder, s: SeenOrder): Next {
  return p.twists.opensPage ? home(stage, 'open-page', s.at, p, s, 20) : office(stage, 'reach', s.at, p, s, 60, 700)
}

function afterwards(stage: Stage, p: PlannedOrder, s: SeenOrder): Next | null {
  const isReopened = p.twists.isReopened && s.reopenings === 0 && s.closedAs === 'evaluated' && p.fate === 'served'
  if (isReopened) return home(stage, 'reopen', s.at, p, s, 80)
  return s.followUp === null ? null : call(stage, p, s)
}

function call(stage: Stage, p: PlannedOrder, s: SeenOrder): Next {
  const { attempts, at: since } = s.followUp!
  // One attempt a working day.
  const minutes = attempts * WORKING_DAY_MINUTES + stage.dice.whole(30, 400, 'call', p.no, attempts, s.reopenings)
  return at(stage, 'call', addWorkingMinutes(since, minutes, stage.calendar).getTime())
}

/** Whether it is the plan that the order is left where it stands. */
function stays(p: PlannedOrder, state: PlannedOrder['stop']): boolean {
  return p.fate === 'open' && p.stop === state
}

function leaves(p: PlannedOrder, state: PlannedOrder['stop']): boolean {
  return p.fate === 'cancelled' && (p.stop === state || (state === 'scheduled' && p.stop === 'delivered'))
}

type Plain = Exclude<Act, { offer: SeenOffer }>['kind']

function at(stage: Stage, kind: Plain, when: number): Next {
  return { act: { kind }, at: slotFrom(when, stage.dice) }
}

/** Staff act within working time. */
function office(
  stage: Stage,
  kind: Plain,
  since: Date,
  p: PlannedOrder,
  s: SeenOrder,
  soon: number,
  late: number,
): Next {
  const minutes = stage.dice.whole(soon, late, kind, p.no, s.version)
  return at(stage, kind, addWorkingMinutes(since, minutes, stage.calendar).getTime())
}

const WORKING_DAY_MINUTES = 450

// Residents act when they are awake.
const AWAKE = { from: 7, until: 21.5 } as const

function home(stage: Stage, kind: Plain, since: Date, p: PlannedOrder, s: SeenOrder, hoursMax: number): Next {
  const hours = 0.4 + stage.dice.roll(kind, p.no, s.version) * hoursMax
  const when = since.getTime() + hours * HOUR
  const midnight = Date.parse(`${dateIn(new Date(when))}T00:00:00+08:00`)
  const hour = (when - midnight) / HOUR
  if (hour >= AWAKE.from && hour < AWAKE.until) return at(stage, kind, when)
  const morning = midnight + (hour < AWAKE.from ? 0 : DAY) + AWAKE.from * HOUR
  return at(stage, kind, morning + stage.dice.roll('morning', p.no, s.version) * 3 * HOUR)
}
