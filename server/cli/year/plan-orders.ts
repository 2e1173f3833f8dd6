/** Every order of the year: when, where, what, for whom, and how it is to end. */
import type { WorkingCalendar } from '#platform/calendar.ts'
import { datesBetween, DAY, dayWeight, holidaysOf, HOUR, slotFrom, timeOfDay } from './days.ts'
import { type Dice, runningSums, weighted } from './dice.ts'
import { type ContentPlanner, openContentPlanner } from './plan-content.ts'
import { spanDays } from './plan-offerings.ts'
import type { PeopleSource } from './plan-teams.ts'
import type {
  Channel,
  Fate,
  PlannedOffering,
  PlannedOrder,
  PlannedPerson,
  PlannedStation,
  PlannedTeam,
  Span,
  Stop,
  Way,
} from './planned.ts'
import { twistsOf } from './plan-twists.ts'
import { filled, type LifeWords } from './seed-words.ts'

/** Last days of the plan in which what is ordered stays open; before them, days in which everything goes straight. */
const OPEN_DAYS = 16
const BRISK_DAYS = 75

interface Planner {
  readonly span: Span
  readonly dice: Dice
  readonly words: LifeWords
  readonly untilMs: number
  readonly stations: readonly PlannedStation[]
  readonly teams: readonly PlannedTeam[]
  readonly content: ContentPlanner
  readonly residentOf: (station: PlannedStation, no: number) => PlannedPerson
  readonly contactOf: (station: PlannedStation, no: number) => PlannedPerson
}

export function planOrders(
  given: Pick<Planner, 'span' | 'dice' | 'words' | 'stations' | 'teams'> & {
    offerings: readonly PlannedOffering[]
    calendar: WorkingCalendar
    residents: PeopleSource
    contacts: PeopleSource
  },
): PlannedOrder[] {
  const { span, dice, words, offerings, calendar } = given
  const planner: Planner = {
    ...given,
    untilMs: Date.parse(`${span.until}T00:00:00+08:00`),
    content: openContentPlanner(dice, offerings, words, calendar),
    residentOf: sharedPeople(given.residents, dice, 'resident', 2),
    contactOf: sharedPeople(given.contacts, dice, 'contact', 14),
  }
  const places = stationsInTurn(span, dice, given.stations)
  const times = placingTimes(span, dice)
  const orders = times.map(({ at, channel }, index) => orderOf(planner, index + 1, at, channel, places[index]!))
  return withPeople(withBatches(withRepeats(orders, dice, words)), span, dice)
}

/** Every order's day by the weights of the days, and its hour by who places it. */
function placingTimes(span: Span, dice: Dice): { at: number; channel: Channel }[] {
  const holidays = holidaysOf(span.from, span.until)
  const dates = datesBetween(span.from, span.until)
  // The first day is the founding itself; whoever orders then orders in the afternoon, once everything is set up.
  const sums = runningSums(dates.map((date, day) => dayWeight(date, (day * 365) / dates.length, holidays)))
  return Array.from({ length: span.orders }, (_, index) => {
    const date = dates[weighted(sums, (index + dice.roll('day', index)) / span.orders)]!
    const channel = channelOf(dice.roll('channel', index))
    const share = dice.roll('time', index)
    const at = timeOfDay(date, channel === 'web' ? 'home' : 'office', date === span.from ? 0.5 + share / 2 : share)
    return { at: slotFrom(at, dice), channel }
  }).toSorted((a, b) => a.at - b.at)
}

function channelOf(share: number): Channel {
  if (share < 0.34) return 'batch'
  if (share < 0.55) return 'proxy'
  if (share < 0.78) return 'phone'
  return share < 0.95 ? 'web' : 'paper'
}

/** Every station once, if there are orders enough, then each as often as its weight says; in no order. */
function stationsInTurn(span: Span, dice: Dice, stations: readonly PlannedStation[]): PlannedStation[] {
  const weights = stations.map(({ code, isVillage }) => {
    const throwOf = (n: number) => dice.roll('station-weight', code, n) - 0.5
    return Math.exp(1.5 * (throwOf(1) + throwOf(2))) * (isVillage ? 1 : 1.5)
  })
  const sums = runningSums(weights)
  const places = Array.from({ length: span.orders }, (_, index) =>
    index < stations.length ? stations[index]! : stations[weighted(sums, dice.roll('station', index))]!,
  )
  return places
    .map((station, index) => ({ station, sort: dice.roll('turn', index) }))
    .toSorted((a, b) => a.sort - b.sort)
    .map(({ station }) => station)
}

function orderOf(planner: Planner, no: number, at: number, channel: Channel, station: PlannedStation): PlannedOrder {
  const { dice, words, untilMs } = planner
  const daysLeft = (untilMs - at) / DAY
  const isShort = spanDays(planner.span) < 120
  const isBrisk = daysLeft < (isShort ? spanDays(planner.span) : BRISK_DAYS)
  const fate = fateOf(dice, no, daysLeft, isShort)
  const content = planner.content.contentOf(no, at, station, isBrisk)
  const exit = fate === 'answered' ? dice.whole(0, words.exits.length - 1, 'exit', no) : 0
  const isHome = content.headcount <= 2
  const group = isHome ? words.details.single : words.details.group
  const team = teamFor(planner, no, at, station, content.category, content.offering)
  return {
    no,
    at,
    batch: null,
    channel,
    station: station.code,
    category: content.category,
    offering: content.offering?.index ?? null,
    title: fate === 'answered' && content.offering === null ? words.exits[exit]!.title : content.title,
    details: dice.pick(group, 'details', no),
    targetGroup: content.targetGroup,
    headcount: content.headcount,
    people: content.headcount,
    window: content.window,
    durationMinutes: content.durationMinutes,
    isEvening: content.isEvening,
    urgency: dice.roll('urgency', no) < 0.03 ? 'urgent' : 'normal',
    risks: dice.roll('risk', no) < 0.02 ? [dice.pick(['heights', 'electricity', 'weather'], 'which-risk', no)] : [],
    contact: channel === 'web' ? planner.residentOf(station, no) : planner.contactOf(station, no),
    address: isHome ? addressOf(dice, no, words) : null,
    venue: isHome ? '' : dice.pick(words.venues, 'venue', no),
    relation: channel === 'proxy' ? dice.pick(words.relations, 'relation', no) : null,
    ...team,
    agency: content.agency,
    fate,
    stop: stopOf(dice, no, fate, daysLeft),
    twists: twistsOf(dice, no, { isBrisk, daysLeft, isShort, exit, isUnheard: fate === 'unheard' }),
  }
}

/** How it ends. What is ordered in the last days stays open; some of it has long been open by then. */
function fateOf(dice: Dice, no: number, daysLeft: number, isShort: boolean): Fate {
  const share = dice.roll('fate', no)
  if (daysLeft < (isShort ? 9 : OPEN_DAYS)) return share < 0.04 ? 'cancelled' : 'open'
  if (share < 0.021) return 'cancelled'
  if (share < 0.043) return 'answered'
  if (share < 0.05) return 'merged'
  if (share < 0.062 && !isShort) return daysLeft > 80 ? 'unheard' : 'served'
  return share < 0.065 && daysLeft < 60 ? 'open' : 'served'
}

function stopOf(dice: Dice, no: number, fate: Fate, daysLeft: number): Stop {
  const early: readonly Stop[] = ['submitted', 'dispatching', 'offered', 'accepted', 'scheduled']
  if (fate === 'cancelled') return dice.pick(early, 'cancelled-at', no)
  if (fate === 'open' && daysLeft < 2) return dice.pick(early.slice(0, 2), 'stop', no)
  return dice.pick([...early, 'scheduled', 'delivered', 'delivered'] as const, 'stop', no)
}

/** Who is asked first: as near as there is somebody who can, and an agency for its own offering. */
function teamFor(
  { teams, dice }: Planner,
  no: number,
  at: number,
  station: PlannedStation,
  category: string,
  offering: PlannedOffering | null,
): { way: Way; team: string | null } {
  const standing = (team: PlannedTeam) => team.foundedAt + 2 * DAY < at && team.categories.includes(category)
  const pickOf = (found: readonly PlannedTeam[]) => (found.length === 0 ? null : dice.pick(found, 'team', no).key)
  if (offering !== null) {
    const invites = !offering.hasLicence && dice.roll('professional', no) < 0.2
    const team = invites ? pickOf(teams.filter((one) => one.servesDistrict && standing(one))) : null
    return { way: team === null ? 'agency' : 'professional', team }
  }
  const own = pickOf(teams.filter((one) => one.code === station.code && standing(one)))
  if (own !== null && dice.roll('near', no) < 0.8) return { way: 'village-team', team: own }
  const above = pickOf(
    teams.filter((one) => one.code === station.township && one.key.startsWith('township') && standing(one)),
  )
  return above === null ? { way: 'centre', team: null } : { way: 'township-team', team: above }
}

/** A station has so many people; each comes back now and then. */
function sharedPeople(source: PeopleSource, dice: Dice, kind: string, perStation: number) {
  const known = new Map<string, PlannedPerson>()
  return (station: PlannedStation, no: number): PlannedPerson => {
    const key = `${station.code} ${dice.whole(1, perStation, kind, no)}`
    const person = known.get(key) ?? source.next()
    known.set(key, person)
    return person
  }
}

function addressOf(dice: Dice, no: number, words: LifeWords): string {
  const street = dice.pick(words.streets, 'street', no)
  return filled(words.address, { street, number: dice.whole(1, 60, 'house', no) })
}

/** A merged order says again what somebody of a station ordered within the day before. */
function withRepeats(orders: readonly PlannedOrder[], dice: Dice, words: LifeWords): PlannedOrder[] {
  const perStation = new Map<string, number>()
  for (const { station } of orders) perStation.set(station, (perStation.get(station) ?? 0) + 1)
  let before: PlannedOrder | undefined
  return orders.map((order) => {
    if (order.fate === 'served' && order.channel !== 'batch' && order.urgency === 'normal') before = order
    if (order.fate !== 'merged') return order
    const isPossible = before !== undefined && order.at - before.at < REPEAT_HOURS * HOUR
    // No station may lose its only order.
    if (!isPossible || perStation.get(order.station)! < 2 || order.channel === 'batch' || order.channel === 'web')
      return { ...order, fate: 'answered', twists: { ...order.twists, exit: exitOf(dice, order.no, words) } }
    perStation.set(order.station, perStation.get(order.station)! - 1)
    const { station, category, title, agency, no } = before!
    return { ...order, station, category, title, agency, offering: null, twists: { ...order.twists, repeats: no } }
  })
}

function exitOf(dice: Dice, no: number, words: LifeWords): number {
  return dice.whole(0, words.exits.length - 1, 'exit', no)
}

const REPEAT_HOURS = 20
const BATCH_MAX = 4
const BATCH_HOURS = 30

/** What a keeper collected within a day or so goes in together, at the time of the last. */
function withBatches(orders: readonly PlannedOrder[]): PlannedOrder[] {
  const result = [...orders]
  const open = new Map<string, number[]>()
  const close = (indices: readonly number[]) => {
    const nos = indices.map((index) => result[index]!.no)
    const at = result[indices.at(-1)!]!.at
    for (const index of indices) result[index] = { ...result[index]!, at, batch: nos }
  }
  for (const [index, order] of orders.entries()) {
    if (order.channel !== 'batch') continue
    const waiting = open.get(order.station) ?? []
    const fits = waiting.length < BATCH_MAX && order.at - (orders[waiting[0] ?? index]?.at ?? 0) < BATCH_HOURS * HOUR
    if (!fits && waiting.length > 0) close(waiting)
    open.set(order.station, fits ? [...waiting, index] : [index])
  }
  for (const waiting of open.values()) close(waiting)
  return result
}

/** Gives the served orders exactly the people that the plan promises, each near to what was ordered. */
function withPeople(orders: readonly PlannedOrder[], span: Span, dice: Dice): PlannedOrder[] {
  const came = (order: PlannedOrder) =>
    order.headcount <= 2 ? order.headcount : order.headcount * (0.72 + 0.5 * dice.roll('came', order.no))
  const served = orders.filter((order) => order.fate === 'served')
  const factor = span.people / served.reduce((sum, order) => sum + came(order), 0)
  const people = new Map(served.map((order) => [order.no, Math.max(1, Math.round(came(order) * factor))]))
  let missing = span.people - [...people.values()].reduce((sum, count) => sum + count, 0)
  // One by one over the larger groups, where one more or fewer is nothing to see.
  const large = served.toSorted((a, b) => b.headcount - a.headcount || a.no - b.no)
  for (let at = 0; missing !== 0; at = (at + 1) % large.length) {
    const no = large[at]!.no
    const step = Math.sign(missing)
    if (people.get(no)! + step < 1) continue
    people.set(no, people.get(no)! + step)
    missing -= step
  }
  return orders.map((order) => ({ ...order, people: people.get(order.no) ?? Math.max(1, Math.round(came(order))) }))
}
