// The form of a command on one order, and who gives it.
import type { Provider } from '../../server/modules/orders/order.ts'
import { type Actor } from '../../server/platform/actor.ts'
import type { Work } from '../../server/platform/work.ts'
import * as m from './order-model.ts'
import type { Model, ModelOrder, Who } from './order-model.ts'
import { type OrderWorld } from './orders.ts'

export const DONE = 'done'

/** One command on one order: the refusal or `done` it must answer, having changed the model; and the real act. */
export interface Command {
  predict(o: ModelOrder, model: Model, pick: number): string
  act(world: OrderWorld, o: ModelOrder, model: Model, pick: number): [Actor, (work: Work) => Promise<unknown>]
  /** Whether the command means anything for this order; always, when it is left out. */
  fits?(o: ModelOrder, model: Model): boolean
}

export const pickOf = <T>(list: readonly T[], pick: number): T => list[pick % list.length]!
export const WHO: readonly Who[] = ['greens', 'olive', 'health']

/** The actor who speaks for a provider; whoever has the order if somebody has it, else any. */
export const speaker = (o: ModelOrder, pick: number): Who =>
  pick % 5 < 4 ? (o.provider ?? pickOf(WHO, pick)) : pickOf(WHO, pick)
export const actorOfWho = (world: OrderWorld, who: Who): Actor =>
  who === 'health' ? world.health : world.teams[who].leader
export const providerOfWho = (world: OrderWorld, who: Who): Provider =>
  who === 'health' ? { kind: 'agency', id: world.agencies.health } : { kind: 'team', id: world.teams[who].id }

/** The common form: a gate, perhaps a further refusal, then the effect. */
export function command(
  how: {
    act: Parameters<typeof m.gate>[1]
    parties: (o: ModelOrder, pick: number) => readonly Parameters<typeof m.gate>[2][number][]
    refuse?: (o: ModelOrder, model: Model, pick: number) => string | null
    effect: (o: ModelOrder, model: Model, pick: number) => void
  },
  act: Command['act'],
): Command {
  return {
    act,
    predict(o, model, pick) {
      const refusal = m.gate(o, how.act, how.parties(o, pick)) ?? how.refuse?.(o, model, pick)
      if (refusal != null) return refusal
      how.effect(o, model, pick)
      return DONE
    },
  }
}

export const byDispatcher = () => m.DISPATCHER
export const byRequester = () => m.REQUESTER
export const bySpeaker = (o: ModelOrder, pick: number) => m.partiesOf(o, speaker(o, pick))
