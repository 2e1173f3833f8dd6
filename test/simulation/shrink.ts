/**
 * The shortest history that still breaks the same promise: first only the steps about the order at fault, then delta debugging
 * over what is left, then the troubles that a step carries. Bounded in time; what it has when the time is over is the answer.
 */
import { type Failure, type Lived, liveSteps, openDistrictOf, type Plan } from './live.ts'
import type { Step } from './step.ts'

export interface Shrunk {
  readonly steps: readonly Step[]
  readonly lived: Lived
  readonly tries: number
}

/** @param promise the promise at stake; the first that was found broken when left out */
export async function shrink(
  plan: Plan,
  found: Lived,
  secondsMax: number,
  promise: string = found.failure!.broken[0]!.promise,
): Promise<Shrunk> {
  const until = found.failure!.at
  const deadline = performance.now() + secondsMax * 1000
  const district = await openDistrictOf(plan, { canRewind: true })
  let tries = 0
  let best = { steps: found.steps, lived: found }
  const fails = async (steps: readonly Step[]): Promise<boolean> => {
    if (performance.now() > deadline) return false
    tries += 1
    const lived = await liveSteps(district, plan, steps, until)
    if (!breaks(lived.failure, promise)) return false
    best = { steps: lived.steps, lived }
    return true
  }
  try {
    await about(found, fails)
    await reduce(
      () => best.steps,
      fails,
      () => performance.now() > deadline,
    )
    for (const step of best.steps) {
      const plain = plainOf(step)
      if (plain !== step) await fails(best.steps.map((one) => (one.n === step.n ? plain : one)))
    }
  } finally {
    await district.close()
  }
  return { ...best, tries }
}

function breaks(failure: Failure | null, promise: string): boolean {
  return failure !== null && failure.broken.some((one) => one.promise === promise)
}

/**
 * Tries the steps about the order at fault that had an effect, then all about that order; when no order by itself is at fault,
 * each of those that were touched last; then all with an effect. What was refused or skipped changed nothing.
 */
async function about(found: Lived, fails: (steps: readonly Step[]) => Promise<boolean>): Promise<void> {
  const { steps, effective } = found
  const last = steps.at(-1)
  const repeated = last?.deed.kind === 'repeat' ? last.deed.of : undefined
  const concerns = (step: Step) => step === last || step.n === repeated || isNamed(found, step)
  const hadEffect = (step: Step) => effective.has(step.n) || concerns(step)
  const own = stepsAbout(steps, new Set(steps.filter(concerns).flatMap(refsOf)), concerns)
  if (own.length < steps.length && (await fails(own.filter(hadEffect)))) return
  if (own.length < steps.length && (await fails(own))) return
  const touched = [...new Set(steps.filter(hadEffect).toReversed().flatMap(refsOf))].slice(0, ORDERS_TRIED_MAX)
  for (const ref of touched) {
    const alone = stepsAbout(steps, new Set([ref]), () => false).filter(hadEffect)
    if (await fails(alone)) return
  }
  await fails(steps.filter(hadEffect))
}

/** The steps that place or touch one of the orders, and whatever else is asked for. */
function stepsAbout(steps: readonly Step[], refs: ReadonlySet<string>, more: (step: Step) => boolean): Step[] {
  const placing = (step: Step) => [...refs].some((ref) => ref.split('.')[0] === String(step.n))
  return steps.filter((step) => placing(step) || more(step) || refsOf(step).some((ref) => refs.has(ref)))
}

/** Whether a step is about an order that the failure names. */
function isNamed({ failure, orders }: Lived, step: Step): boolean {
  const named = failure!.broken.map(({ orderId }) => orderId).filter((id) => id != null)
  return refsOf(step).some((ref) => named.includes(orders.get(ref) ?? ''))
}

function refsOf({ deed }: Step): string[] {
  if (deed.kind === 'act') return [deed.order, deed.other, deed.session].filter((ref) => ref !== undefined)
  return deed.kind === 'receipt' ? [deed.order] : []
}

const FEW_STEPS = 24
const ORDERS_TRIED_MAX = 10

/** Zeller's ddmin: leaves ever smaller parts out as long as what remains still fails. */
async function reduce(
  now: () => readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<void> {
  // Few steps are left out one by one at once.
  let parts = now().length <= FEW_STEPS ? now().length : 2
  while (now().length > 1 && !isOver()) {
    const steps = now()
    const size = Math.ceil(steps.length / parts)
    let hasShrunk = false
    // From the end, because what failed last needs little of what came right before it.
    for (let from = steps.length - size; from > -size && !isOver(); from -= size) {
      const without = now().filter((step) => !steps.slice(Math.max(0, from), from + size).includes(step))
      if (without.length < now().length && (await fails(without))) hasShrunk = true
    }
    if (size === 1 && !hasShrunk) return
    parts = size === 1 || now().length <= FEW_STEPS ? now().length : hasShrunk ? Math.max(2, parts - 1) : parts * 2
  }
}

/** The same step without what may go wrong with it. */
function plainOf(step: Step): Step {
  if (step.deed.kind !== 'act' || (step.deed.fault === undefined && step.deed.twice === undefined)) return step
  const { fault: _fault, twice: _twice, ...deed } = step.deed
  return { ...step, deed }
}
