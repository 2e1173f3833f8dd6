// What pricing knows of a class of equal team-days: the visits that they may make, with legs, windows and loads at hand.
import { endOf, startOf, type Model } from './model.ts'

export interface PricingGroup {
  /** The team-days of the class; the first stands for all. */
  readonly tours: Int32Array
  readonly team: number
  /** Nodes 0…size − 1 are visits; node `size` is the start and `size + 1` the end. */
  readonly size: number
  readonly visits: Int32Array
  readonly orders: Int32Array
  readonly assignment: Float64Array
  readonly opens: Float64Array
  readonly closes: Float64Array
  readonly service: Float64Array
  /** Legs by node: entry `from * (size + 2) + to`. */
  readonly minutes: Float64Array
  readonly costs: Float64Array
  /** Loads by node and dimension; the first dimension counts visits. */
  readonly dimensions: number
  readonly loads: Float64Array
  readonly loadsMax: Float64Array
  readonly shiftStarts: number
  readonly shiftEnds: number
  readonly workMinutesMax: number
  readonly workMinuteCost: number
  /** Whether the least time between departure and return has a limit or a price here. */
  readonly needsWork: boolean
  readonly fixedCost: number
  /** Whether no detour is quicker than the direct way: then what is out of reach now stays so, and visits may be dropped. */
  readonly isMetric: boolean
}

/** The classes of team-days that may make a visit. */
export function pricingGroups(model: Model): PricingGroup[] {
  const members = new Map<number, number[]>()
  for (let v = 0; v < model.tourCount; v++) {
    const like = model.tourClass[v]!
    const list = members.get(like)
    if (list) list.push(v)
    else members.set(like, [v])
  }
  const visitsOf = new Map<number, { visit: number; cost: number }[]>()
  for (let visit = 0; visit < model.visitCount; visit++) {
    for (let e = model.eligibleFrom[visit]!; e < model.eligibleFrom[visit + 1]!; e++) {
      const tour = model.eligibleTour[e]!
      if (members.get(model.tourClass[tour]!)![0] !== tour) continue
      const list = visitsOf.get(tour)
      const entry = { visit, cost: model.eligibleCost[e]! }
      if (list) list.push(entry)
      else visitsOf.set(tour, [entry])
    }
  }
  const metric = metricTables(model)
  const groups: PricingGroup[] = []
  for (const tours of members.values()) {
    const able = visitsOf.get(tours[0]!)
    if (able) groups.push(groupOf(model, tours, able, metric.get(model.minutes[tours[0]!]!)!))
  }
  return groups
}

function groupOf(
  model: Model,
  tours: readonly number[],
  able: readonly { visit: number; cost: number }[],
  isMetric: boolean,
): PricingGroup {
  const tour = tours[0]!
  const size = able.length
  const span = size + 2
  const elements = [...able.map(({ visit }) => visit), startOf(model, tour), endOf(model, tour)]
  const minutes = new Float64Array(span * span)
  const costs = new Float64Array(span * span)
  for (let i = 0; i < span; i++) {
    for (let j = 0; j < span; j++) {
      const leg = model.place[elements[i]!]! * model.placeCount + model.place[elements[j]!]!
      minutes[i * span + j] = model.minutes[tour]![leg]!
      costs[i * span + j] = model.costs[tour]![leg]!
    }
  }
  const { dimensions } = model
  const loads = new Float64Array(size * dimensions)
  able.forEach(({ visit }, i) =>
    loads.set(model.loads.subarray(visit * dimensions, (visit + 1) * dimensions), i * dimensions),
  )
  const pick = (from: Float64Array): Float64Array => Float64Array.from(able, ({ visit }) => from[visit]!)
  const service = pick(model.service)
  const shiftStarts = model.opens[startOf(model, tour)]!
  const shiftEnds = model.closes[endOf(model, tour)]!
  const workMinutesMax = model.workMinutesMax[tour]!
  return {
    tours: Int32Array.from(tours),
    team: model.teamOf[tour]!,
    size,
    visits: Int32Array.from(able, ({ visit }) => visit),
    orders: Int32Array.from(able, ({ visit }) => model.orderOf[visit]!),
    assignment: Float64Array.from(able, ({ cost }) => cost),
    opens: pick(model.opens),
    closes: pick(model.closes),
    service,
    minutes,
    costs,
    dimensions,
    loads,
    loadsMax: model.loadsMax.slice(tour * dimensions, (tour + 1) * dimensions),
    shiftStarts,
    shiftEnds,
    workMinutesMax,
    workMinuteCost: model.workMinuteCost,
    needsWork: model.workMinuteCost > 0 || workMinutesMax < shiftEnds - shiftStarts,
    fixedCost: model.fixedCost[tour]!,
    isMetric,
  }
}

const ROUNDING = 1e-9

/** Whether on a travel table, among these places, going by way of a third takes never less time or cost than going straight. */
function metricTables(model: Model): ReadonlyMap<Float64Array, boolean> {
  const places = [...new Set(model.place)]
  const known = new Map<Float64Array, boolean>()
  for (let v = 0; v < model.tourCount; v++) {
    const minutes = model.minutes[v]!
    if (!known.has(minutes))
      known.set(minutes, isMetric(minutes, places, model) && isMetric(model.costs[v]!, places, model))
  }
  return known
}

function isMetric(table: Float64Array, places: readonly number[], { placeCount }: Model): boolean {
  const here = Int32Array.from(places)
  const fromBy = new Float64Array(here.length)
  for (const by of here) {
    for (let j = 0; j < here.length; j++) fromBy[j] = table[by * placeCount + here[j]!]! + ROUNDING
    for (const from of here) {
      const toBy = table[from * placeCount + by]!
      const row = from * placeCount
      for (let j = 0; j < here.length; j++) if (toBy + fromBy[j]! < table[row + here[j]!]!) return false
    }
  }
  return true
}
