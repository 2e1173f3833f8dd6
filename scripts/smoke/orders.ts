/** One order from placing to award, reopened once and awarded again; every step is read back by a second account. */
import type { OrderView } from '../../contract/order-shapes.ts'
import type { RouteName } from '../../contract/routes.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { type Cast, gather, type Person } from './cast.ts'
import {
  type Account,
  type AnswerOf,
  eventually,
  expectEqual,
  expectTrue,
  linkAccount,
  type Parts,
  PUBLIC,
} from './client.ts'
import { minutesAfter, type Stage } from './stage.ts'

const HEADCOUNT_ORDERED = 12
const HEADCOUNT_DELIVERED = 11
const HEADCOUNT_CONFIRMED = 10
const SERVICE_MINUTES = 60
// First rule of db/seed/defaults/points.json: ten points for each verified hour.
const POINTS_PER_SERVICE = 10
const CLOSE_SECONDS_MAX = 15
const SEAL_SECONDS_MAX = 15
const CONTACT = { contactName: 'Team contact', contactPhone: '13900000011' } as const
const TAKE_IN: Parts<'takeIn'>['body'] = { note: '', agreementTriggers: [], risks: [], urgency: 'urgent' }

interface Scene extends Stage {
  readonly cast: Cast
  readonly orderId: string
  readonly number: string
}

export async function playOrders(stage: Stage): Promise<void> {
  const cast = await gather(stage)
  const placed = await place(stage, cast)
  const scene: Scene = { ...stage, cast, orderId: placed.id, number: placed.number }
  await refuseTwin(scene)
  await takeIn(scene)
  await reveal(scene)
  await declined(scene)
  await expired(scene)
  await accepted(scene)
  const link = await serve(scene, { round: 1, volunteers: 3 })
  await judge(scene, link, 1)
  await awarded(scene, [1, 1, 1])
  await reopen(scene)
  await takeIn(scene)
  await accepted(scene)
  await judge(scene, await serve(scene, { round: 2, volunteers: 1 }), 2)
  await awarded(scene, [1, 0, 0])
  await afterwards(scene)
  await verify(scene)
}

/** Calls a route of the scene's order. */
function act<Name extends RouteName>(scene: Scene, who: Account, name: Name, body?: Parts<Name>['body']) {
  const parts = { params: { id: scene.orderId }, ...(body !== undefined && { body }) } as Parts<Name>
  return scene.client.call(who, name, parts)
}

function read(scene: Scene, who: Account): Promise<OrderView> {
  return act(scene, who, 'readOrder')
}

async function readIn(scene: Scene, who: Account, state: OrderView['state']): Promise<OrderView> {
  const order = await read(scene, who)
  expectEqual(`the state as ${who.name} reads it`, order.state, state)
  return order
}

function wish(cast: Cast, title: string): NonNullable<Parts<'placeOrder'>['body']> {
  return {
    categoryId: cast.category.id,
    offeringId: null,
    title,
    details: cast.category.summary,
    unitId: cast.villageId,
    address: 'Play Street 7',
    venue: 'village hall',
    targetGroup: 'elderly',
    headcount: HEADCOUNT_ORDERED,
    windowFrom: null,
    windowUntil: null,
    urgency: 'urgent',
    risks: [],
    agreementTriggers: [],
    contactName: 'requester',
  }
}

async function place({ client, step }: Stage, cast: Cast): Promise<AnswerOf<'placeOrder'>> {
  const body = wish(cast, `${cast.category.name} ${newUuid7(new Date()).slice(-12)}`)
  const clientId = newUuid7(new Date())
  const placed = await step('requester', 'places an order; the dispatcher finds it in the queue', async () => {
    const placed = await client.call(cast.requester, 'placeOrder', { body, clientId })
    const queue = await client.call(cast.dispatcher, 'listOrders', {
      query: { state: 'submitted', sort: 'placed', unitId: cast.villageId },
    })
    const row = queue.rows.find((one) => one.id === placed.id)
    expectEqual('the row in the queue', [row?.number, row?.nextStep], [placed.number, 'triage'])
    expectTrue('the contact is masked in the queue', row?.contactNameMasked !== body.contactName)
    return placed
  })
  await step(
    'requester',
    'sends the same again under the same client id: the first answer, no second order',
    async () => {
      const again = await client.call(cast.requester, 'placeOrder', { body, clientId })
      expectEqual('the repeated answer', [again.id, again.number], [placed.id, placed.number])
      const mine = await client.call(cast.requester, 'listMyOrders')
      expectEqual('the number of own orders', mine.rows.length, 1)
    },
  )
  await step('the public', 'follows it by number and the last four digits of the phone', async () => {
    const track = { number: placed.number, phoneTail: cast.requester.phone.slice(-4) }
    const seen = await client.call(PUBLIC, 'trackOrder', { body: track })
    expectEqual('the tracked state', seen.state, 'submitted')
    expectTrue('somebody is responsible until a due time', seen.responsibleUnitName !== '' && seen.dueAt !== null)
  })
  return placed
}

async function refuseTwin({ client, step, cast, number }: Scene): Promise<void> {
  await step('requester', 'places a similar order and is shown the first one instead', async () => {
    const mine = await client.call(cast.requester, 'listMyOrders')
    const body = wish(cast, mine.rows[0]?.title ?? '')
    const twin = { status: 409, code: 'orders.looks-like-another' }
    const problem = await client.refused(cast.requester, 'placeOrder', { body }, twin)
    expectTrue('the refusal names the first order', JSON.stringify(problem.details).includes(number))
  })
}

async function takeIn(scene: Scene): Promise<void> {
  const { step, cast } = scene
  await step('dispatcher', 'takes the order in; the requester sees that it is being dispatched', async () => {
    await act(scene, cast.dispatcher, 'takeIn', TAKE_IN)
    const order = await readIn(scene, cast.requester, 'dispatching')
    expectEqual('the next step', order.nextStep, 'dispatch')
  })
}

async function reveal(scene: Scene): Promise<void> {
  const { client, step, cast } = scene
  await step('dispatcher', 'looks at the phone for a purpose; the requester can see who looked', async () => {
    const shown = await act(scene, cast.dispatcher, 'revealContact', { purpose: 'dispatch' })
    expectEqual('the phone in clear', shown.contactPhone, cast.requester.phone)
    const looks = await client.call(cast.requester, 'listMyLooks')
    expectTrue(
      'the look is listed with its purpose',
      looks.rows.some((look) => look.orderNumber === scene.number && look.purpose !== ''),
    )
  })
}

async function offer(scene: Scene, provider: { kind: 'agency' | 'team'; id: string }): Promise<OrderView['offers'][0]> {
  const order = await act(scene, scene.cast.dispatcher, 'makeOffer', { providers: [provider], note: '' })
  const made = order.offers.find((one) => one.state === 'open' && one.provider.id === provider.id)
  expectTrue('the offer is open', made !== undefined)
  return made
}

async function declined(scene: Scene): Promise<void> {
  const { client, step, cast, orderId } = scene
  const { localLeader } = cast
  await step('dispatcher', 'sees candidates with reasons, the local team among them', async () => {
    const { candidates } = await act(scene, cast.dispatcher, 'listCandidates')
    const local = candidates.find((one) => one.provider.id === localLeader.teamId)
    expectTrue('the local team is invited, not bound', local?.mode === 'invited')
    expectTrue(
      'every candidate has reasons',
      candidates.every((one) => one.reasons.length > 0),
    )
  })
  const made = await step('dispatcher', 'invites the local team; its leader finds the offer', async () => {
    const made = await offer(scene, { kind: 'team', id: localLeader.teamId })
    const inbox = await client.call(localLeader, 'listOffers', { query: { box: 'open' } })
    expectTrue(
      'the offer is in the inbox',
      inbox.rows.some((row) => row.offer?.id === made.id),
    )
    return made
  })
  await step('local leader', 'declines with a reason; the dispatcher sees it, the requester does not', async () => {
    const body = { reason: 'no-capacity', note: '' } as const
    await client.call(localLeader, 'declineOffer', { params: { id: made.id }, body })
    const order = await readIn(scene, cast.dispatcher, 'dispatching')
    const seen = order.offers.find((one) => one.id === made.id)
    expectEqual('the declined offer', [seen?.state, seen?.declineReason], ['declined', 'no-capacity'])
    expectEqual('what the requester sees of offers', (await read(scene, cast.requester)).offers, [])
    const gone = { status: 409, code: 'orders.offer-gone' }
    const again = { params: { id: made.id }, body: CONTACT }
    await client.refused(localLeader, 'acceptOffer', again, gone)
    expectEqual('the order', order.id, orderId)
  })
}

async function expired(scene: Scene): Promise<void> {
  const { step, cast } = scene
  const made = await step('dispatcher', 'binds an agency; the leader of the centre sees the open offer', async () => {
    const { candidates } = await act(scene, cast.dispatcher, 'listCandidates')
    const agency = candidates.find((one) => one.provider.kind === 'agency')
    expectTrue('an agency is bound, not invited', agency?.mode === 'bound')
    const made = await offer(scene, { kind: 'agency', id: agency.provider.id })
    await readIn(scene, cast.centreLeader, 'offered')
    return made
  })
  await step('the clock', 'passes the deadline: the offer expires, the order falls back and rises', async () => {
    await scene.moveTo(minutesAfter(new Date(made.deadlineAt), 1))
    const order = await readIn(scene, cast.dispatcher, 'dispatching')
    expectEqual('the offer', order.offers.find((one) => one.id === made.id)?.state, 'expired')
    expectEqual('the level of escalation', order.escalationLevel, 1)
    expectTrue('somebody above is responsible', order.responsibleUnit.id !== order.unit.id)
    const { rows } = await act(scene, cast.centreLeader, 'readTimeline')
    const moves = rows.slice(-2).map((row) => row.move)
    expectEqual('the last moves as the leader reads them', moves, ['fall-back', 'escalate'])
  })
}

async function accepted(scene: Scene): Promise<void> {
  const { client, step, cast } = scene
  const { districtLeader } = cast
  const made = await step('dispatcher', 'invites the district team; its leader is told by message', async () => {
    const before = await client.outbox(districtLeader.phone, 'offer-made')
    const made = await offer(scene, { kind: 'team', id: districtLeader.teamId })
    await eventually(5, 'the message of the offer', async () => {
      const messages = await client.outbox(districtLeader.phone, 'offer-made')
      return messages.find((one) => one.id !== before[0]?.id && one.text.includes(scene.number))
    })
    return made
  })
  await step('district leader', 'accepts, naming a person and a phone; the requester sees both', async () => {
    await client.call(districtLeader, 'acceptOffer', { params: { id: made.id }, body: CONTACT })
    const order = await readIn(scene, cast.requester, 'accepted')
    expectEqual('the contact', order.providerContact, { name: CONTACT.contactName, phone: CONTACT.contactPhone })
  })
  await step('district leader', 'agrees the time; the requester sees it', async () => {
    const now = await scene.now()
    const [from, until] = [minutesAfter(now, 10), minutesAfter(now, 10 + SERVICE_MINUTES)]
    const body = { from: from.toISOString(), until: until.toISOString(), agreedWith: 'requester', note: '' }
    await act(scene, districtLeader, 'scheduleOrder', body)
    const order = await readIn(scene, cast.requester, 'scheduled')
    expectEqual('the agreed beginning', order.scheduledFrom, from.toISOString())
    const contact = order.clocks.find((clock) => clock.kind === 'first-contact')
    expectTrue('the clock of first contact stands', contact?.stoppedAt !== null)
  })
}

type Direction = 'in' | 'out'

/** By the code on site, by the beneficiary's PIN, by the leader's signature: one volunteer each. */
async function checkAll(scene: Scene, direction: Direction, count: number): Promise<void> {
  const { step, cast } = scene
  const [a, b, c] = cast.volunteers
  const leader = cast.districtLeader
  const ways: (readonly [Person, string, () => Promise<unknown>])[] = [
    [
      a,
      'by the rotating code that the leader shows',
      async () => {
        const { code } = await act(scene, leader, 'showCheckInCode')
        await act(scene, a, 'checkIn', { direction, method: 'rotating-code', code, personId: null })
      },
    ],
    [
      b,
      'by the PIN that the requester tells',
      async () => {
        const { pin } = await act(scene, cast.requester, 'showPin')
        await act(scene, b, 'checkIn', { direction, method: 'beneficiary-pin', code: pin, personId: null })
      },
    ],
    [
      c,
      'with the leader’s signature',
      () => act(scene, leader, 'checkIn', { direction, method: 'leader-co-sign', code: null, personId: c.id }),
    ],
  ]
  for (const [person, how, check] of ways.slice(0, count))
    await step(person.name, `checks ${direction} ${how}; the dispatcher sees it`, async () => {
      await check()
      const order = await readIn(scene, cast.dispatcher, 'in_service')
      const present = order.attendance.filter((one) => one.personId === person.id && one.checkedOutAt === null)
      expectEqual(`how often ${person.name} is there`, present.length, direction === 'in' ? 1 : 0)
    })
}

async function serve(scene: Scene, { round, volunteers }: { round: number; volunteers: number }): Promise<Account> {
  const { client, step, cast } = scene
  if (round === 1) {
    await step('volunteer A', 'tries a wrong code and is refused', async () => {
      const body = { direction: 'in', method: 'beneficiary-pin', code: '00000', personId: null } as const
      const wrong = { status: 422, code: 'orders.code-wrong' }
      await client.refused(cast.volunteers[0], 'checkIn', { params: { id: scene.orderId }, body }, wrong)
    })
  }
  await checkAll(scene, 'in', volunteers)
  await step('the clock', `moves on by ${SERVICE_MINUTES} minutes of service`, async () => {
    await scene.moveTo(minutesAfter(await scene.now(), SERVICE_MINUTES))
  })
  await checkAll(scene, 'out', volunteers)
  return step('district leader', 'delivers with a headcount; the requester gets a private link', async () => {
    const before = (await client.outbox(cast.requester.phone, 'order-delivered')).length
    await act(scene, cast.districtLeader, 'deliverOrder', { result: 'done', actualHeadcount: HEADCOUNT_DELIVERED })
    const order = await readIn(scene, cast.dispatcher, 'delivered')
    expectEqual('the delivered headcount', order.actualHeadcount, HEADCOUNT_DELIVERED)
    expectEqual('whether the answer reached', order.answers.at(-1)?.reachedAt ?? null, null)
    const message = await eventually(5, 'the message of the delivery', async () => {
      const messages = await client.outbox(cast.requester.phone, 'order-delivered')
      return messages.length > before ? messages[0] : undefined
    })
    return linkAccount(message.text)
  })
}

async function judge(scene: Scene, link: Account, round: number): Promise<void> {
  const { step, cast } = scene
  await step('the private link', 'opens the answer; the dispatcher sees that it reached', async () => {
    await readIn(scene, link, 'delivered')
    const answer = (await read(scene, cast.dispatcher)).answers.at(-1)
    expectEqual('how the answer reached', [answer?.kind, answer?.reachedBy], ['result', 'page-opened'])
  })
  await step('the private link', 'confirms and corrects the headcount; the dispatcher sees it', async () => {
    await act(scene, link, 'confirmOrder', { actualHeadcount: HEADCOUNT_CONFIRMED })
    const order = await readIn(scene, cast.dispatcher, 'confirmed')
    expectEqual('the headcount', [order.actualHeadcount, order.headcountConfirmed], [HEADCOUNT_CONFIRMED, true])
  })
  await step('the private link', 'evaluates; the order closes, as the leader of the centre sees', async () => {
    const stars = round === 1 ? 3 : 5
    await act(scene, link, 'evaluateOrder', { stars, solved: true, tags: [], note: '' })
    const order = await eventually(CLOSE_SECONDS_MAX, 'the close', async () => {
      const order = await read(scene, cast.centreLeader)
      return order.state === 'closed' ? order : undefined
    })
    expectEqual('how it closed', [order.closedAs, order.evaluation?.stars], ['evaluated', stars])
  })
}

/** @param services how many services each volunteer has been awarded for */
async function awarded({ client, step, cast }: Scene, services: readonly number[]): Promise<void> {
  await step('the volunteers', 'find their points; the points officer sees them issued', async () => {
    let sum = 0
    for (const [index, person] of cast.volunteers.entries()) {
      const points = await client.call(person, 'readMyPoints')
      expectEqual(`the points of ${person.name}`, points.balance, (services[index] ?? 0) * POINTS_PER_SERVICE)
      sum += points.balance
    }
    const budget = await client.call(cast.pointsOfficer, 'readBudget')
    expectTrue('the budget has issued at least as much', budget.issued >= sum)
  })
}

async function reopen(scene: Scene): Promise<void> {
  const { client, step, cast } = scene
  await step('requester', 'reopens it: the dispatcher has it back, and the award is reversed', async () => {
    await act(scene, cast.requester, 'reopenOrder', { reason: 'not solved after all' })
    const order = await readIn(scene, cast.dispatcher, 'submitted')
    expectEqual('how often it was reopened', order.reopenings, 1)
    for (const person of cast.volunteers) {
      const points = await client.call(person, 'readMyPoints')
      expectEqual(`the points of ${person.name}`, points.balance, 0)
      expectEqual(
        `the entries of ${person.name}`,
        points.rows.map((row) => row.points),
        [-POINTS_PER_SERVICE, POINTS_PER_SERVICE],
      )
    }
  })
}

async function afterwards(scene: Scene): Promise<void> {
  const { client, step, cast, orderId } = scene
  await step('requester', 'cannot reopen a second time', async () => {
    const parts = { params: { id: orderId }, body: { reason: 'again' } }
    await client.refused(cast.requester, 'reopenOrder', parts, { status: 409, code: 'orders.reopening-used-up' })
    await readIn(scene, cast.dispatcher, 'closed')
  })
  await step('caller', 'reads the calls to make, which do not say who served', async () => {
    const { rows } = await client.call(cast.caller, 'listFollowUps')
    expectTrue(
      'every call has a due time',
      rows.every((row) => row.dueAt !== ''),
    )
  })
  await step('leader', 'reads the three rates, and the order behind them', async () => {
    const day = (at: Date) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at)
    const placedAt = new Date((await read(scene, cast.centreLeader)).placedAt)
    const query = { from: day(placedAt), until: day(minutesAfter(placedAt, 24 * 60)) }
    const { orders, rates } = await client.call(cast.centreLeader, 'readRates', { query })
    expectTrue('the order is counted', orders >= 1)
    expectEqual(
      'the rates',
      rates.map((one) => one.rate),
      ['response', 'resolution', 'satisfaction'],
    )
    expectTrue(
      'each opens to its definition',
      rates.every((one) => one.definition !== ''),
    )
    const behind = { ...query, rate: 'satisfaction', limit: 100 }
    const { rows } = await client.call(cast.centreLeader, 'listRateOrders', { query: behind })
    expectEqual('how the order counts', rows.find((row) => row.id === orderId)?.counts, 'yes')
  })
  await step('the volunteers', 'leave the team, without a reason; its leader no longer sees them', async () => {
    const team = { params: { id: cast.districtLeader.teamId } }
    for (const person of cast.volunteers) await client.call(person, 'leaveTeam', team)
    const { rows } = await client.call(cast.districtLeader, 'listTeamMembers', team)
    const left = new Set(cast.volunteers.map((person) => person.id))
    expectEqual(
      'who of them is still there',
      rows.filter((row) => left.has(row.personId)),
      [],
    )
  })
}

async function verify({ client, step, cast }: Scene): Promise<void> {
  await step('auditor', 'verifies the ledger: no faults, and the sum over all accounts is zero', async () => {
    const ledger = await client.call(cast.auditor, 'verifyLedger')
    expectEqual('the findings', [ledger.sum, ledger.faults], [0, []])
    expectTrue('there were transfers to verify', ledger.transfers > 0)
  })
  await step('auditor', 'verifies the audit chain: no faults, and every event is sealed within seconds', async () => {
    await eventually(SEAL_SECONDS_MAX, 'the seal of the last event', async () => {
      const audit = await client.call(cast.auditor, 'verifyAudit')
      expectEqual('the faults', audit.faults, [])
      return audit.unsealed === 0 && audit.sealed > 0 ? audit : undefined
    })
  })
}
