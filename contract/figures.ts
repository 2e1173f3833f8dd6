import * as z from 'zod/mini'
import { date, instant, route } from './kit.ts'

/** The counters that anybody may see, in the order in which they are shown. */
export const figureNames = [
  'orders',
  'people',
  'people-unconfirmed',
  'orders-open',
  'stations-ordered',
  'stations',
  'institutes',
  'offerings',
  'offerings-orderable',
  'agencies',
  'teams',
  'volunteers',
  'activities',
  'service-turns',
] as const

export const figuresRoutes = {
  readFigures: route('GET /api/v1/figures', {
    permission: 'public',
    summary: 'The district’s counters since its founding, each with the query it is counted by, and the three rates',
    answer: z.object({
      from: date,
      /** Today, which is included. */
      until: date,
      countedAt: instant,
      figures: z.array(z.object({ figure: z.enum(figureNames), value: z.int(), query: z.string() })),
      rates: z.array(
        z.object({
          rate: z.enum(['response', 'resolution', 'satisfaction']),
          numerator: z.int(),
          denominator: z.int(),
          value: z.nullable(z.number()),
          low: z.nullable(z.number()),
          high: z.nullable(z.number()),
          definition: z.string(),
        }),
      ),
    }),
    budget: { calls: 120, seconds: 600 },
  }),
}
