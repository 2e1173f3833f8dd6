/** Lives of orders as the load generator writes them: steps that the table of moves allows, about ten an order. */
import type { OrderMove, OrderState } from '../../server/modules/orders/order.ts'

type Step = readonly [OrderMove, OrderState, OrderState]

export interface Life {
  readonly name: string
  /** Share of the orders that are closed, or of those that are open. */
  readonly weight: number
  readonly isOpen: boolean
  readonly steps: readonly Step[]
}

const ENTERED: readonly Step[] = [
  ['place', 'submitted', 'submitted'],
  ['dispatch', 'submitted', 'dispatching'],
]
const OFFERED: Step = ['offer', 'dispatching', 'offered']
const SERVED: readonly Step[] = [
  ['accept', 'offered', 'accepted'],
  ['schedule', 'accepted', 'scheduled'],
  ['start', 'scheduled', 'in_service'],
  ['deliver', 'in_service', 'delivered'],
]
const JUDGED: readonly Step[] = [
  ['confirm', 'delivered', 'confirmed'],
  ['evaluate', 'confirmed', 'evaluated'],
]
const CLOSED: Step = ['close', 'evaluated', 'closed']
const PLAIN: readonly Step[] = [...ENTERED, OFFERED, ...SERVED, ...JUDGED, CLOSED]

function open(state: OrderState, weight: number): Life {
  return { name: state, weight, isOpen: true, steps: PLAIN.slice(0, PLAIN.findIndex(([, , to]) => to === state) + 1) }
}

export const LIVES: readonly Life[] = [
  { name: 'plain', weight: 0.26, isOpen: false, steps: PLAIN },
  {
    name: 'declined-once',
    weight: 0.25,
    isOpen: false,
    steps: [...ENTERED, OFFERED, ['fall-back', 'offered', 'dispatching'], OFFERED, ...SERVED, ...JUDGED, CLOSED],
  },
  {
    name: 'reopened',
    weight: 0.06,
    isOpen: false,
    steps: [
      ...ENTERED,
      OFFERED,
      ...SERVED,
      ...JUDGED,
      ['reopen', 'evaluated', 'dispatching'],
      OFFERED,
      ...SERVED,
      ['evaluate', 'delivered', 'evaluated'],
      CLOSED,
    ],
  },
  {
    name: 'silent',
    weight: 0.17,
    isOpen: false,
    steps: [
      ...ENTERED,
      OFFERED,
      ...SERVED,
      ['escalate', 'delivered', 'delivered'],
      ['escalate', 'delivered', 'delivered'],
      ['close', 'delivered', 'closed'],
    ],
  },
  {
    name: 'answered',
    weight: 0.14,
    isOpen: false,
    steps: [
      ...ENTERED,
      ['escalate', 'dispatching', 'dispatching'],
      ['answer', 'dispatching', 'answering'],
      ['close', 'answering', 'closed'],
    ],
  },
  {
    name: 'rescheduled',
    weight: 0.12,
    isOpen: false,
    steps: [
      ['place', 'submitted', 'submitted'],
      ['escalate', 'submitted', 'submitted'],
      ['dispatch', 'submitted', 'dispatching'],
      OFFERED,
      ['accept', 'offered', 'accepted'],
      ['schedule', 'accepted', 'scheduled'],
      ['schedule', 'scheduled', 'scheduled'],
      ...SERVED.slice(2),
      ...JUDGED,
      CLOSED,
    ],
  },
  open('submitted', 0.14),
  open('dispatching', 0.15),
  open('offered', 0.12),
  open('accepted', 0.1),
  open('scheduled', 0.16),
  open('in_service', 0.04),
  open('delivered', 0.1),
  open('confirmed', 0.06),
  open('evaluated', 0.03),
  { name: 'answering', weight: 0.05, isOpen: true, steps: [...ENTERED, ['answer', 'dispatching', 'answering']] },
  { name: 'deferred', weight: 0.05, isOpen: true, steps: [ENTERED[0]!, ['defer', 'submitted', 'deferred']] },
]
