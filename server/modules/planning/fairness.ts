/**
 * Gini coefficient of non-negative amounts: 0 when all are equal, towards 1 when one has everything; 0 for nothing at all.
 * The usual mean absolute difference, computed from the sorted amounts.
 */
export function gini(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, amount) => sum + amount, 0)
  if (amounts.length === 0 || total === 0) return 0
  const sorted = [...amounts].sort((a, b) => a - b)
  const weighted = sorted.reduce((sum, amount, i) => sum + (i + 1) * amount, 0)
  const n = sorted.length
  return (2 * weighted) / (n * total) - (n + 1) / n
}

/**
 * What each village is owed: how far it lies below the mean of services, as a share of the mean, between 0 and 1. A village
 * above the mean is owed nothing.
 */
export function debts(services: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const counts = [...services.values()]
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length)
  return new Map(
    [...services].map(([village, count]) => [village, mean === 0 ? 0 : Math.max(0, (mean - count) / mean)]),
  )
}

export interface Fairness {
  /** Of the teams' minutes in 30 days and in the plan. */
  readonly giniTeams: number
  /** Of the villages' services in 90 days and in the plan, over the villages that asked. */
  readonly giniVillages: number
  readonly debtMax: number
}

export function fairnessOf(
  minutesByTeam: ReadonlyMap<string, number>,
  services: ReadonlyMap<string, number>,
): Fairness {
  return {
    giniTeams: gini([...minutesByTeam.values()]),
    giniVillages: gini([...services.values()]),
    debtMax: Math.max(0, ...debts(services).values()),
  }
}
