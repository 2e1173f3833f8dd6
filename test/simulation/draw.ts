/**
 * What happens next in a simulated district, drawn from the seed and from what stands there: mostly what takes an order onward,
 * sometimes what people do beside it, sometimes nonsense, repetitions, late reports of the gateway, and trouble.
 */
import type { Random } from '../chaos/random.ts'
import { type ActName, AREA, WALKERS } from './acts.ts'
import { FREE_VOLUNTEERS, RESIDENTS, STAFF, TEAMS, TEAM_PEOPLE } from './cast.ts'
import type { DbFault } from './faults.ts'
import type { Act, Deed, JobTrouble, OrderRef } from './step.ts'
import type { OrderNow } from './survey.ts'

/** What the draw can see. */
export interface Sight {
  readonly random: Random
  /** Every order by the step that placed it, as it stands now. */
  readonly orders: readonly (readonly [OrderRef, OrderNow])[]
  /** Steps that sent something, oldest first. */
  readonly sent: readonly number[]
  readonly daysLeft: number
}

const DRAWS = 2 ** 24
const LIVE_ORDERS_MAX = 26
const STATEMENTS_MAX = 24
const KEEPERS = ['keeper', 'sibling-keeper', 'far-keeper'] as const
const DISPATCHERS = ['dispatcher', 'dispatcher', 'second-dispatcher', 'institute', 'far-institute', ...KEEPERS]
const JOBS = ['orders.close', 'notifications.deliver', 'notifications.reached'] as const
const TROUBLES: readonly JobTrouble[] = ['throws', 'dies-after-commit', 'runs-twice']
const LEADERS = new Map(TEAMS.map((team) => [team.name, team.people]))
const nameOf = (key: string) => TEAMS.find((team) => team.key === key)?.name ?? key
const AGENCIES: Readonly<Record<string, string>> = { 'health-commission': 'health', 'science-association': 'science' }
const EVERYBODY = [...STAFF.map(({ key }) => key), ...RESIDENTS, ...TEAM_PEOPLE, ...FREE_VOLUNTEERS]

const chance = (random: Random, percent: number) => random.below(100) < percent

/** Who acts for the side that an act belongs to. */
type Side = 'requester' | 'staff' | 'asked' | 'provider' | 'caller' | 'placer'

const SIDES: Readonly<Partial<Record<ActName, Side>>> = {
  'take-in': 'staff',
  'answer-out': 'staff',
  merge: 'staff',
  defer: 'staff',
  'pass-up': 'staff',
  offer: 'staff',
  'open-pool': 'staff',
  withdraw: 'staff',
  agreement: 'staff',
  reassign: 'staff',
  reached: 'staff',
  reveal: 'staff',
  accept: 'asked',
  decline: 'asked',
  claim: 'asked',
  schedule: 'provider',
  return: 'provider',
  pause: 'provider',
  resume: 'provider',
  start: 'provider',
  'check-in': 'provider',
  'check-out': 'provider',
  deliver: 'provider',
  cancel: 'requester',
  remind: 'requester',
  confirm: 'requester',
  dispute: 'requester',
  evaluate: 'requester',
  reopen: 'requester',
  look: 'requester',
  track: 'placer',
  'follow-up': 'caller',
}
const ACTS = Object.keys(SIDES) as ActName[]

/** What takes an order onward from where it stands; what stands more often is likelier. */
const ONWARD: Readonly<Record<string, readonly ActName[]>> = {
  submitted: [...Array.from({ length: 8 }, () => 'take-in' as const), 'defer', 'answer-out', 'pass-up'],
  dispatching: ['offer', 'offer', 'offer', 'open-pool', 'agreement'],
  offered: ['accept', 'accept', 'accept', 'accept', 'claim', 'decline'],
  accepted: ['schedule', 'schedule', 'schedule', 'schedule', 'schedule', 'schedule', 'pause', 'return'],
  scheduled: ['check-in', 'check-in', 'check-in', 'start', 'start', 'start', 'start', 'reassign'],
  in_service: ['deliver', 'deliver', 'check-out', 'check-in', 'check-in', 'check-in'],
  delivered: ['confirm', 'confirm', 'evaluate', 'evaluate', 'look', 'follow-up', 'dispute'],
  confirmed: ['evaluate', 'evaluate', 'evaluate', 'follow-up', 'reopen'],
  evaluated: ['look', 'reopen'],
  answering: ['look', 'reached', 'reached', 'reopen'],
  deferred: ['look', 'answer-out', 'cancel'],
  closed: ['reopen', 'look', 'follow-up'],
}
const ASIDE: readonly ActName[] = [
  'cancel',
  'remind',
  'pass-up',
  'withdraw',
  'resume',
  'pause',
  'reveal',
  'track',
  'merge',
  'look',
  'return',
  'open-pool',
  'offer',
  'defer',
  'check-in',
  'remind',
]

/** The next deed; the actor, the order and every detail are drawn with it. */
export function drawDeed(sight: Sight): Deed {
  const { random, orders, sent, daysLeft } = sight
  const live = orders.filter(([, order]) => order.state !== 'closed')
  const weight = random.below(100)
  const room = live.length < LIVE_ORDERS_MAX && daysLeft > 0
  if (orders.length === 0 || (room && weight < (live.length < 8 ? 35 : 12))) return drawPlacing(random)
  if (weight < 72) return drawOnward(sight, live)
  if (weight < 82) return drawAside(sight)
  if (weight < 86) return drawNonsense(sight)
  if (weight < 90 && sent.length > 0) {
    return { kind: 'repeat', of: random.pick(sent.slice(-40)), body: chance(random, 75) ? 'same' : 'other' }
  }
  if (weight < 94) {
    const [order] = random.pick(orders)
    return { kind: 'receipt', order, nth: random.below(4), report: chance(random, 80) ? 'delivered' : 'failed' }
  }
  return weight < 97 ? drawTrouble(random) : drawElsewhere(random)
}

function act(random: Random, name: ActName, by: string, more: Partial<Act> = {}): Act {
  const extra = random.below(100)
  const fault: DbFault | undefined =
    extra < 4
      ? { at: 'statement', n: 1 + random.below(STATEMENTS_MAX) }
      : extra < 6
        ? { at: 'after-commit' }
        : undefined
  return {
    kind: 'act',
    act: name,
    by,
    ...more,
    draw: random.below(DRAWS),
    ...(fault !== undefined && { fault }),
    ...(extra >= 96 && { twice: true as const }),
  }
}

function drawPlacing(random: Random): Act {
  const way = random.below(10)
  if (way < 6) return act(random, 'place', random.pick(WALKERS))
  if (way < 9) return act(random, 'place-assisted', random.pick([...KEEPERS, 'agent', 'agent', 'dispatcher']))
  return act(random, 'place-batch', random.pick(KEEPERS))
}

function drawOnward(sight: Sight, live: Sight['orders']): Act {
  const { random, orders } = sight
  const among = chance(random, 92) && live.length > 0 ? live : orders
  // Rather what is on its way than what just began, or few orders would see their end.
  const [ref, order] = [random.pick(among), random.pick(among)].sort((a, b) => stageOf(b[1]) - stageOf(a[1]))[
    chance(random, 65) ? 0 : 1
  ]!
  const names = order.openFollowUp !== null && chance(random, 60) ? (['follow-up'] as const) : ONWARD[order.state]!
  const gated = order.state === 'dispatching' && (order.needsAgreement || order.needsInsurance) && chance(random, 70)
  const pooled = order.state === 'offered' && order.poolIsOpen && order.asked.length === 0
  const name = gated
    ? 'agreement'
    : pooled
      ? 'claim'
      : order.isPaused && chance(random, 40)
        ? 'resume'
        : random.pick(names)
  return act(random, name, actorFor(random, SIDES[name]!, order), { order: ref })
}

const STAGES = Object.keys(ONWARD)
const stageOf = ({ state }: OrderNow) => (state === 'closed' ? -1 : STAGES.indexOf(state))

function drawAside({ random, orders }: Sight): Act {
  const [ref, order] = random.pick(orders)
  const name = random.pick(ASIDE)
  const other = name === 'merge' ? { other: random.pick(orders)[0] } : {}
  return act(random, name, actorFor(random, SIDES[name]!, order), { order: ref, ...other })
}

function drawNonsense({ random, orders }: Sight): Act {
  const [ref] = random.pick(orders)
  return act(random, random.pick(ACTS), random.pick([...EVERYBODY, 'link', 'public']), { order: ref })
}

function drawTrouble(random: Random): Deed {
  const which = random.below(10)
  if (which < 6) {
    const times = chance(random, 15) ? 7 : 1 + random.below(2)
    return { kind: 'trouble', job: random.pick(JOBS), how: random.pick(TROUBLES), times }
  }
  if (which < 8) return { kind: 'sweep-trouble', statement: 1 + random.below(30) }
  return { kind: 'outage', of: random.pick(['worker', 'gateway']), minutes: 30 * (1 + random.below(24)) }
}

function drawElsewhere(random: Random): Act {
  const which = random.below(10)
  if (which < 3) return act(random, 'fund', 'officer')
  if (which < 5) return act(random, 'join', random.pick(FREE_VOLUNTEERS))
  if (which < 6) return act(random, 'leave', random.pick([...FREE_VOLUNTEERS, '程随行']))
  if (which < 7) return act(random, 'volunteer', random.pick(WALKERS))
  if (which < 8) return act(random, 'rename', random.pick(WALKERS))
  if (which < 9) return act(random, 'fund', random.pick(EVERYBODY))
  return act(random, 'wrong-code', 'public')
}

function actorFor(random: Random, side: Side, order: OrderNow): string {
  switch (side) {
    case 'requester': {
      const own = order.channel === 'web' && order.placedBy !== null ? order.placedBy : 'link'
      return chance(random, 65) ? own : 'link'
    }
    case 'placer':
      return 'public'
    case 'staff':
      return chance(random, 75) ? 'dispatcher' : random.pick(DISPATCHERS)
    case 'caller':
      return random.pick(['caller', 'second-caller'])
    case 'asked': {
      const asked = order.asked.length > 0 ? random.pick(order.asked) : nameOf(random.pick(AREA[order.category]!))
      return speakerOf(random, asked)
    }
    case 'provider':
    default:
      return order.provider === null ? random.pick(TEAM_PEOPLE) : speakerOf(random, order.provider)
  }
}

/** Whoever speaks for a provider; now and then a member, who may not. */
function speakerOf(random: Random, provider: string): string {
  const people = LEADERS.get(provider)
  if (people === undefined) return AGENCIES[provider] ?? 'health'
  return chance(random, 80) ? people[0]! : random.pick(people)
}

const DAY_MINUTES = 1440

/** Minutes after midnight at which something happens on a day, in order: most of it in the hours of the office. */
export function drawDay(random: Random, stepsMean: number): number[] {
  const count = Math.max(1, Math.round((stepsMean * (60 + random.below(81))) / 100))
  const times = Array.from({ length: count }, () => {
    const when = random.below(10)
    if (when < 7) return 540 + random.below(540)
    return when < 9 ? 420 + random.below(840) : random.below(DAY_MINUTES)
  })
  return times.sort((a, b) => a - b)
}
