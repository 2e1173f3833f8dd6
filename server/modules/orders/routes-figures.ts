import type { ordersRoutes } from '#contract/orders.ts'
import { translator } from '#i18n/translate.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { countFigures } from './figures.ts'
import { ratesOf } from './routes-rates.ts'
import { countRates, formulaOn } from './three-rates.ts'

/** The public counters: whole numbers of the district, with the query behind each, and the three rates of the same time. */
export const figureHandlers: Pick<Handlers<typeof ordersRoutes>, 'readFigures'> = {
  async readFigures({ tx, actor, now }) {
    const { foundedOn, figures } = await countFigures(tx, now)
    const today = dateIn(now)
    const formula = await formulaOn(tx, today)
    const scope = { from: foundedOn, until: addDays(today, 1), unitIds: null, providerId: null }
    const counts = await countRates(tx, scope, formula, now)
    const rates = ratesOf(counts, formula, translator(actor.locale))
    return { answer: { from: foundedOn, until: today, countedAt: now, figures, rates } }
  },
}
