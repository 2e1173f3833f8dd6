// Rounds of pricing shared among threads. Who plans asks by a port and waits by a shared flag, so that the planner's own code need not
// wait for promises; a helper that falls away leaves its share to the planner, and the plan is the same.
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import {
  priceHere,
  pricingScratch,
  sharesOf,
  type Master,
  type PriceGroups,
  type PricingRound,
} from '../dispatch/index.ts'

/** One helper as both sides see it: the port of this side, and what they share. */
export interface PricingLine {
  readonly port: MessagePort
  /** How often was asked and answered, and whether the helper is gone. */
  readonly flags: Int32Array
}

const ASKED = 0
const ANSWERED = 1
const GONE = 2
const FLAGS = 3
const OVER = -1
/** So often a waiting planner looks whether its helper still lives. */
const LOOK_MILLISECONDS = 500

type Answer = ReturnType<typeof priceHere>

export const pricingFlags = (): Int32Array =>
  new Int32Array(new SharedArrayBuffer(FLAGS * Int32Array.BYTES_PER_ELEMENT))

/** Marks a helper as gone: its planner goes on alone. */
export function markGone(flags: Int32Array): void {
  Atomics.store(flags, GONE, 1)
  Atomics.notify(flags, ANSWERED)
}

/** Ends a helper's loop. */
export function dismiss(flags: Int32Array): void {
  Atomics.store(flags, ASKED, OVER)
  Atomics.notify(flags, ASKED)
}

/** Prices a planner's rounds with helpers; share 0 is the planner's own. */
export function priceWith(lines: readonly PricingLine[]): (master: Master) => PriceGroups {
  return (master) => {
    const scratch = pricingScratch()
    const shares = sharesOf(master, lines.length + 1)
    return (round) => {
      const asked = lines.map((line) => ask(line, round))
      const answer = priceHere(master, scratch, round, (group) => shares[group] === 0)
      lines.forEach((line, i) => {
        const theirs = asked[i] ? awaited(line) : undefined
        const isTheirs = (group: number): boolean => shares[group] === i + 1
        const priced = theirs ?? priceHere(master, scratch, round, isTheirs)
        priced.forEach((one, group) => {
          if (one) answer[group] = one
        })
      })
      return answer
    }
  }
}

function ask({ port, flags }: PricingLine, round: PricingRound): boolean {
  if (Atomics.load(flags, GONE) === 1) return false
  // A port between threads; the rule means windows.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  port.postMessage({ ...round, limits: round.limits.slice() })
  Atomics.add(flags, ASKED, 1)
  Atomics.notify(flags, ASKED)
  return true
}

function awaited({ port, flags }: PricingLine): Answer | undefined {
  const wanted = Atomics.load(flags, ASKED)
  while (Atomics.load(flags, ANSWERED) !== wanted) {
    if (Atomics.load(flags, GONE) === 1) return undefined
    Atomics.wait(flags, ANSWERED, wanted - 1, LOOK_MILLISECONDS)
  }
  const answer: { message: Answer } | undefined = receiveMessageOnPort(port)
  return answer?.message
}

/** A helper's life: waits for rounds and prices its share of the classes, until it is dismissed. */
export function helpPricing({ port, flags }: PricingLine, master: Master, share: number, threads: number): void {
  const scratch = pricingScratch()
  const shares = sharesOf(master, threads)
  let seen = 0
  for (;;) {
    Atomics.wait(flags, ASKED, seen)
    const asked = Atomics.load(flags, ASKED)
    if (asked === OVER) return
    if (asked === seen) continue
    seen = asked
    const { message }: { message: PricingRound } = receiveMessageOnPort(port)!
    const answer = priceHere(master, scratch, message, (group) => shares[group] === share)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    port.postMessage(answer)
    Atomics.store(flags, ANSWERED, seen)
    Atomics.notify(flags, ANSWERED)
  }
}
