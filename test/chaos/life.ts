/** The steps of an order's life as requests, each by whoever does it. */
import type { Asked, Entry } from './journal.ts'
import type { Cast } from './stage.ts'

/** The move that each step makes, as the order's history names it. */
export const MOVE_OF_STEP: Readonly<Record<string, string>> = {
  place: 'place',
  'take-in': 'dispatch',
  offer: 'offer',
  accept: 'accept',
  schedule: 'schedule',
  start: 'start',
  deliver: 'deliver',
  confirm: 'confirm',
  evaluate: 'evaluate',
  cancel: 'answer',
}

const HOUR = 3_600_000
const STEPS = ['take-in', 'offer', 'accept', 'schedule', 'start', 'deliver', 'confirm', 'evaluate'] as const

export interface Life {
  readonly name: string
  readonly resident: string
  readonly cast: Cast
  orderId: string
  offerId: string
  /** Where business time stands, in milliseconds, when that is not the machine's. */
  readonly now?: () => number
  /** After this step the resident no longer wants it. */
  readonly cancelsAfter?: 'take-in' | 'accept'
}

/** The writes of one life in order; each is made when the one before was acknowledged, because it needs its answer. */
export function* stepsOf(life: Life, unitId: string): Generator<Asked, void, Entry> {
  const placed = yield place(life, unitId)
  life.orderId = (placed.answer as { id: string }).id
  for (const step of STEPS) {
    const entry = yield stepOf(life, step)
    if (step === 'offer') {
      const { offers } = entry.answer as { offers: { id: string; state: string }[] }
      life.offerId = offers.find((offer) => offer.state === 'open')!.id
    }
    if (step !== life.cancelsAfter) continue
    yield cancel(life)
    return
  }
}

export function place({ name, resident, cast }: Life, unitId: string): Asked {
  return {
    what: 'place',
    life: name,
    method: 'POST',
    path: '/api/v1/orders',
    authorization: resident,
    body: {
      categoryId: cast.categoryId,
      offeringId: null,
      title: name,
      details: '断电也要办成。',
      unitId,
      address: null,
      venue: '',
      targetGroup: 'all',
      headcount: 3,
      windowFrom: null,
      windowUntil: null,
      urgency: 'normal',
      risks: [],
      agreementTriggers: [],
      contactName: '混沌',
      placeAnyway: true,
    },
  }
}

function stepOf(life: Life, step: (typeof STEPS)[number]): Asked {
  const { cast, resident } = life
  const of = (authorization: string, path: string, body?: unknown): Asked => ({
    what: step,
    life: life.name,
    method: 'POST',
    path: path.replace('ORDER', life.orderId).replace('OFFER', life.offerId),
    authorization,
    body,
  })
  const now = life.now?.() ?? Date.now()
  const soon = new Date(now + HOUR).toISOString()
  const later = new Date(now + 2 * HOUR).toISOString()
  switch (step) {
    case 'take-in': {
      const body = { note: '', agreementTriggers: [], risks: [], urgency: 'normal' }
      return of(cast.dispatcher, '/api/v1/orders/ORDER/take-in', body)
    }
    case 'offer': {
      const body = { providers: [{ kind: 'agency', id: cast.healthUnitId }], note: '' }
      return of(cast.dispatcher, '/api/v1/orders/ORDER/offers', body)
    }
    case 'accept':
      return of(cast.health, '/api/v1/offers/OFFER/accept', { contactName: '白术', contactPhone: '010-69100000' })
    case 'schedule':
      return of(cast.health, '/api/v1/orders/ORDER/schedule', {
        from: soon,
        until: later,
        agreedWith: '本人',
        note: '',
      })
    case 'start':
      return of(cast.health, '/api/v1/orders/ORDER/start')
    case 'deliver':
      return of(cast.health, '/api/v1/orders/ORDER/deliver', { result: '办成了。', actualHeadcount: 3 })
    case 'confirm':
      return of(resident, '/api/v1/orders/ORDER/confirm', { actualHeadcount: 3 })
    case 'evaluate':
      return of(resident, '/api/v1/orders/ORDER/evaluation', { stars: 5, solved: true, tags: [], note: '' })
    default:
      return step satisfies never
  }
}

function cancel({ name, resident, orderId }: Life): Asked {
  const path = `/api/v1/orders/${orderId}/cancel`
  return { what: 'cancel', life: name, method: 'POST', path, authorization: resident, body: { reason: '不用了' } }
}

/** Puts points into the budget: a write whose double effect the ledger itself would not call wrong. */
export function fund(cast: Cast, name: string, points: number): Asked {
  return {
    what: 'fund',
    life: name,
    method: 'POST',
    path: '/api/v1/ledger/fundings',
    authorization: cast.points,
    body: { points, reason: name },
  }
}
