/** The median of each figure over several runs; a figure that a run lacks counts as 0. */
export function medians(runs: readonly object[]): Record<string, number> {
  const keys = Object.keys(runs[0]!)
  return Object.fromEntries(
    keys.map((key) => [key, median(runs.map((one) => Number((one as Record<string, unknown>)[key] ?? 0)))]),
  )
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}

export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals))
