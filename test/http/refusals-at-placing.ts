import { cancelledOrder, stageOrder } from '../support/http-orders.ts'
import { at, day, note, reason, type Refusal, type RefusalTools } from './refusal-tools.ts'

/** Refusals at every way of placing an order. */
export function placingRefusals(tools: RefusalTools): Refusal[] {
  const { server, tamper, wanted, assisted, offering } = tools
  return [
    [
      'placeOrder',
      422,
      'orders.unit-unknown',
      'unitId',
      async () => ({ as: tools.scene().requester, body: await wanted({ unitId: server.cast.places.agency.id }) }),
    ],
    [
      'placeOrder',
      422,
      'orders.category-unknown',
      'categoryId',
      async () => ({ as: tools.scene().requester, body: await wanted({ categoryId: server.cast.places.team }) }),
    ],
    [
      'placeOrder',
      422,
      'orders.offering-unknown',
      'offeringId',
      async () => ({ as: tools.scene().requester, body: await wanted({ offeringId: server.cast.places.team }) }),
    ],
    [
      'placeOrder',
      422,
      'orders.category-mismatch',
      'categoryId',
      async () => ({
        as: tools.scene().requester,
        body: await wanted({ offeringId: server.cast.places.otherOffering }),
      }),
    ],
    [
      'placeOrder',
      409,
      'catalogue.headcount-too-small',
      'headcount',
      async () => {
        await tamper(
          'update offering set headcount_min = 5, headcount_max = 9 where id = $1',
          server.cast.places.offering,
        )
        return { as: tools.scene().requester, body: await offering({ headcount: 1 }) }
      },
    ],
    [
      'placeOrder',
      409,
      'catalogue.headcount-too-large',
      'headcount',
      async () => ({ as: tools.scene().requester, body: await offering({ headcount: 4_000 }) }),
    ],
    [
      'placeOrder',
      409,
      'catalogue.window-too-short',
      'windowFrom',
      async () => ({
        as: tools.scene().requester,
        body: await offering({ headcount: 5, windowFrom: at(900), windowUntil: at(900.1) }),
      }),
    ],
    [
      'placeOrder',
      409,
      'catalogue.lead-time-too-short',
      'windowFrom',
      async () => ({
        as: tools.scene().requester,
        body: await offering({ headcount: 5, windowFrom: at(1), windowUntil: at(6) }),
      }),
    ],
    [
      'placeOrder',
      409,
      'catalogue.outside-area',
      'unitId',
      async () => {
        await tamper(
          'update offering set area_unit_ids = array[$2::uuid] where id = $1',
          server.cast.places.offering,
          server.cast.places.far.id,
        )
        return { as: tools.scene().requester, body: await offering({ headcount: 5 }) }
      },
    ],
    [
      'placeOrder',
      409,
      'catalogue.quota-used-up',
      undefined,
      async () => {
        await tamper(
          `update offering set monthly_quota = 1, area_unit_ids = '{}' where id = $1`,
          server.cast.places.offering,
        )
        await server.call('placeOrder', {
          as: tools.scene().requester,
          body: (await offering({ headcount: 5 })) as never,
        })
        return { as: tools.scene().requester, body: await offering({ headcount: 5 }) }
      },
    ],
    [
      'placeOrder',
      409,
      'catalogue.offering-unconfirmed',
      'offeringId',
      async () => {
        await tamper(
          `update offering set confirmed_at = now() - interval '1 year' where id = $1`,
          server.cast.places.offering,
        )
        return { as: tools.scene().requester, body: await offering({ headcount: 5 }) }
      },
    ],
    [
      'placeOrder',
      409,
      'catalogue.offering-ended',
      'offeringId',
      async () => {
        await tamper('update offering set ended_at = now() where id = $1', server.cast.places.offering)
        return { as: tools.scene().requester, body: await offering({ headcount: 5 }) }
      },
    ],
    [
      'placeOrder',
      422,
      'orders.window-incomplete',
      'windowUntil',
      async () => ({ as: tools.scene().requester, body: await wanted({ windowFrom: at(9) }) }),
    ],
    [
      'placeOrder',
      422,
      'orders.window-incomplete',
      'windowUntil',
      async () => ({ as: tools.scene().requester, body: await wanted({ windowFrom: at(9), windowUntil: at(8) }) }),
    ],
    [
      'placeOrder',
      422,
      'orders.window-past',
      'windowFrom',
      async () => ({ as: tools.scene().requester, body: await wanted({ windowFrom: at(-9), windowUntil: at(-8) }) }),
    ],
    [
      'placeOrder',
      400,
      'people.phone-invalid',
      'contactPhone',
      async () => ({ as: tools.scene().requester, body: await wanted({ contactPhone: '12345678901' }) }),
    ],
    [
      'placeOrder',
      409,
      'orders.looks-like-another',
      undefined,
      async () => {
        await stageOrder(server, tools.scene(), 'submitted')
        return { as: tools.scene().requester, body: await wanted({ placeAnyway: false }) }
      },
    ],
    [
      'placeAssistedOrder',
      422,
      'orders.consent-needed',
      'consentGiven',
      async () => ({ as: server.cast.agent, body: await assisted({ consentGiven: false }) }),
    ],
    [
      'placeAssistedOrder',
      422,
      'orders.read-back-needed',
      'readBack',
      async () => ({ as: server.cast.agent, body: await assisted({ readBack: false }) }),
    ],
    [
      'placeAssistedOrder',
      422,
      'orders.call-back-needed',
      'callBackPhone',
      async () => ({ as: server.cast.agent, body: await assisted({ callBackPhone: null }) }),
    ],
    [
      'placeAssistedOrder',
      422,
      'orders.relation-needed',
      'proxyRelation',
      async () => ({ as: server.cast.agent, body: await assisted({ proxyRelation: null }) }),
    ],
    [
      'placeAssistedOrder',
      400,
      'people.phone-invalid',
      'callBackPhone',
      async () => ({ as: server.cast.agent, body: await assisted({ callBackPhone: '99999999999' }) }),
    ],
    [
      'placeAssistedOrder',
      403,
      'orders.outside-your-units',
      'unitId',
      async () => ({ as: server.cast.siblingKeeper, body: await assisted() }),
    ],
    [
      'placeOrderBatch',
      422,
      'orders.window-past',
      'orders.1.windowFrom',
      async () => {
        const { placeAnyway: _, ...good } = await wanted({ contactPhone: '13986425511' })
        return {
          as: server.cast.keeper,
          body: { orders: [good, { ...good, windowFrom: at(-9), windowUntil: at(-8) }], placeAnyway: true },
        }
      },
    ],
  ]
}

/** Refusals at triage, and at taking an order back. */
export function triageRefusals(tools: RefusalTools): Refusal[] {
  const { server, onOrder } = tools
  return [
    [
      'takeIn',
      409,
      'orders.wrong-state',
      undefined,
      () =>
        onOrder(server.cast.keeper, 'dispatching', { ...note, agreementTriggers: [], risks: [], urgency: 'normal' }),
    ],
    [
      'answerOut',
      422,
      'orders.alternative-needed',
      'alternative',
      () =>
        onOrder(server.cast.keeper, 'submitted', { ...reason, exit: 'out-of-scope', alternative: '', reviewOn: null }),
    ],
    [
      'answerOut',
      422,
      'orders.review-date-past',
      'reviewOn',
      () =>
        onOrder(server.cast.keeper, 'submitted', { ...reason, exit: 'cannot-do', alternative: '等', reviewOn: day(0) }),
    ],
    [
      'deferOrder',
      422,
      'orders.review-date-past',
      'reviewOn',
      () => onOrder(server.cast.keeper, 'submitted', { ...reason, alternative: '等', reviewOn: day(-1) }),
    ],
    [
      'mergeOrder',
      422,
      'orders.merge-target',
      'intoNumber',
      () => onOrder(server.cast.keeper, 'submitted', { ...reason, intoNumber: '26-999999-A' }),
    ],
    [
      'mergeOrder',
      422,
      'orders.merge-target',
      'intoNumber',
      async () =>
        onOrder(server.cast.keeper, 'submitted', {
          ...reason,
          intoNumber: (await cancelledOrder(server, tools.scene())).number,
        }),
    ],
    [
      'passUpOrder',
      409,
      'orders.top-level',
      undefined,
      async () => {
        const { id } = await stageOrder(server, tools.scene(), 'submitted')
        for (let level = 0; level < 2; level++)
          await server.send('passUpOrder', { as: server.cast.dispatcher, params: { id }, body: reason })
        return { as: server.cast.dispatcher, params: { id }, body: reason }
      },
    ],
    ['cancelOrder', 409, 'orders.wrong-state', undefined, () => onOrder(tools.scene().requester, 'in_service', reason)],
  ]
}
