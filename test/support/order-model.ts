// An order's life as a plain object, written from design.md section 5 and without the code's help: what each command answers
// and what it makes of the orders. Times alone are taken over from the database, which has the calendar.
import { ACTS, type Act, type Party } from '../../server/modules/orders/acts.ts'
import type { NextStep, OrderState, Outcome } from '../../server/modules/orders/order.ts'

export type Who = 'greens' | 'olive' | 'health'
export type Level = 'station' | 'institute' | 'centre'
export const TEAMS: readonly Who[] = ['greens', 'olive']

export interface ModelOffer {
  id: string
  who: Who
  state: 'open' | 'accepted' | 'declined' | 'expired' | 'withdrawn'
  round: number
  deadlineAt: number
}

export interface ModelAnswer {
  kind: 'result' | 'outcome' | 'deferral'
  reached: boolean
  messageId: string
}

export interface ModelFollowUp {
  id: string
  kind: 'silent' | 'sample'
  state: 'open' | 'done' | 'exhausted'
  attempts: number
  /** Which delivery it is about, counted from 1. */
  delivery: number
}

export interface ModelOrder {
  id: string
  number: string
  state: OrderState
  outcome: Outcome | null
  lies: Level
  nextStep: NextStep
  level: number
  withLeader: boolean
  returns: number
  reopenings: number
  provider: Who | null
  offers: ModelOffer[]
  pool: boolean
  /** Was it ever open to claims? */
  hadPool: boolean
  paused: boolean
  answers: ModelAnswer[]
  followUps: ModelFollowUp[]
  quota: string | null
  attending: boolean
  // Not compared:
  hasOffering: boolean
  insured: boolean
  risky: boolean
  deliveries: number
  dueAt: number
  poolUntil: number
  pauseUntil: number
  pauseLeft: number
}

export interface Model {
  orders: ModelOrder[]
  now: number
  /** Orders whose closing was asked for and not run yet. */
  jobs: string[]
}

export type Answered = string
const DONE = 'done'

const UP: Record<Level, Level | null> = { station: 'institute', institute: 'centre', centre: null }
const LIFE: Record<OrderState, NextStep> = {
  submitted: 'triage',
  dispatching: 'dispatch',
  offered: 'await-offer',
  accepted: 'contact-requester',
  scheduled: 'serve',
  in_service: 'finish-service',
  delivered: 'confirm',
  confirmed: 'evaluate',
  evaluated: 'close',
  answering: 'reach-requester',
  deferred: 'review',
  closed: 'none',
}

export function freshOrder(id: string, number: string, quota: string | null): ModelOrder {
  return {
    id,
    number,
    state: 'submitted',
    outcome: null,
    lies: 'station',
    nextStep: 'triage',
    level: 0,
    withLeader: false,
    returns: 0,
    reopenings: 0,
    provider: null,
    offers: [],
    pool: false,
    hadPool: false,
    paused: false,
    answers: [],
    followUps: [],
    quota,
    attending: false,
    hasOffering: quota !== null,
    insured: false,
    risky: false,
    deliveries: 0,
    dueAt: Infinity,
    poolUntil: Infinity,
    pauseUntil: Infinity,
    pauseLeft: 0,
  }
}

/** What somebody meets before the act itself is looked at. */
export function gate(o: ModelOrder, act: Act, parties: readonly Party[]): Answered | null {
  if (parties.length === 0) return 'platform.not-found'
  const { by, states } = ACTS[act] as { by: readonly Party[]; states: readonly OrderState[] }
  if (!parties.some((party) => by.includes(party))) return 'platform.forbidden'
  return states.includes(o.state) ? null : 'orders.wrong-state'
}

export const DISPATCHER: readonly Party[] = ['reader', 'triager', 'dispatcher']
export const REQUESTER: readonly Party[] = ['requester']

/** What somebody who speaks for a provider is to an order. */
export function partiesOf(o: ModelOrder, who: Who): Party[] {
  const parties: Party[] = []
  if (o.provider === who) parties.push('provider')
  if (o.offers.some((offer) => offer.who === who && offer.state === 'open')) parties.push('offeree')
  if (o.pool) parties.push('claimant')
  return parties
}

/** A step with a new due time: nobody above has it any more. */
export function step(o: ModelOrder, state: OrderState, nextStep: NextStep = LIFE[state]): void {
  o.state = state
  o.nextStep = nextStep
  o.withLeader = false
}

export function withdrawAll(o: ModelOrder, which: readonly ModelOffer['state'][]): void {
  for (const offer of o.offers) if (which.includes(offer.state)) offer.state = 'withdrawn'
}

export function reachAll(o: ModelOrder): void {
  for (const answer of o.answers) answer.reached = true
}

export function closing(o: ModelOrder): boolean {
  return o.answers.findLast((answer) => answer.kind !== 'deferral')?.reached === true
}

export function answer(o: ModelOrder, kind: ModelAnswer['kind']): void {
  o.answers.push({ kind, reached: false, messageId: '' })
}

export function close(o: ModelOrder): void {
  o.state = 'closed'
  o.nextStep = 'none'
  o.withLeader = false
}

/** The order leaves the way to its service: whatever it asked, held or waited for is given back. */
export function release(o: ModelOrder): void {
  withdrawAll(o, ['open', 'accepted'])
  o.pool = false
  o.quota = null
  o.paused = false
}

export function end(o: ModelOrder, outcome: Outcome): void {
  release(o)
  answer(o, 'outcome')
  o.outcome = outcome
  o.provider = null
  step(o, 'answering')
}

export function take(o: ModelOrder, who: Who, offer: ModelOffer): void {
  withdrawAll(o, ['open'])
  offer.state = 'accepted'
  o.pool = false
  o.provider = who
  step(o, 'accepted')
}

export function giveBack(o: ModelOrder, to: 'dispatching' | 'submitted' = 'dispatching'): void {
  withdrawAll(o, ['open', 'accepted'])
  o.provider = null
  o.paused = false
  step(o, to)
}

/** After an answer reached: what only waited for that closes. */
export function afterReached(o: ModelOrder, how: 'page' | 'other'): void {
  if (!closing(o)) return
  if (o.state === 'answering') close(o)
  else if (o.nextStep !== 'visit') return
  else if (how === 'other') close(o)
  else step(o, o.state, 'evaluate')
}

export function openFollowUp(o: ModelOrder): ModelFollowUp | undefined {
  return o.followUps.find((one) => one.state === 'open')
}

export function endFollowUps(o: ModelOrder): void {
  for (const one of o.followUps) if (one.state === 'open') one.state = 'done'
}

export function makeOffers(o: ModelOrder, list: readonly Who[], round: number): void {
  for (const who of list) o.offers.push({ id: '', who, state: 'open', round, deadlineAt: Infinity })
  step(o, 'offered')
}

export function fallBackIfUnasked(o: ModelOrder): void {
  if (o.pool || o.offers.some((offer) => offer.state === 'open')) return
  step(o, 'dispatching')
}

export function startPool(o: ModelOrder): void {
  o.pool = true
  o.hadPool = true
  o.poolUntil = Infinity
  step(o, 'offered')
}

/** A team that declined this order is not asked again; who is asked already is not either. */
export function mayAsk(o: ModelOrder, who: Who): boolean {
  return !o.offers.some(
    (one) => one.who === who && (one.state === 'open' || (one.state === 'declined' && who !== 'health')),
  )
}

function escalate(o: ModelOrder, isAgencys = o.provider === 'health'): void {
  o.level += 1
  const above = isAgencys && o.lies !== 'centre' ? 'centre' : UP[o.lies]
  o.withLeader = above === null
  if (above !== null) o.lies = above
  if (above !== null) o.dueAt = Infinity
}

/** Everything that is due at `now` happens, in the order in which it fell due. */
export function sweep(o: ModelOrder, now: number, isWorkingTime: boolean): void {
  // New due times lie after now, except the end of a pause that had no time left.
  for (;;) {
    const expired = o.offers.filter((offer) => offer.state === 'open' && offer.deadlineAt <= now)
    const due: [number, () => void][] = expired.map((offer) => [offer.deadlineAt, () => expire(o, offer)])
    if (o.pool && o.poolUntil <= now) due.push([o.poolUntil, () => expirePool(o)])
    if (o.paused && o.pauseUntil <= now) due.push([o.pauseUntil, () => endPause(o, now, isWorkingTime)])
    const isAsking = o.pool || o.offers.some((offer) => offer.state === 'open')
    if (o.state !== 'closed' && !o.withLeader && !o.paused && !isAsking && o.dueAt <= now)
      due.push([o.dueAt, () => overdue(o)])
    const [first] = due.sort((a, b) => a[0] - b[0])
    if (first === undefined) return
    first[1]()
  }
}

function expire(o: ModelOrder, offer: ModelOffer): void {
  offer.state = 'expired'
  if (o.pool || o.offers.some((one) => one.state === 'open')) return
  if (offer.who === 'health') {
    step(o, 'dispatching')
    o.dueAt = Infinity
    escalate(o, true)
    return
  }
  const tried = new Set(o.offers.map((one) => one.who))
  const others = TEAMS.filter((team) => !tried.has(team) && mayAsk(o, team))
  if (offer.round < 2 && others.length > 0) makeOffers(o, others, offer.round + 1)
  else startPool(o)
  o.dueAt = Infinity
}

function expirePool(o: ModelOrder): void {
  o.pool = false
  if (o.offers.some((offer) => offer.state === 'open')) return
  step(o, 'dispatching')
  o.dueAt = Infinity
  escalate(o)
}

function endPause(o: ModelOrder, now: number, isWorkingTime: boolean): void {
  o.paused = false
  o.withLeader = false
  o.dueAt = o.pauseLeft === 0 && isWorkingTime ? now : Infinity
}

function overdue(o: ModelOrder): void {
  o.dueAt = Infinity
  if (o.state === 'deferred') return step(o, 'submitted')
  if (o.state === 'evaluated' && closing(o)) return close(o)
  if (o.state !== 'delivered' && o.state !== 'confirmed') return escalate(o)
  if (o.nextStep === 'visit' || openFollowUp(o) !== undefined) return escalate(o)
  const inVain = o.followUps.some(
    (one) => one.kind === 'silent' && one.state === 'exhausted' && one.delivery === o.deliveries,
  )
  if (inVain) return closing(o) ? close(o) : escalate(o)
  o.followUps.push({ id: '', kind: 'silent', state: 'open', attempts: 0, delivery: o.deliveries })
  o.lies = 'centre'
  step(o, o.state, 'call-requester')
}

export function attempt(model: Model, o: ModelOrder, followUp: ModelFollowUp, spoke: boolean): Answered {
  if (followUp.state !== 'open') return 'orders.follow-up-done'
  followUp.attempts += 1
  if (spoke) {
    followUp.state = 'done'
    reachAll(o)
  } else if (followUp.attempts === 3) followUp.state = 'exhausted'
  if (followUp.kind === 'sample' || (!spoke && followUp.attempts < 3)) return DONE
  if (spoke) {
    step(o, 'evaluated')
    model.jobs.push(o.id)
  } else if (closing(o)) close(o)
  else {
    o.lies = 'station'
    step(o, o.state, 'visit')
  }
  return DONE
}

/** What the database must show of an order; times and ids are not in it. */
export function visible(o: ModelOrder) {
  return {
    state: o.state,
    outcome: o.outcome,
    lies: o.lies,
    nextStep: o.nextStep,
    level: o.level,
    withLeader: o.withLeader,
    returns: o.returns,
    reopenings: o.reopenings,
    provider: o.provider,
    offers: o.offers.map((offer) => `${offer.who} ${offer.state} ${offer.round}`),
    pool: o.pool,
    hadPool: o.hadPool,
    paused: o.paused,
    answers: o.answers.map((one) => `${one.kind} ${one.reached}`),
    // The blind sample is drawn by the id, which the model leaves to the database.
    followUps: o.followUps.filter((one) => one.kind === 'silent').map((one) => `${one.state} ${one.attempts}`),
    quota: o.quota,
    attending: o.attending,
  }
}
