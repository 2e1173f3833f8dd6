import { expect, test } from 'vitest'
import { sql } from '#platform/db.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { ACTS, type Act, actsOf, inState, isParty, type Party } from './acts.ts'
import { closedGates, mayMove, ORDER_MOVES, ORDER_STATES, type OrderMove, type OrderState, roundOf } from './order.ts'
import { providerOf } from './order.ts'
import { wilson } from './three-rates.ts'

const database = useDatabase()

const MOVES = Object.entries(ORDER_MOVES).flatMap(([move, targets]) =>
  Object.entries(targets).flatMap(([from, list]) => (list as readonly OrderState[]).map((to) => ({ move, from, to }))),
) as { move: OrderMove; from: OrderState; to: OrderState }[]

test('the moves in code are the moves in the database', async () => {
  const rows = await database.work(({ tx }) =>
    tx.rows<{ move: string; from: string; to: string }>(
      sql`select move, from_state as "from", to_state as "to" from order_move`,
    ),
  )
  const inOrder = (list: readonly { move: string; from: string; to: string }[]) =>
    list.map(({ move, from, to }) => `${move}: ${from} → ${to}`).sort()
  expect(inOrder(rows)).toEqual(inOrder(MOVES))
})

function reach(start: readonly OrderState[], step: (state: OrderState) => OrderState[]): Set<OrderState> {
  const seen = new Set(start)
  for (const state of seen) for (const next of step(state)) seen.add(next)
  return seen
}

test('every state is reached from placing, and each leads to closed', () => {
  const forward = reach(['submitted'], (state) => MOVES.filter((one) => one.from === state).map((one) => one.to))
  expect(forward).toEqual(new Set(ORDER_STATES))
  const backward = reach(['closed'], (state) => MOVES.filter((one) => one.to === state).map((one) => one.from))
  expect(backward).toEqual(new Set(ORDER_STATES))
})

test('a closed order only reopens, and only a reopening leaves closed', () => {
  expect(MOVES.filter((one) => one.from === 'closed').map((one) => one.move)).toEqual(['reopen'])
  expect(mayMove('reopen', 'closed', 'submitted')).toBe(true)
  expect(mayMove('close', 'submitted', 'closed')).toBe(false)
  expect(mayMove('close', 'deferred', 'closed')).toBe(false)
})

// The move that each act makes, where it makes one; an act may begin wherever its move may, and nowhere else.
const MOVE_OF = {
  'take-in': 'dispatch',
  'answer-out': 'answer',
  merge: 'answer',
  defer: 'defer',
  'pass-up': 'escalate',
  cancel: 'answer',
  offer: 'offer',
  'open-pool': 'open-pool',
  'withdraw-offer': 'fall-back',
  'accept-offer': 'accept',
  claim: 'accept',
  schedule: 'schedule',
  return: 'return',
  reassign: 'reassign',
  start: 'start',
  deliver: 'deliver',
  confirm: 'confirm',
  dispute: 'dispute',
  evaluate: 'evaluate',
  reopen: 'reopen',
} as const satisfies Partial<Record<Act, OrderMove>>

test.each(Object.entries(MOVE_OF) as [Act, OrderMove][])(
  'the act %s begins only where the move %s may',
  (act, move) => {
    for (const state of ACTS[act].states) expect(Object.keys(ORDER_MOVES[move]), `${act} in ${state}`).toContain(state)
  },
)

test('every state but closed offers an act to somebody, and whoever only reads gets none', () => {
  const everybody = new Set<Party>([
    'requester',
    'placer',
    'triager',
    'dispatcher',
    'provider',
    'member',
    'offeree',
    'claimant',
  ])
  for (const state of ORDER_STATES) {
    expect(actsOf(state, new Set(['reader']))).toEqual([])
    expect(actsOf(state, everybody).length, state).toBeGreaterThan(0)
  }
  expect(actsOf('closed', everybody)).toEqual(['reopen'])
})

test('an order can be cancelled until its service begins, a deferred one too', () => {
  const cancellable = ORDER_STATES.filter((state) => inState('cancel', state))
  expect(cancellable).toEqual(['submitted', 'dispatching', 'offered', 'accepted', 'scheduled', 'deferred'])
})

test('a requester judges, a proxy does not; a provider does not dispatch', () => {
  expect(isParty('evaluate', new Set(['requester']))).toBe(true)
  expect(isParty('evaluate', new Set(['placer']))).toBe(false)
  expect(isParty('offer', new Set(['provider', 'offeree', 'member']))).toBe(false)
  expect(isParty('claim', new Set(['offeree'])), 'what was offered is accepted, not claimed').toBe(false)
  expect(isParty('accept-offer', new Set(['claimant']))).toBe(false)
})

const ungated = { agreementTriggers: [], risks: [], agreementAt: null, insuranceConfirmedAt: null }
const then = new globalThis.Date(0)

test.each([
  [{}, []],
  [{ agreementTriggers: ['over-a-month'] }, ['agreement']],
  [{ agreementTriggers: ['over-a-month'], agreementAt: then }, []],
  [{ agreementTriggers: ['high-risk'] }, ['agreement', 'insurance']],
  [{ agreementTriggers: ['high-risk'], agreementAt: then }, ['insurance']],
  [{ agreementTriggers: ['high-risk'], agreementAt: then, insuranceConfirmedAt: then }, []],
  [{ risks: ['heights'] }, ['insurance']],
  [{ risks: ['heights'], insuranceConfirmedAt: then }, []],
])('the gates of %j are %j', (facts, gates) => {
  expect(closedGates({ ...ungated, ...facts })).toEqual(gates)
})

test('the provider is the team or the agency that has it; a reopening begins a new round', () => {
  expect(providerOf({ providerUnitId: null, providerTeamId: null })).toBeNull()
  expect(providerOf({ providerUnitId: 'u', providerTeamId: null })).toEqual({ kind: 'agency', id: 'u' })
  expect(providerOf({ providerUnitId: null, providerTeamId: 't' })).toEqual({ kind: 'team', id: 't' })
  expect([roundOf({ reopenings: 0 }), roundOf({ reopenings: 1 })]).toEqual([1, 2])
})

test.each([
  [0, 0, null, null, null],
  // Values of Wilson's formula as published tables give them.
  [0, 10, 0, 0, 0.2775],
  [10, 10, 1, 0.7225, 1],
  [5, 10, 0.5, 0.2366, 0.7634],
  [81, 263, 0.308, 0.2553, 0.3662],
])('%i of %i lies within its interval', (numerator, denominator, value, low, high) => {
  const found = wilson(numerator, denominator)
  const near = (number: number | null) => (number === null ? null : Number(number.toFixed(4)))
  expect(near(found.value)?.toFixed(3)).toBe(value === null ? undefined : value.toFixed(3))
  expect([near(found.low), near(found.high)]).toEqual([low, high])
})
