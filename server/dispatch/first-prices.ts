// Prices to begin column generation with, read off a plan: what each order costs where it is.
import type { Column, ColumnPool } from './columns.ts'
import type { Master, Prices } from './master.ts'

/** Shares the cost of each tour among its orders by what leaving each out would save; an order left out is worth its price. */
export function pricesOfPlan(master: Master, pool: ColumnPool, columns: readonly number[]): Prices {
  const prices = new Float64Array(master.rowCount)
  prices.set(master.orderPrice)
  for (const index of columns) {
    const column = pool.columns[index]!
    const savings = savingsOf(pool, column)
    const sum = savings.reduce((total, saving) => total + saving, 0)
    column.orders.forEach((order, i) => {
      const share = sum > 0 ? savings[i]! / sum : 1 / column.orders.length
      prices[order] = Math.min(master.orderPrice[order]!, share * column.cost)
    })
  }
  return prices
}

function savingsOf(pool: ColumnPool, column: Column): number[] {
  const { model } = pool
  const group = pool.groups[column.group]!
  const nodes = Array.from(column.visits, (visit) => group.visits.indexOf(visit))
  const span = group.size + 2
  return nodes.map((node, i) => {
    const from = i === 0 ? group.size : nodes[i - 1]!
    const to = i === nodes.length - 1 ? group.size + 1 : nodes[i + 1]!
    const detour = group.costs[from * span + node]! + group.costs[node * span + to]! - group.costs[from * span + to]!
    return Math.max(0, detour + group.assignment[node]! + model.workMinuteCost * group.service[node]!)
  })
}
