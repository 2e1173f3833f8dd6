import type { routes } from '#contract/routes.ts'
import type { Handlers } from '#platform/handlers.ts'

/** The handlers of all modules, put together by the composition root. */
export type AllHandlers = Handlers<typeof routes>

export { orderLinkActor } from '#modules/orders/index.ts'
