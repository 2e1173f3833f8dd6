import type { OrderView } from '#contract/order-shapes.ts'
import { useFrame } from './frame.tsx'

type State = OrderView['state']

/** Where an order stands, out of five stages that a resident can see. */
export const STAGES = 5

const STAGE_OF: Readonly<Record<State, number>> = {
  submitted: 1,
  dispatching: 2,
  offered: 2,
  deferred: 2,
  answering: 4,
  accepted: 3,
  scheduled: 3,
  in_service: 3,
  delivered: 4,
  confirmed: 4,
  evaluated: 5,
  closed: 5,
}

export function stageOf(state: State): number {
  return STAGE_OF[state]
}

/**
 * State, next step and moves in a resident's words; the staff's own words where there are none. A requester is spoken to; those
 * who serve read what the staff read.
 */
export function useOrderWords(reader: 'requester' | 'server' = 'requester') {
  const { word } = useFrame()
  const own = (key: string, plain: string) => (reader === 'requester' ? word(key, plain) : plain)
  return {
    state: (state: string) => own(`resident.state.${state}`, word(`orders.state.${state}`, state)),
    next: (step: string) => own(`resident.next.${step}`, word(`orders.next.${step}`, step)),
    move: (move: string) => word(`resident.move.${move}`, word(`orders.move.${move}`, move)),
  }
}
