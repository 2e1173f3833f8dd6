import { makeTeam } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { cancelledOrder, PROVIDER_CONTACT, stageOrder } from '../support/http-orders.ts'
import type { LooseCall } from '../support/server.ts'
import { PIXEL_PNG } from './cases-of-orders.ts'
import { at, day, note, reason, type Refusal, type RefusalTools } from './refusal-tools.ts'

/** Refusals at dispatch, acceptance and scheduling. */
export function dispatchRefusals(tools: RefusalTools): Refusal[] {
  const { server, tamper, onOrder, onOffer } = tools
  return [
    [
      'makeOffer',
      409,
      'orders.gates-closed',
      undefined,
      async () => {
        const { id } = await stageOrder(server, tools.scene(), 'submitted')
        const body = { ...note, agreementTriggers: ['high-risk'], risks: ['heights'], urgency: 'normal' }
        await server.send('takeIn', { as: server.cast.dispatcher, params: { id }, body })
        return { as: server.cast.dispatcher, params: { id }, body: { ...note, providers: [tools.scene().provider] } }
      },
    ],
    [
      'makeOffer',
      422,
      'orders.provider-not-eligible',
      'providers.0',
      () =>
        onOrder(server.cast.dispatcher, 'dispatching', {
          ...note,
          providers: [{ kind: 'team', id: server.cast.places.agency.id }],
        }),
    ],
    [
      'makeOffer',
      422,
      'orders.one-agency-only',
      'providers',
      () =>
        onOrder(server.cast.dispatcher, 'dispatching', {
          ...note,
          providers: [tools.scene().provider, { kind: 'agency', id: server.cast.places.agency.id }],
        }),
    ],
    [
      'makeOffer',
      409,
      'orders.already-asked',
      'providers.0',
      () => onOrder(server.cast.dispatcher, 'offered', { ...note, providers: [tools.scene().provider] }),
    ],
    [
      'makeOffer',
      409,
      'orders.pool-is-open',
      undefined,
      () => onOrder(server.cast.dispatcher, 'pool', { ...note, providers: [tools.scene().provider] }),
    ],
    ['openPool', 409, 'orders.pool-is-open', undefined, () => onOrder(server.cast.dispatcher, 'pool')],
    [
      'withdrawOffer',
      409,
      'orders.offer-gone',
      undefined,
      () =>
        onOffer(server.cast.dispatcher, reason, async (id) => {
          const { leader, dispatcher, places } = server.cast
          await tamper(
            `insert into order_offer (district_id, id, order_id, mode, state, provider_team_id, made_at, deadline_at)
      select district_id, gen_random_uuid(), order_id, 'invited', 'open', $2, made_at, deadline_at from order_offer where id = $1`,
            id,
            places.otherTeam,
          )
          await server.send('declineOffer', { as: leader, params: { id }, body: { ...note, reason: 'too-far' } })
          void dispatcher
        }),
    ],
    [
      'acceptOffer',
      409,
      'orders.offer-gone',
      undefined,
      () =>
        onOffer(server.cast.leader, PROVIDER_CONTACT, (id) =>
          tamper(`update order_offer set deadline_at = now() - interval '1 hour' where id = $1`, id),
        ),
    ],
    [
      'acceptOffer',
      409,
      'orders.already-taken',
      undefined,
      async () => {
        const { offerId } = await stageOrder(server, tools.scene(), 'accepted')
        return { as: server.cast.leader, params: { id: offerId }, body: PROVIDER_CONTACT }
      },
    ],
    [
      'acceptOffer',
      400,
      'people.phone-invalid',
      'contactPhone',
      () => onOffer(server.cast.leader, { ...PROVIDER_CONTACT, contactPhone: '11111111111' }),
    ],
    [
      'declineOffer',
      409,
      'orders.offer-gone',
      undefined,
      async () => {
        const { offerId } = await stageOrder(server, tools.scene(), 'accepted')
        return { as: server.cast.leader, params: { id: offerId }, body: { ...note, reason: 'other' } }
      },
    ],
    [
      'claimOrder',
      409,
      'orders.pool-is-closed',
      undefined,
      async () => {
        // The requester took it back while it was in the pool.
        const { id } = await stageOrder(server, tools.scene(), 'pool')
        await server.send('cancelOrder', { as: tools.scene().requester, params: { id }, body: reason })
        const body = { ...PROVIDER_CONTACT, provider: tools.scene().provider }
        return { as: server.cast.leader, params: { id }, body }
      },
    ],
    [
      'claimOrder',
      403,
      'platform.forbidden',
      undefined,
      () => onOrder(server.cast.leader, 'offered', { ...PROVIDER_CONTACT, provider: tools.scene().provider }),
    ],
    [
      'claimOrder',
      422,
      'orders.provider-not-eligible',
      'provider',
      async () => {
        const id = await makeTeam(
          server.host,
          YANQING,
          '别处的队',
          server.cast.places.otherTownship.id,
          server.cast.places.far.id,
          server.cast.leader,
        )
        return onOrder(server.cast.leader, 'pool', { ...PROVIDER_CONTACT, provider: { kind: 'team', id } })
      },
    ],
    [
      'scheduleOrder',
      422,
      'orders.time-empty',
      'until',
      () => onOrder(server.cast.leader, 'accepted', { ...note, from: at(4), until: at(3), agreedWith: '本人' }),
    ],
    [
      'scheduleOrder',
      422,
      'orders.time-past',
      'from',
      () => onOrder(server.cast.leader, 'accepted', { ...note, from: at(-4), until: at(-3), agreedWith: '本人' }),
    ],
    [
      'returnOrder',
      409,
      'orders.returns-used-up',
      undefined,
      async () => {
        const call = await onOrder(server.cast.leader, 'accepted', { reason: 'other', note: '第三次' })
        await tamper('update service_order set returns = 2 where id = $1', call.params!['id'])
        return call
      },
    ],
    [
      'pauseOrder',
      422,
      'orders.pause-until-past',
      'until',
      () => onOrder(server.cast.leader, 'accepted', { reason: 'waiting-for-season', note: '等', until: at(-1) }),
    ],
    [
      'pauseOrder',
      409,
      'orders.pause-open',
      undefined,
      () => onOrder(server.cast.leader, 'paused', { reason: 'waiting-for-season', note: '等', until: at(9) }),
    ],
    ['resumeOrder', 409, 'orders.no-pause', undefined, () => onOrder(server.cast.leader, 'accepted')],
  ]
}

const signs = (more: object) => ({ direction: 'in', method: 'rotating-code', code: null, personId: null, ...more })

/** Refusals while the service is given and judged. */
export function serviceRefusals(tools: RefusalTools): Refusal[] {
  const { server, onOrder } = tools
  return [
    ['checkIn', 422, 'orders.code-needed', 'code', () => onOrder(server.cast.leader, 'scheduled', signs({}))],
    [
      'checkIn',
      422,
      'orders.code-wrong',
      'code',
      () => onOrder(server.cast.leader, 'scheduled', signs({ code: '000000' })),
    ],
    [
      'checkIn',
      422,
      'orders.not-a-member',
      'personId',
      () =>
        onOrder(
          server.cast.leader,
          'scheduled',
          signs({ method: 'leader-co-sign', personId: server.cast.neighbour.personId }),
        ),
    ],
    [
      'checkIn',
      403,
      'orders.not-a-leader',
      undefined,
      () =>
        onOrder(
          server.cast.member,
          'scheduled',
          signs({ method: 'leader-co-sign', personId: server.cast.leader.personId }),
        ),
    ],
    [
      'checkIn',
      403,
      'orders.own-co-sign',
      undefined,
      () =>
        onOrder(
          server.cast.leader,
          'scheduled',
          signs({ method: 'leader-co-sign', personId: server.cast.leader.personId }),
        ),
    ],
    [
      'checkIn',
      409,
      'attendance.not-checked-in',
      undefined,
      () =>
        onOrder(
          server.cast.leader,
          'in_service',
          signs({ direction: 'out', method: 'leader-co-sign', personId: server.cast.member.personId }),
        ),
    ],
    [
      'checkIn',
      409,
      'attendance.checked-in-already',
      undefined,
      async () => {
        const call = await onOrder(
          server.cast.leader,
          'scheduled',
          signs({ method: 'leader-co-sign', personId: server.cast.member.personId }),
        )
        await server.send('checkIn', call)
        return call
      },
    ],
    [
      'checkIn',
      409,
      'attendance.elsewhere-now',
      undefined,
      () =>
        onOrder(
          server.cast.leader,
          'scheduled',
          signs({ method: 'leader-co-sign', personId: server.cast.member.personId }),
        ),
    ],
    ['startService', 409, 'orders.wrong-state', undefined, () => onOrder(server.cast.leader, 'in_service')],
    [
      'deliverOrder',
      409,
      'orders.wrong-state',
      undefined,
      () => onOrder(server.cast.leader, 'scheduled', { result: '办好了', actualHeadcount: 1 }),
    ],
    ['showPin', 409, 'orders.wrong-state', undefined, () => onOrder(tools.scene().requester, 'submitted')],
    [
      'addPhoto',
      422,
      'orders.photo-unreadable',
      'dataBase64',
      () =>
        onOrder(tools.scene().requester, 'submitted', {
          kind: 'request',
          dataBase64: PIXEL_PNG.slice(0, 40),
          publishConsent: false,
        }),
    ],
    [
      'confirmOrder',
      409,
      'orders.wrong-state',
      undefined,
      () => onOrder(tools.scene().requester, 'in_service', { actualHeadcount: null }),
    ],
    [
      'evaluateOrder',
      409,
      'orders.wrong-state',
      undefined,
      () => onOrder(tools.scene().requester, 'closed', { ...note, stars: 1, solved: false, tags: [] }),
    ],
    [
      'reopenOrder',
      409,
      'orders.reopening-used-up',
      undefined,
      async () => {
        const { id } = await cancelledOrder(server, tools.scene())
        return { as: tools.scene().requester, params: { id }, body: reason }
      },
    ],
    [
      'recordReached',
      409,
      'orders.nothing-to-reach',
      undefined,
      () => onOrder(server.cast.keeper, 'confirmed', { ...note, by: 'call', spokenTo: '本人' }),
    ],
  ]
}

/** Refusals at follow-up calls, rates, lists and tracking. */
export function callRefusals(tools: RefusalTools): Refusal[] {
  const { server, tamper } = tools
  const heard = (more: object) => ({
    ...note,
    result: 'spoke',
    spokenTo: '本人',
    solved: true,
    stars: 5,
    headcountHeard: null,
    ...more,
  })
  async function onCall(
    more: object,
    change?: (followUpId: string, orderId: string) => Promise<unknown>,
  ): Promise<LooseCall> {
    const { followUpId, id } = await stageOrder(server, tools.scene(), 'called')
    await change?.(followUpId, id)
    return { as: server.cast.caller, params: { id: followUpId }, body: heard(more) }
  }

  return [
    ['recordFollowUp', 422, 'orders.spoken-to-needed', 'spokenTo', () => onCall({ spokenTo: null })],
    ['recordFollowUp', 422, 'orders.solved-needed', 'solved', () => onCall({ solved: null })],
    ['recordFollowUp', 422, 'orders.stars-needed', 'stars', () => onCall({ stars: null })],
    [
      'recordFollowUp',
      409,
      'orders.follow-up-done',
      undefined,
      () => onCall({}, (id) => tamper(`update follow_up set state = 'done' where id = $1`, id)),
    ],
    [
      'recordFollowUp',
      403,
      'orders.follow-up-own-dispatch',
      undefined,
      () =>
        onCall({}, (_, id) =>
          tamper(
            `update order_transition set actor_id = $2 where order_id = $1 and move = 'offer'`,
            id,
            server.cast.caller.personId,
          ),
        ),
    ],
    [
      'readRates',
      422,
      'orders.no-formula-then',
      'until',
      async () => {
        await tamper('update rate_formula set valid_from = $2 where district_id = $1', YANQING, day(400))
        return { as: server.cast.auditor, query: { from: day(-9), until: day(0) } }
      },
    ],
    [
      'readRates',
      422,
      'orders.period-empty',
      'until',
      async () => ({ as: server.cast.auditor, query: { from: day(0), until: day(0) } }),
    ],
    [
      'listOrders',
      400,
      'platform.invalid',
      'state',
      async () => ({ as: server.cast.keeper, query: { state: 'sleeping' } }),
    ],
    [
      'trackOrder',
      404,
      'platform.not-found',
      'number',
      async () => ({ body: { number: '26-000001-T', phoneTail: '0000' } }),
    ],
  ]
}
