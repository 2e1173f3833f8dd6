// Commands of triage and dispatch, and the answers of those who are asked.
import { acceptOffer, claimOrder, declineOffer } from '../../server/modules/orders/accept-offer.ts'
import { answerOut, cancelOrder, deferOrder, mergeOrder } from '../../server/modules/orders/answer-order.ts'
import { offerOrder, openPool, withdrawOffer } from '../../server/modules/orders/offer-order.ts'
import { passUpOrder } from '../../server/modules/orders/pass-up-order.ts'
import { recordAgreement } from '../../server/modules/orders/record-agreement.ts'
import { reassignOrder } from '../../server/modules/orders/schedule-order.ts'
import { takeInOrder } from '../../server/modules/orders/take-in-order.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import * as m from './order-model.ts'
import type { ModelOrder, Who } from './order-model.ts'
import { CONTACT } from './order-steps.ts'
import {
  type Command,
  actorOfWho,
  byDispatcher,
  byRequester,
  command,
  DONE,
  pickOf,
  providerOfWho,
  WHO,
} from './order-command.ts'

const gates = (o: ModelOrder) => (o.risky && !o.insured ? 'orders.gates-closed' : null)

export const triage: Record<string, Command> = {
  takeIn: command(
    {
      act: 'take-in',
      parties: byDispatcher,
      effect(o, _model, pick) {
        o.risky = pick % 4 === 0
        if (o.hasOffering) o.lies = 'centre'
        m.step(o, 'dispatching')
      },
    },
    (world, o, _model, pick) => {
      const risks = pick % 4 === 0 ? ['heights'] : []
      return [
        world.dispatcher,
        (work) => takeInOrder(work, o.id, { note: '', risks, agreementTriggers: [], urgency: 'normal' }),
      ]
    },
  ),
  answerOut: command({ act: 'answer-out', parties: byDispatcher, effect: (o) => m.end(o, 'rejected') }, (world, o) => [
    world.dispatcher,
    (work) => answerOut(work, o.id, { exit: 'unlawful', reason: '不行', alternative: '', reviewOn: null }),
  ]),
  merge: command(
    {
      act: 'merge',
      parties: byDispatcher,
      refuse(o, model, pick) {
        const into = pickOf(model.orders, pick)
        return into === o || into.state === 'closed' || into.outcome !== null ? 'orders.merge-target' : null
      },
      effect: (o) => m.end(o, 'merged'),
    },
    (world, o, model, pick) => [
      world.dispatcher,
      (work) => mergeOrder(work, o.id, { intoNumber: pickOf(model.orders, pick).number, reason: '同一件事' }),
    ],
  ),
  defer: command(
    {
      act: 'defer',
      parties: byDispatcher,
      effect(o) {
        m.release(o)
        m.answer(o, 'deferral')
        m.step(o, 'deferred')
      },
    },
    (world, o, _model, pick) => [
      world.dispatcher,
      (work) => {
        const reviewOn = addDays(dateIn(work.now), 1 + (pick % 4))
        return deferOrder(work, o.id, { reason: '等', alternative: '先这样', reviewOn })
      },
    ],
  ),
  passUp: command(
    {
      act: 'pass-up',
      parties: byDispatcher,
      refuse: (o) => (o.lies === 'centre' ? 'orders.top-level' : null),
      effect(o) {
        o.lies = o.lies === 'station' ? 'institute' : 'centre'
        o.withLeader = false
      },
    },
    (world, o) => [world.dispatcher, (work) => passUpOrder(work, o.id, '需要上级')],
  ),
  cancel: command(
    {
      act: 'cancel',
      parties: byRequester,
      effect(o) {
        m.end(o, 'cancelled')
        m.reachAll(o)
        m.close(o)
      },
    },
    (world, o) => [world.requester, (work) => cancelOrder(work, o.id, '')],
  ),
}

const ASKED: readonly (readonly Who[])[] = [['greens'], ['olive'], ['health'], ['greens', 'olive']]
const offerAt = (o: ModelOrder, pick: number) => pickOf(o.offers, pick % 3 === 0 ? pick : o.offers.length - 1)
const hasOffers = (o: ModelOrder) => o.offers.length > 0

export const dispatch: Record<string, Command> = {
  offer: command(
    {
      act: 'offer',
      parties: byDispatcher,
      refuse(o, _model, pick) {
        const standing = gates(o) ?? (o.pool ? 'orders.pool-is-open' : null)
        if (standing !== null) return standing
        const found = pickOf(ASKED, pick).find((who) => !m.mayAsk(o, who))
        if (found === undefined) return null
        const isOpen = o.offers.some((one) => one.who === found && one.state === 'open')
        return isOpen ? 'orders.already-asked' : 'orders.provider-not-eligible'
      },
      effect: (o, _model, pick) =>
        m.makeOffers(o, pickOf(ASKED, pick), Math.max(0, ...o.offers.map((offer) => offer.round)) + 1),
    },
    (world, o, _model, pick) => [
      world.dispatcher,
      (work) =>
        offerOrder(work, o.id, { providers: pickOf(ASKED, pick).map((who) => providerOfWho(world, who)), note: '' }),
    ],
  ),
  openPool: command(
    {
      act: 'open-pool',
      parties: byDispatcher,
      refuse: (o) => gates(o) ?? (o.pool ? 'orders.pool-is-open' : null),
      effect: m.startPool,
    },
    (world, o) => [world.dispatcher, (work) => openPool(work, o.id)],
  ),
  withdraw: {
    fits: hasOffers,
    ...command(
      {
        act: 'withdraw-offer',
        parties: byDispatcher,
        refuse: (o, _model, pick) => (offerAt(o, pick).state === 'open' ? null : 'orders.offer-gone'),
        effect(o, _model, pick) {
          offerAt(o, pick).state = 'withdrawn'
          m.fallBackIfUnasked(o)
        },
      },
      (world, o, _model, pick) => [world.dispatcher, (work) => withdrawOffer(work, offerAt(o, pick).id, '弄错了')],
    ),
  },
  accept: {
    fits: hasOffers,
    predict(o, model, pick) {
      const offer = offerAt(o, pick)
      if (offer.state !== 'open') return o.provider === null ? 'orders.offer-gone' : 'orders.already-taken'
      if (offer.deadlineAt <= model.now) return 'orders.offer-gone'
      m.take(o, offer.who, offer)
      return DONE
    },
    act: (world, o, _model, pick) => {
      const offer = offerAt(o, pick)
      return [actorOfWho(world, offer.who), (work) => acceptOffer(work, offer.id, CONTACT)]
    },
  },
  decline: {
    fits: hasOffers,
    predict(o, _model, pick) {
      const offer = offerAt(o, pick)
      if (offer.state !== 'open') return 'orders.offer-gone'
      offer.state = 'declined'
      m.fallBackIfUnasked(o)
      return DONE
    },
    act: (world, o, _model, pick) => {
      const offer = offerAt(o, pick)
      return [actorOfWho(world, offer.who), (work) => declineOffer(work, offer.id, { reason: 'too-far', note: '' })]
    },
  },
  claim: {
    predict(o, model, pick) {
      const who = pickOf(WHO, pick)
      const late = o.provider === null ? 'orders.pool-is-closed' : 'orders.already-taken'
      const refusal = m.gate(o, 'claim', m.partiesOf(o, who))
      if (refusal !== null) return o.hadPool ? late : refusal
      if (!o.pool || o.poolUntil <= model.now) return 'orders.pool-is-closed'
      const offer: m.ModelOffer = { id: '', who, state: 'open', round: 0, deadlineAt: 0 }
      m.withdrawAll(o, ['open'])
      o.offers.push(offer)
      m.take(o, who, offer)
      offer.state = 'accepted'
      return DONE
    },
    act(world, o, _model, pick) {
      const who = pickOf(WHO, pick)
      return [actorOfWho(world, who), (work) => claimOrder(work, o.id, providerOfWho(world, who), CONTACT)]
    },
  },
  agreement: command(
    {
      act: 'record-agreement',
      parties: byDispatcher,
      effect: (o) => void (o.insured = true),
    },
    (world, o) => [
      world.dispatcher,
      (work) => recordAgreement(work, o.id, { agreementSigned: false, insuranceConfirmed: true }),
    ],
  ),
  reassign: command({ act: 'reassign', parties: byDispatcher, effect: (o) => m.giveBack(o) }, (world, o) => [
    world.dispatcher,
    (work) => reassignOrder(work, o.id, '换一队'),
  ]),
}
