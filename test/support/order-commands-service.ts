// Commands of those who serve, judge and call.
import { recordAttempt } from '../../server/modules/orders/follow-up.ts'
import { confirmOrder, disputeOrder, evaluateOrder, reopenOrder } from '../../server/modules/orders/judge-order.ts'
import { ordersJobs } from '../../server/modules/orders/jobs.ts'
import { pageOpened } from '../../server/modules/orders/read-order.ts'
import { recordReached } from '../../server/modules/orders/reach-requester.ts'
import {
  pauseOrder,
  remindOrder,
  resumeOrder,
  returnOrder,
  scheduleOrder,
} from '../../server/modules/orders/schedule-order.ts'
import { checkInAtOrder, deliverOrder, startService } from '../../server/modules/orders/serve-order.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { addMinutes } from '../../server/platform/dates.ts'
import type { Work } from '../../server/platform/work.ts'
import { YANQING } from './database.ts'
import * as m from './order-model.ts'
import type { ModelOrder } from './order-model.ts'
import { type OrderWorld } from './orders.ts'
import {
  type Command,
  actorOfWho,
  bySpeaker,
  byDispatcher,
  byRequester,
  command,
  DONE,
  pickOf,
  speaker,
} from './order-command.ts'

export const provide: Record<string, Command> = {
  schedule: command(
    {
      act: 'schedule',
      parties: bySpeaker,
      effect(o) {
        o.paused = false
        m.step(o, 'scheduled')
      },
    },
    (world, o, _model, pick) => [
      actorOfWho(world, speaker(o, pick)),
      (work) => {
        const hour = { from: addMinutes(work.now, 60), until: addMinutes(work.now, 180) }
        return scheduleOrder(work, o.id, { ...hour, agreedWith: '陈一', note: '' })
      },
    ],
  ),
  return: command(
    {
      act: 'return',
      parties: bySpeaker,
      refuse: (o) => (o.returns >= 2 ? 'orders.returns-used-up' : null),
      effect(o) {
        o.returns += 1
        if (o.returns === 2) o.lies = 'centre'
        m.giveBack(o)
      },
    },
    (world, o, _model, pick) => [
      actorOfWho(world, speaker(o, pick)),
      (work) => returnOrder(work, o.id, { reason: 'unsafe', note: '' }),
    ],
  ),
  pause: command(
    {
      act: 'pause',
      parties: bySpeaker,
      refuse: (o) => (o.paused ? 'orders.pause-open' : null),
      effect(o) {
        o.paused = true
        o.withLeader = false
      },
    },
    (world, o, _model, pick) => [
      actorOfWho(world, speaker(o, pick)),
      (work) => {
        const until = addMinutes(work.now, 60 * 24 * (1 + (pick % 3)))
        return pauseOrder(work, o.id, { reason: 'waiting-for-requester', note: '', until })
      },
    ],
  ),
  resume: command(
    {
      act: 'resume',
      parties: byDispatcher,
      refuse: (o) => (o.paused ? null : 'orders.no-pause'),
      effect(o) {
        o.paused = false
        o.withLeader = false
      },
    },
    (world, o) => [world.dispatcher, (work) => resumeOrder(work, o.id)],
  ),
  checkIn: command(
    {
      act: 'check-in',
      parties: bySpeaker,
      refuse(o, model, pick) {
        const who = speaker(o, pick)
        if (who === 'health') return 'orders.not-a-member'
        if (o.attending) return 'attendance.checked-in-already'
        const isElsewhere = model.orders.some((other) => other.attending && other.provider === who)
        return isElsewhere ? 'attendance.elsewhere-now' : null
      },
      effect(o) {
        o.attending = true
        if (o.state === 'in_service') return
        o.paused = false
        m.step(o, 'in_service')
      },
    },
    (world, o, _model, pick) => [actorOfWho(world, speaker(o, pick)), (work) => signed(world, work, o, 'in', pick)],
  ),
  checkOut: command(
    {
      act: 'check-in',
      parties: bySpeaker,
      refuse: (o, _model, pick) =>
        speaker(o, pick) === 'health' ? 'orders.not-a-member' : o.attending ? null : 'attendance.not-checked-in',
      effect: (o) => void (o.attending = false),
    },
    (world, o, _model, pick) => [actorOfWho(world, speaker(o, pick)), (work) => signed(world, work, o, 'out', pick)],
  ),
  start: command(
    {
      act: 'start',
      parties: bySpeaker,
      effect(o) {
        o.paused = false
        m.step(o, 'in_service')
      },
    },
    (world, o, _model, pick) => [actorOfWho(world, speaker(o, pick)), (work) => startService(work, o.id)],
  ),
  deliver: command(
    {
      act: 'deliver',
      parties: bySpeaker,
      effect(o) {
        o.attending = false
        o.deliveries += 1
        m.answer(o, 'result')
        m.step(o, 'delivered')
      },
    },
    (world, o, _model, pick) => [
      actorOfWho(world, speaker(o, pick)),
      (work) => deliverOrder(work, o.id, { result: '教会了', actualHeadcount: 3 }),
    ],
  ),
}

function signed(world: OrderWorld, work: Work, o: ModelOrder, direction: 'in' | 'out', pick: number): Promise<void> {
  const who = speaker(o, pick)
  const { member } = world.teams[who === 'health' ? 'greens' : who]
  const given = { direction, method: 'leader-co-sign', code: null, personId: member.personId } as const
  return checkInAtOrder(work, o.id, given, work.now)
}

export const judge: Record<string, Command> = {
  confirm: command(
    {
      act: 'confirm',
      parties: byRequester,
      effect(o) {
        m.reachAll(o)
        if (m.openFollowUp(o) === undefined) m.step(o, 'confirmed')
        else o.state = 'confirmed'
      },
    },
    (world, o) => [world.requester, (work) => confirmOrder(work, o.id, { actualHeadcount: null })],
  ),
  dispute: command(
    {
      act: 'dispute',
      parties: byRequester,
      effect(o) {
        m.reachAll(o)
        m.endFollowUps(o)
        m.giveBack(o)
      },
    },
    (world, o) => [world.requester, (work) => disputeOrder(work, o.id, '没有来')],
  ),
  evaluate: command(
    {
      act: 'evaluate',
      parties: byRequester,
      effect(o, model) {
        m.reachAll(o)
        m.endFollowUps(o)
        m.step(o, 'evaluated')
        model.jobs.push(o.id)
      },
    },
    (world, o, _model, pick) => [
      world.requester,
      (work) => evaluateOrder(work, o.id, { stars: 1 + (pick % 5), solved: true, tags: [], note: '' }),
    ],
  ),
  reopen: command(
    {
      act: 'reopen',
      parties: byRequester,
      refuse: (o) => (o.reopenings >= 1 || o.outcome === 'cancelled' ? 'orders.reopening-used-up' : null),
      effect(o) {
        m.reachAll(o)
        m.endFollowUps(o)
        o.reopenings += 1
        o.outcome = null
        m.giveBack(o, o.state === 'closed' || o.state === 'answering' ? 'submitted' : 'dispatching')
      },
    },
    (world, o) => [world.requester, (work) => reopenOrder(work, o.id, '没有解决')],
  ),
  remind: command({ act: 'remind', parties: byRequester, effect: () => undefined }, (world, o) => [
    world.requester,
    (work) => remindOrder(work, o.id, ''),
  ]),
  pageOpened: {
    predict(o) {
      if (o.answers.every((answer) => answer.reached)) return DONE
      m.reachAll(o)
      m.afterReached(o, 'page')
      return DONE
    },
    act: (world, o) => [world.requester, (work) => pageOpened(work, o.id)],
  },
  receipt: {
    fits: (o) => o.answers.length > 0,
    predict(o, _model, pick) {
      const answer = pickOf(o.answers, pick)
      if (answer.reached) return DONE
      answer.reached = true
      m.afterReached(o, 'other')
      return DONE
    },
    act: (_world, o, _model, pick) => {
      const job = ordersJobs.find((one) => one.name === 'notifications.reached')!
      const { messageId } = pickOf(o.answers, pick)
      return [systemActor(YANQING), (work) => job.run(work, { subjectKind: 'order', subjectId: o.id, messageId })]
    },
  },
  recordReached: command(
    {
      act: 'record-reached',
      parties: byDispatcher,
      refuse: (o) => (o.answers.every((answer) => answer.reached) ? 'orders.nothing-to-reach' : null),
      effect(o) {
        m.reachAll(o)
        m.afterReached(o, 'other')
      },
    },
    (world, o) => [world.dispatcher, (work) => recordReached(work, o.id, { by: 'call', spokenTo: '陈一', note: '' })],
  ),
  attempt: {
    fits: (o) => o.followUps.length > 0,
    predict: (o, model, pick) => m.attempt(model, o, m.openFollowUp(o) ?? o.followUps.at(-1)!, pick % 4 === 0),
    act: (world, o, _model, pick) => {
      const { id } = m.openFollowUp(o) ?? o.followUps.at(-1)!
      const heard = { spokenTo: '陈一', solved: true, stars: 4, headcountHeard: 3 }
      const silent = { spokenTo: null, solved: null, stars: null, headcountHeard: null }
      const given =
        pick % 4 === 0
          ? ({ result: 'spoke', ...heard, note: '' } as const)
          : ({ result: 'no-answer', ...silent, note: '' } as const)
      return [world.caller, (work) => recordAttempt(work, id, given)]
    },
  },
}
