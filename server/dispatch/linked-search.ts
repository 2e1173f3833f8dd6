// Where visits hang together (two teams at once or one after the other, soft windows with a price on the greatest lateness) a tour
// cannot be judged alone. Here a plan is a global sequence of tasks with a choice of team-day for each visit; the decoder gives every
// task the earliest times possible in that sequence, and simulated annealing changes sequence and choices.
import { budgetClock, type Annealed, type Budget } from './anneal.ts'
import { decode, type Decoder } from './linked-decoder.ts'
import type { Random } from './random.ts'

const STEPS_PER_LOOK = 512
/** First temperature as a multiple of the mean cost of a visit, and the last as a share of the first. */
const FIRST_TEMPERATURE_VISITS = 1
const LAST_TEMPERATURE_SHARE = 0.002
/** Most moves shift a task by a few places: far shifts rarely keep the windows. */
const NEAR_SHARE = 0.6
const NEAR_PLACES = 6
/** Dropping one order for another takes two changes, each far too dear alone. */
const AGAIN_SHARE = 0.15

/** Searches by the decoder's own state; leaves it decoded at the best sequence met. */
export function searchLinked(decoder: Decoder, budget: Budget, random: Random): Annealed {
  const { sequence, choice } = decoder
  let cost = startSequence(decoder)
  let bestCost = cost
  const bestSequence = Int32Array.from(sequence)
  const bestChoice = Int32Array.from(choice)
  const heldSequence = Int32Array.from(sequence)
  const heldChoice = Int32Array.from(choice)
  const clock = budgetClock(budget)
  let first = Math.max(1e-6, (FIRST_TEMPERATURE_VISITS * decoder.paidCost) / Math.max(1, decoder.servedCount))
  let temperature = first
  let iterations = 0
  let improvements = 0
  for (let share = clock(0); share < 1;) {
    do changeAtRandom(decoder, random)
    while (random.real() < AGAIN_SHARE)
    const now = decode(decoder, cost - temperature * Math.log(random.real() + 1e-300))
    iterations++
    if (now < Infinity) {
      cost = now
      heldSequence.set(sequence)
      heldChoice.set(choice)
      if (now < bestCost - 1e-9) {
        bestCost = now
        improvements++
        bestSequence.set(sequence)
        bestChoice.set(choice)
      }
    } else {
      sequence.set(heldSequence)
      choice.set(heldChoice)
    }
    if (iterations % STEPS_PER_LOOK === 0 || iterations === budget.iterationsMax) {
      share = clock(iterations)
      // The first plan may be far too dear to tell the price of a visit; the best so far is a better guide.
      first = Math.min(first, Math.max(1e-6, (FIRST_TEMPERATURE_VISITS * bestCost) / Math.max(1, decoder.visitTasks)))
      temperature = first * LAST_TEMPERATURE_SHARE ** Math.min(1, share)
      budget.progress?.(Math.min(1, share), bestCost)
      if (budget.cancelled?.()) break
    }
  }
  sequence.set(bestSequence)
  choice.set(bestChoice)
  decode(decoder, Infinity)
  return { iterations, improvements }
}

/** Tasks by the end of their window, each with the choice that costs least at its turn. */
function startSequence(decoder: Decoder): number {
  const { sequence, choice, taskFirst, taskSecond } = decoder
  const closes = Float64Array.from(taskFirst, (order) => decoder.earliestClose(order))
  const tasks = Array.from(sequence).sort((a, b) => closes[a]! - closes[b]! || a - b)
  sequence.set(tasks)
  let cost = decode(decoder, Infinity)
  for (const task of tasks) {
    for (const order of [taskFirst[task]!, taskSecond[task]!]) {
      if (order < 0) continue
      let kept = choice[order]!
      for (let option = decoder.optionFrom[order]!; option < decoder.optionFrom[order + 1]!; option++) {
        choice[order] = option
        const now = decode(decoder, cost)
        if (now < cost) {
          cost = now
          kept = option
        }
      }
      choice[order] = kept
    }
  }
  return decode(decoder, Infinity)
}

function changeAtRandom(decoder: Decoder, random: Random): void {
  const { sequence } = decoder
  const count = sequence.length
  const at = random.below(count)
  const kind = random.below(10)
  if (kind < 3) {
    chooseAgain(decoder, sequence[at]!, random)
  } else if (kind < 8) {
    shift(sequence, at, placeFor(at, count, random))
    if (kind < 5) return
    chooseAgain(decoder, decoder.sequence[at]!, random)
  } else {
    const other = placeFor(at, count, random)
    const held = sequence[at]!
    sequence[at] = sequence[other]!
    sequence[other] = held
    if (kind === 9) swapChoices(decoder, sequence[at], sequence[other])
  }
}

function placeFor(at: number, count: number, random: Random): number {
  if (random.real() >= NEAR_SHARE) return random.below(count)
  const place = at - NEAR_PLACES + random.below(2 * NEAR_PLACES + 1)
  return Math.max(0, Math.min(count - 1, place))
}

function shift(sequence: Int32Array, from: number, to: number): void {
  const task = sequence[from]!
  if (from < to) sequence.copyWithin(from, from + 1, to + 1)
  else sequence.copyWithin(to + 1, to, from)
  sequence[to] = task
}

function chooseAgain(decoder: Decoder, task: number, random: Random): void {
  const second = decoder.taskSecond[task]!
  const order = second >= 0 && random.below(2) === 1 ? second : decoder.taskFirst[task]!
  const from = decoder.optionFrom[order]!
  const options = decoder.optionFrom[order + 1]! - from
  if (options > 0) decoder.choice[order] = from + random.below(options)
  // A pair is served whole or not at all, so both halves are tried anew now and then.
  if (second >= 0 && random.below(3) === 0) {
    const other = order === second ? decoder.taskFirst[task]! : second
    const start = decoder.optionFrom[other]!
    const count = decoder.optionFrom[other + 1]! - start
    if (count > 0) decoder.choice[other] = start + random.below(count)
  }
}

/** Gives each of two single tasks the other's team-day, where it may have it. */
function swapChoices(decoder: Decoder, a: number, b: number): void {
  const first = decoder.taskFirst[a]!
  const second = decoder.taskFirst[b]!
  const forFirst = optionOnTour(decoder, first, decoder.optionTour[decoder.choice[second]!] ?? -1)
  const forSecond = optionOnTour(decoder, second, decoder.optionTour[decoder.choice[first]!] ?? -1)
  if (forFirst < 0 || forSecond < 0) return
  decoder.choice[first] = forFirst
  decoder.choice[second] = forSecond
}

function optionOnTour(decoder: Decoder, order: number, tour: number): number {
  for (let option = decoder.optionFrom[order]!; option < decoder.optionFrom[order + 1]!; option++)
    if (decoder.optionTour[option] === tour) return option
  return -1
}
