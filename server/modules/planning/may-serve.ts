import type { PlannableOrder, PlannableProvider } from '#modules/orders/index.ts'
import type { PlanFacts } from './plan-facts.ts'

/** The rules of the ranking (rank-candidates.ts): category or ordered offering, area, licences, and nobody who declined. */
export function mayServe({ places }: PlanFacts, provider: PlannableProvider, order: PlannableOrder): boolean {
  const isWanted = order.wantedProvider?.kind === provider.kind && order.wantedProvider.id === provider.id
  if (!isWanted && !provider.categorySlugs.includes(order.categorySlug)) return false
  if (provider.kind === 'team' && order.declinedBy.includes(provider.id)) return false
  if (provider.licences !== null && !order.licenceNeeds.every((need) => provider.licences!.includes(need))) return false
  if (isWanted || provider.kind === 'agency') return true
  const path = places.find((place) => place.id === order.unitId)?.pathIds ?? []
  return path.includes(provider.unitId) || provider.areaIds.some((id) => path.includes(id))
}
