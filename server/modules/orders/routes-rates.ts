import { PAGE_ROWS } from '#contract/kit.ts'
import type { ordersRoutes } from '#contract/orders.ts'
import { findUnit, unitsBelow } from '#modules/orgs/index.ts'
import { findTeam } from '#modules/teams/index.ts'
import { type Translate, translateByName, translator } from '#i18n/translate.ts'
import { type Actor, holdsAny, holdsAt } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'
import { addDays } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import {
  countRates,
  formulaOn,
  type Rate,
  type RateCounts,
  type RateFormula,
  type RateOrder,
  rateOrders,
  type RateScope,
  wilson,
} from './three-rates.ts'
import { refuse } from './refusals.ts'

type Rates = Pick<Handlers<typeof ordersRoutes>, 'readRates' | 'listRateOrders'>

interface Asked {
  readonly from: string
  readonly until: string
  readonly unitId?: string | undefined
  readonly providerId?: string | undefined
}

/** The three rates, and the orders behind each. */
export const rateHandlers: Rates = {
  async readRates({ tx, actor, now }, { query }) {
    const { scope, organisation } = await scopeOf(tx, actor, query)
    const formula = await formulaOn(tx, addDays(query.until, -1))
    const counts = await countRates(tx, scope, formula, now)
    const rates = ratesOf(counts, formula, translator(actor.locale))
    const { orders, excluded, notEvaluated } = counts
    return {
      answer: {
        from: query.from,
        until: query.until,
        organisation,
        formula,
        orders,
        excluded,
        notEvaluated,
        rates,
        weighted: weighted(formula, counts),
      },
    }
  },
  async listRateOrders({ tx, actor, now }, { query }) {
    const { scope } = await scopeOf(tx, actor, query)
    const formula = await formulaOn(tx, addDays(query.until, -1))
    const limit = query.limit ?? PAGE_ROWS
    const [at, id] = cursorOf(query.cursor, ['instant', 'id'])
    const after = at === undefined || id === undefined ? undefined : { at: new globalThis.Date(at), id }
    const rows = await rateOrders(tx, scope, formula, { after, limit: limit + 1 }, now)
    const say = (key: string, params?: Record<string, string>) =>
      translateByName(actor.locale, `orders.${key}`, params) ?? key
    const page = pageOf(rows, limit, (row) => [row.placedAt.toISOString(), row.id])
    return {
      answer: { ...page, rows: page.rows.map((row) => ({ ...row, ...countsAs(row, query.rate, formula, say) })) },
    }
  },
}

/** A unit sees itself and what lies below; a provider its own agency; the centre everything. */
async function scopeOf(tx: Tx, actor: Actor, asked: Asked): Promise<{ scope: RateScope; organisation: string }> {
  if (asked.until <= asked.from) throw refuse('period-empty', {}, { field: 'until' })
  const wide = holdsAny(actor, ['centre-leader', 'auditor'])
  const mine = (unitId: string) => wide || holdsAt(actor, ['dispatcher', 'station-keeper'], unitId)
  if (asked.providerId !== undefined) {
    const own = holdsAt(actor, ['provider'], asked.providerId)
    if (!own && !wide && !holdsAny(actor, ['dispatcher'])) throw new Refusal('platform.forbidden', 403, {})
    const on = addDays(asked.until, -1)
    const provider = (await findUnit(tx, asked.providerId, on)) ?? (await findTeam(tx, asked.providerId, on))
    if (provider === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'providerId' })
    return { scope: { ...asked, unitIds: null, providerId: provider.id }, organisation: provider.name }
  }
  if (asked.unitId === undefined) {
    const grant = actor.grants.find((one) =>
      ['dispatcher', 'station-keeper', 'centre-leader', 'auditor'].includes(one.role),
    )
    if (grant === undefined) throw new Refusal('platform.forbidden', 403, {})
    return scopeOf(tx, actor, { ...asked, unitId: grant.unitId })
  }
  const unit = await findUnit(tx, asked.unitId, addDays(asked.until, -1))
  if (unit === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  if (!mine(unit.id)) throw new Refusal('platform.forbidden', 403, {})
  const unitIds = unit.kind === 'centre' ? null : (await unitsBelow(tx, [unit.id])).map((one) => one.id)
  return { scope: { ...asked, unitIds, providerId: null }, organisation: unit.name }
}

/** The three shares with their intervals, each with what it counts in words. */
export function ratesOf(counts: RateCounts, formula: RateFormula, t: Translate) {
  return [
    {
      rate: 'response' as const,
      ...shareOf(counts.responded, counts.responseKnown),
      definition: t('orders.definition.response', { excluded: counts.excluded }),
    },
    {
      rate: 'resolution' as const,
      ...shareOf(counts.solved, counts.heard),
      definition: t('orders.definition.resolution', { silent: counts.notEvaluated }),
    },
    {
      rate: 'satisfaction' as const,
      ...shareOf(counts.satisfied, counts.heard),
      definition: t('orders.definition.satisfaction', { stars: formula.satisfiedFromStars }),
    },
  ]
}

function shareOf(numerator: number, denominator: number) {
  return { numerator, denominator, ...wilson(numerator, denominator) }
}

/** The published weighting; null as long as one of the three has nothing to be counted from. */
function weighted(formula: RateFormula, counts: RateCounts): number | null {
  if (counts.responseKnown === 0 || counts.heard === 0) return null
  return (
    (formula.responseWeight * counts.responded) / counts.responseKnown +
    (formula.resolutionWeight * counts.solved) / counts.heard +
    (formula.satisfactionWeight * counts.satisfied) / counts.heard
  )
}

type Say = (key: string, params?: Record<string, string>) => string

function countsAs(
  row: RateOrder,
  rate: Rate,
  formula: RateFormula,
  say: Say,
): { counts: 'yes' | 'no' | 'excluded'; why: string } {
  if (row.isExcluded)
    return { counts: 'excluded', why: say('counts.outcome', { outcome: say(`outcome.${row.outcome ?? ''}`) }) }
  if (rate === 'response') {
    if (row.responded === null) return { counts: 'excluded', why: say('counts.not-yet') }
    return row.responded
      ? { counts: 'yes', why: say('counts.in-time') }
      : { counts: 'no', why: say(row.stoppedLate ? 'counts.late' : 'counts.not-yet') }
  }
  if (row.solved === null || row.stars === null) return { counts: 'excluded', why: say('counts.no-voice') }
  if (rate === 'resolution')
    return row.solved ? { counts: 'yes', why: say('counts.solved') } : { counts: 'no', why: say('counts.unsolved') }
  return row.stars >= formula.satisfiedFromStars
    ? { counts: 'yes', why: say('counts.satisfied') }
    : { counts: 'no', why: say('counts.unsatisfied') }
}
