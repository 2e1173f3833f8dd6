import type { FastifyReply } from 'fastify'
import { type ActProps, type FormState, type TeamAct, teamActs } from '#contract/pages.ts'
import type { OrderView } from '#contract/order-shapes.ts'
import type { Me } from '#contract/people.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { allowed } from '../permissions.ts'
import {
  clientIdOf,
  inputsOf,
  instantOn,
  type Labels,
  minutesOf,
  neededIn,
  newForm,
  numberIn,
  orNull,
  textIn,
  type Values,
} from './forms.ts'
import { get, paramOf, post, postedBy, queryOf, submit } from './page-route.ts'
import { notFound, type Visit } from './visit.ts'

/** For residents who lead or belong to a volunteer team. */
export const teamPages = [
  get('/team', team),
  get('/team/orders/:id', teamOrder),
  get('/team/orders/:id/code', checkInCode),
  post('/team/orders/:id/contact', contact),
  get('/team/orders/:id/:act', (visit) => actPage(visit)),
  post('/team/orders/:id/:act', act),
]

/** The name under which an order's `moves` allow each act. */
const MOVE_OF: Readonly<Record<TeamAct, string>> = {
  accept: 'accept-offer',
  decline: 'decline-offer',
  claim: 'claim',
  schedule: 'schedule',
  start: 'start',
  'check-in': 'check-in',
  'check-out': 'check-in',
  deliver: 'deliver',
  return: 'return',
}

const CONTACT_LABELS: Labels = {
  contactName: ['contactName', 'resident.accept.name'],
  contactPhone: ['contactPhone', 'resident.accept.phone'],
  provider: ['team', 'resident.accept.team'],
}
const CHECK_IN_LABELS: Labels = {
  method: ['method', 'resident.check-in.method'],
  code: ['code', 'resident.check-in.code'],
  personId: ['personId', 'resident.check-in.member'],
}
const GIVE_BACK_LABELS: Labels = {
  reason: ['reason', 'resident.reason.why'],
  note: ['note', 'resident.reason.say'],
}

const LABELS: Readonly<Record<TeamAct, Labels>> = {
  accept: CONTACT_LABELS,
  decline: GIVE_BACK_LABELS,
  claim: CONTACT_LABELS,
  schedule: {
    from: ['fromTime', 'resident.schedule.from'],
    until: ['untilTime', 'resident.schedule.until'],
    agreedWith: ['agreedWith', 'resident.schedule.agreed-with'],
    note: ['note', 'resident.reason.say'],
  },
  start: {},
  'check-in': CHECK_IN_LABELS,
  'check-out': CHECK_IN_LABELS,
  deliver: {
    result: ['result', 'resident.deliver.result'],
    actualHeadcount: ['actualHeadcount', 'resident.confirm.headcount'],
  },
  return: GIVE_BACK_LABELS,
}

/** Whoever may do one of these serves the order now, and needs to reach the requester. */
const CONTACT_MOVES = ['schedule', 'start', 'deliver', 'check-in']

async function signedIn(visit: Visit): Promise<Me> {
  const me = await visit.me()
  if (me === null) throw new Refusal('platform.not-signed-in', 401, {})
  return me
}

const ledBy = (me: Me) => me.teams.filter((one) => one.role !== 'member')

async function team(visit: Visit): Promise<FastifyReply> {
  const me = await signedIn(visit)
  // Invitations and the pool are for those who lead; a member sees what the team does.
  const box = async (name: string, isForMe: boolean) =>
    isForMe ? (await visit.call('listOffers', { query: { box: name } })).rows : []
  const leads = ledBy(me).length > 0
  const [open, pool, mine] = await Promise.all([
    box('open', leads),
    box('pool', leads),
    box('mine', me.teams.length > 0),
  ])
  return visit.render('team', { teams: me.teams, open, pool, mine })
}

const idOf = (visit: Visit) => paramOf(visit, 'id')

async function readOrder(visit: Visit): Promise<OrderView> {
  return visit.call('readOrder', { params: { id: idOf(visit) } })
}

/** The open offer that one of my teams may answer. */
function offerOf(order: OrderView, me: Me): string | null {
  const mine = new Set(me.teams.map((one) => one.id))
  return order.offers.find((offer) => offer.state === 'open' && mine.has(offer.provider.id))?.id ?? null
}

function actsOn(order: OrderView, me: Me): TeamAct[] {
  const offer = offerOf(order, me)
  const present = order.attendance.some((row) => row.personId === me.id && row.checkedOutAt === null)
  return teamActs.filter((name) => {
    if (!order.moves.includes(MOVE_OF[name])) return false
    if (name === 'accept' || name === 'decline') return offer !== null
    if (name === 'claim') return offer === null
    // A leader signs members in and out, whoever else is there.
    if (name === 'check-out') return order.attendance.some((row) => row.checkedOutAt === null)
    if (name === 'check-in') return !present || order.moves.includes('show-code')
    return true
  })
}

async function teamOrder(visit: Visit): Promise<FastifyReply> {
  const me = await signedIn(visit)
  const order = await readOrder(visit)
  const timeline = await visit.call('readTimeline', { params: { id: order.id } })
  return visit.render('team-order', {
    order,
    note: timeline.rows.findLast((row) => row.move === 'offer')?.reason ?? null,
    offerId: offerOf(order, me),
    acts: actsOn(order, me),
    showsCode: order.moves.includes('show-code'),
    showsContact:
      allowed(visit.caller.actor, 'personal.reveal') && CONTACT_MOVES.some((name) => order.moves.includes(name)),
    done: queryOf(visit, 'done') || null,
  })
}

async function contact(visit: Visit): Promise<FastifyReply> {
  const order = await readOrder(visit)
  const body = { purpose: order.state === 'accepted' ? 'call-requester' : 'visit' }
  const revealed = await visit.call('revealContact', {
    params: { id: order.id },
    body,
    clientId: newUuid7(new Date()),
  })
  return visit.render('team-contact', { orderId: order.id, title: order.title, contact: revealed })
}

async function checkInCode(visit: Visit): Promise<FastifyReply> {
  const order = await readOrder(visit)
  const code = await visit.call('showCheckInCode', { params: { id: order.id } })
  return visit.render('check-in-code', { orderId: order.id, title: order.title, ...code })
}

function actOf(visit: Visit): TeamAct {
  const asked = paramOf(visit, 'act')
  const found = teamActs.find((one) => one === asked)
  if (found === undefined) throw notFound()
  return found
}

async function actPage(visit: Visit, again?: FormState, status = 200): Promise<FastifyReply> {
  const me = await signedIn(visit)
  const name = actOf(visit)
  const order = await readOrder(visit)
  const base = `/team/orders/${order.id}`
  if (again === undefined && !actsOn(order, me).includes(name)) return visit.redirect(base)
  const props: ActProps = {
    act: name,
    form: again ?? newForm(valuesAtFirst(name, order, me)),
    order,
    action: `${base}/${name}`,
    back: base,
    teams: ledBy(me),
    members: name.startsWith('check-') ? await membersOf(visit, order, me) : [],
  }
  return visit.render('act', props, status)
}

function valuesAtFirst(name: TeamAct, order: OrderView, me: Me): Record<string, string> {
  switch (name) {
    case 'accept':
    case 'claim':
      return { contactName: me.name ?? '', team: ledBy(me)[0]?.id ?? '' }
    case 'schedule':
      return windowAtFirst(order)
    case 'check-in':
    case 'check-out':
      return { method: 'beneficiary-pin' }
    case 'deliver':
      return { actualHeadcount: String(order.headcount) }
    case 'decline':
    case 'start':
    case 'return':
      break
  }
  return {}
}

function windowAtFirst(order: OrderView): Record<string, string> {
  const from = order.scheduledFrom ?? order.windowFrom
  const until = order.scheduledUntil ?? order.windowUntil
  if (from === null || until === null) return {}
  return { date: inputsOf(from).date, fromTime: inputsOf(from).time, untilTime: inputsOf(until).time }
}

/** The members that a leader may sign in or out; nobody for a plain member. */
async function membersOf(visit: Visit, order: OrderView, me: Me): Promise<ActProps['members']> {
  const teamId = order.provider?.kind === 'team' ? order.provider.id : null
  if (teamId === null || !ledBy(me).some((one) => one.id === teamId)) return []
  const { rows } = await visit.call('listTeamMembers', { params: { id: teamId } })
  return rows.filter((row) => row.personId !== me.id).map((row) => ({ id: row.personId, name: row.name ?? row.role }))
}

async function act(visit: Visit): Promise<FastifyReply> {
  const name = actOf(visit)
  const me = await signedIn(visit)
  const order = await readOrder(visit)
  return submit(
    visit,
    labelsOf(name, postedBy(visit)),
    async (values) => {
      await perform(visit, name, order, me, values)
      return visit.redirect(name === 'decline' || name === 'return' ? '/team' : `/team/orders/${order.id}?done=${name}`)
    },
    (form, status) => actPage(visit, form, status),
  )
}

/** The day is a field of its own: where it is missing, the times that were typed are not at fault. */
function labelsOf(name: TeamAct, values: Values): Labels {
  if (name !== 'schedule' || textIn(values, 'date') !== '') return LABELS[name]
  const day = ['date', 'resident.schedule.date'] as const
  return { ...LABELS.schedule, from: day, ...(textIn(values, 'untilTime') !== '' && { until: day }) }
}

async function perform(visit: Visit, name: TeamAct, order: OrderView, me: Me, values: Values): Promise<void> {
  const clientId = clientIdOf(values)
  const params = { id: order.id }
  const contact = { contactName: neededIn(values, 'contactName'), contactPhone: neededIn(values, 'contactPhone') }
  switch (name) {
    case 'accept':
    case 'decline': {
      const offer = { params: { id: offerOf(order, me) ?? order.id }, clientId }
      if (name === 'accept') await visit.call('acceptOffer', { ...offer, body: contact })
      else await visit.call('declineOffer', { ...offer, body: givenBack(values) })
      return
    }
    case 'claim': {
      const body = { provider: { kind: 'team', id: neededIn(values, 'team') }, ...contact }
      await visit.call('claimOrder', { params, clientId, body })
      return
    }
    case 'schedule':
      await visit.call('scheduleOrder', { params, clientId, body: scheduleIn(values) })
      return
    case 'start':
      await visit.call('startService', { params, clientId })
      return
    case 'check-in':
    case 'check-out':
      await visit.call('checkIn', { params, clientId, body: checkInIn(name, values) })
      return
    case 'deliver': {
      const body = { result: neededIn(values, 'result'), actualHeadcount: numberIn(values, 'actualHeadcount') }
      await visit.call('deliverOrder', { params, clientId, body })
      return
    }
    case 'return':
      await visit.call('returnOrder', {
        params,
        clientId,
        body: { ...givenBack(values), note: neededIn(values, 'note') },
      })
  }
}

function givenBack(values: Values) {
  return { reason: neededIn(values, 'reason'), note: textIn(values, 'note') }
}

function scheduleIn(values: Values) {
  const date = textIn(values, 'date')
  const at = (name: string) => {
    const minutes = minutesOf(textIn(values, name))
    return date === '' || minutes === null ? undefined : instantOn(date, minutes)
  }
  return {
    from: at('fromTime'),
    until: at('untilTime'),
    agreedWith: neededIn(values, 'agreedWith'),
    note: textIn(values, 'note'),
  }
}

function checkInIn(name: 'check-in' | 'check-out', values: Values) {
  const method = neededIn(values, 'method')
  const coSigned = method === 'leader-co-sign'
  return {
    direction: name === 'check-in' ? 'in' : 'out',
    method,
    code: coSigned ? null : orNull(values, 'code'),
    personId: coSigned ? orNull(values, 'personId') : null,
  }
}
