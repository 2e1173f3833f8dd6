import type { Model } from './model.ts'

/** How many neighbours of an order the ruin looks at: more than it ever removes. */
const NEIGHBOURS_MAX = 160

/** Orders near an order, nearest first, itself included; worked out when first asked for. */
export function neighbourhoods(model: Model): (order: number) => Int32Array {
  const known: (Int32Array | undefined)[] = []
  const minutes = model.problem.travel[0]!.minutes
  const { placeCount } = model
  const places = model.problem.orders.map((order) => order.place)
  const keep = Math.min(NEIGHBOURS_MAX, model.orderCount)
  return (order) => {
    const already = known[order]
    if (already) return already
    const from = places[order]!
    const distance = Float64Array.from(
      places,
      (to) => minutes[from * placeCount + to]! + minutes[to * placeCount + from]!,
    )
    distance[order] = -1
    const threshold = Float64Array.from(distance).sort()[keep - 1]!
    const near: number[] = []
    distance.forEach((value, other) => {
      if (value <= threshold) near.push(other)
    })
    near.sort((a, b) => distance[a]! - distance[b]! || a - b)
    const list = Int32Array.from(near.slice(0, keep))
    known[order] = list
    return list
  }
}
