import type { ordersRoutes } from '#contract/orders.ts'
import { addPhoto, readPhoto } from './add-photo.ts'
import { acceptOffer, claimOrder, declineOffer } from './accept-offer.ts'
import { answerOut, cancelOrder, deferOrder, mergeOrder } from './answer-order.ts'
import { candidatesFor } from './candidates.ts'
import { enterAssistedOrder, enterOrderBatch } from './enter-assisted-order.ts'
import { findSimilarOrders } from './find-similar-orders.ts'
import { recordAttempt } from './follow-up.ts'
import { confirmOrder, disputeOrder, evaluateOrder, reopenOrder } from './judge-order.ts'
import { offerOrder, openPool, withdrawOffer } from './offer-order.ts'
import { offerViews } from './offer-views.ts'
import { closedGates, type Order } from './order.ts'
import { passUpOrder } from './pass-up-order.ts'
import { placeOrder, type PlacingFacts, placingFacts } from './place-order.ts'
import { awaitsOpening, pageOpened, readOrder, readTimeline, trackOrder, viewOf, visibleOrder } from './read-order.ts'
import { recordAgreement } from './record-agreement.ts'
import { recordReached } from './reach-requester.ts'
import { revealContact } from './reveal-contact.ts'
import { figureHandlers } from './routes-figures.ts'
import { queueHandlers } from './routes-queue.ts'
import { rateHandlers } from './routes-rates.ts'
import { pauseOrder, reassignOrder, remindOrder, resumeOrder, returnOrder, scheduleOrder } from './schedule-order.ts'
import { checkInAtOrder, checkInCode, deliverOrder, pinOf, startService } from './serve-order.ts'
import { takeInOrder } from './take-in-order.ts'
import { phoneIndex, normalisedPhone } from '#modules/people/index.ts'
import { translator } from '#i18n/translate.ts'
import type { FileStore } from '#platform/files.ts'
import type { Actor } from '#platform/actor.ts'
import type { Handlers, Input } from '#platform/handlers.ts'
import type { Work } from '#platform/work.ts'
import type { LockedAhead } from './move-order.ts'
import { findOrder, orderLocked } from './order-rows.ts'

// More than a dispatcher reads; whoever ranks lower may be asked or claim all the same.
const CANDIDATES_MAX = 20
const NEAR_MISSES_MAX = 8

/** What this module is told at composition. */
export interface OrdersTools {
  readonly files: FileStore
  /** Real time, for codes that people read off a screen; business time is work.now. */
  readonly realNow: () => Date
}

/** Answers a write with the order as it then stands. */
async function after(work: Work, orderId: string, act: Promise<unknown>) {
  await act
  const answer = await viewOf(work, (await findOrder(work.tx, orderId))!)
  return { answer, version: answer.version }
}

type PlaceInput = Input<(typeof ordersRoutes)['placeOrder']>
type TakeInInput = Input<(typeof ordersRoutes)['takeIn']>

/** The same for an act that says itself how the order then stands. */
async function afterMove(work: Work, act: Promise<Order>) {
  const answer = await viewOf(work, await act)
  return { answer, version: answer.version }
}

/** The ways in. */
const entryHandlers = {
  placeOrder: Object.assign(
    async (work: Work, { body, ahead }: PlaceInput) => ({
      answer: await placeOrder(work, body, ahead as PlacingFacts),
    }),
    { ahead: (actor: Actor, { body }: PlaceInput) => placingFacts(actor, body) },
  ),
  placeAssistedOrder: async (work, { body }) => ({ answer: await enterAssistedOrder(work, body) }),
  placeOrderBatch: async (work, { body }) => ({
    answer: { orders: await enterOrderBatch(work, body.orders, body.placeAnyway === true) },
  }),
  async findSimilarOrders(work, { body }) {
    const phone =
      body.contactPhone === undefined ? null : phoneIndex(work.tx, normalisedPhone(body.contactPhone, 'contactPhone'))
    return { answer: { rows: await findSimilarOrders(work, { ...body, phoneIndex: phone }) } }
  },
} satisfies Partial<Handlers<typeof ordersRoutes>>

/** From the choice of a provider to the service that is about to begin. */
const dispatchHandlers = {
  async listCandidates(read, { params }) {
    const order = await visibleOrder(read, params.id)
    const t = translator(read.actor.locale)
    const gates = closedGates(order).map((gate) => ({ gate, text: t(`orders.gate.${gate}`) }))
    const { candidates, nearMisses, rejected } = await candidatesFor(read, order)
    return {
      answer: {
        candidates: candidates.slice(0, CANDIDATES_MAX),
        nearMisses: nearMisses.slice(0, NEAR_MISSES_MAX),
        rejected,
        gates,
      },
    }
  },
  makeOffer: (work, { params, body }) => after(work, params.id, offerOrder(work, params.id, body)),
  openPool: (work, { params }) => after(work, params.id, openPool(work, params.id)),
  async withdrawOffer(work, { params, body }) {
    const order = await withdrawOffer(work, params.id, body.reason)
    return after(work, order.id, Promise.resolve())
  },
  async acceptOffer(work, { params, body }) {
    const order = await acceptOffer(work, params.id, body)
    return after(work, order.id, Promise.resolve())
  },
  async declineOffer(work, { params, body }) {
    await declineOffer(work, params.id, body)
    const [offer] = await offerViews(work.tx, { id: params.id }, work.now)
    return { answer: { offer: offer! } }
  },
  claimOrder: (work, { params, body }) => after(work, params.id, claimOrder(work, params.id, body.provider, body)),
  recordAgreement: (work, { params, body }) => after(work, params.id, recordAgreement(work, params.id, body)),
  scheduleOrder: (work, { params, body }) => after(work, params.id, scheduleOrder(work, params.id, body)),
  returnOrder: (work, { params, body }) => after(work, params.id, returnOrder(work, params.id, body)),
  reassignOrder: (work, { params, body }) => after(work, params.id, reassignOrder(work, params.id, body.reason)),
  pauseOrder: (work, { params, body }) => after(work, params.id, pauseOrder(work, params.id, body)),
  resumeOrder: (work, { params }) => after(work, params.id, resumeOrder(work, params.id)),
  remindOrder: (work, { params, body }) => after(work, params.id, remindOrder(work, params.id, body.note)),
} satisfies Partial<Handlers<typeof ordersRoutes>>

export function ordersHandlers(tools: OrdersTools): Handlers<typeof ordersRoutes> {
  return {
    ...queueHandlers,
    ...rateHandlers,
    ...figureHandlers,
    ...entryHandlers,
    ...dispatchHandlers,
    async readOrder(read, { params }) {
      const answer = await readOrder(read, params.id)
      const opening = await awaitsOpening(read, params.id)
      return {
        answer,
        version: answer.version,
        ...(opening && { afterwards: (work: Work) => pageOpened(work, params.id) }),
      }
    },
    readTimeline: async (read, { params }) => ({ answer: { rows: await readTimeline(read, params.id) } }),
    trackOrder: async (work, { body }) => ({ answer: await trackOrder(work, body) }),
    revealContact: async (work, { params, body }) => ({ answer: await revealContact(work, params.id, body.purpose) }),
    takeIn: Object.assign(
      (work: Work, { params, body, ahead }: TakeInInput) =>
        afterMove(work, takeInOrder(work, params.id, body, ahead as LockedAhead)),
      { ahead: (actor: Actor, { params }: TakeInInput) => orderLocked(actor.districtId, params.id) },
    ),
    answerOut: (work, { params, body }) => after(work, params.id, answerOut(work, params.id, body)),
    mergeOrder: (work, { params, body }) => after(work, params.id, mergeOrder(work, params.id, body)),
    deferOrder: (work, { params, body }) => after(work, params.id, deferOrder(work, params.id, body)),
    passUpOrder: (work, { params, body }) => after(work, params.id, passUpOrder(work, params.id, body.reason)),
    cancelOrder: (work, { params, body }) => after(work, params.id, cancelOrder(work, params.id, body.reason)),
    showCheckInCode: async (read, { params }) => ({ answer: await checkInCode(read, params.id, tools.realNow()) }),
    showPin: async (read, { params }) => ({ answer: { pin: await pinOf(read, params.id) } }),
    checkIn: (work, { params, body }) => after(work, params.id, checkInAtOrder(work, params.id, body, tools.realNow())),
    startService: (work, { params }) => after(work, params.id, startService(work, params.id)),
    deliverOrder: (work, { params, body }) => after(work, params.id, deliverOrder(work, params.id, body)),
    addPhoto: async (work, { params, body }) => ({
      answer: { fileId: await addPhoto(work, tools.files, params.id, body) },
    }),
    readPhoto: async (read, { params }) => ({ answer: await readPhoto(read, tools.files, params.id, params.fileId) }),
    confirmOrder: (work, { params, body }) => after(work, params.id, confirmOrder(work, params.id, body)),
    disputeOrder: (work, { params, body }) => after(work, params.id, disputeOrder(work, params.id, body.reason)),
    evaluateOrder: (work, { params, body }) => after(work, params.id, evaluateOrder(work, params.id, body)),
    reopenOrder: (work, { params, body }) => after(work, params.id, reopenOrder(work, params.id, body.reason)),
    recordReached: (work, { params, body }) => after(work, params.id, recordReached(work, params.id, body)),
    recordFollowUp: async (work, { params, body }) => ({ answer: await recordAttempt(work, params.id, body) }),
  }
}
