// What the invented residents order: services of the demonstration's catalogue, each wish tried once before it is used.
import { randomUUID } from 'node:crypto'
import { YANQING } from '../../server/cli/district-plan.ts'
import { asOwner } from '../load/stage.ts'

export interface Wish {
  readonly categoryId: string
  readonly offeringId: string
  readonly title: string
  readonly details: string
  readonly unitId: string
  readonly address: string
  readonly venue: string
  readonly targetGroup: string
  readonly headcount: number
  readonly windowFrom: string
  readonly windowUntil: string
  readonly urgency: 'normal'
  readonly risks: readonly []
  readonly agreementTriggers: readonly []
  readonly contactName: string
}

const QUOTA = 1_000_000
const WISHES_MIN = 20
const VILLAGES = 24
const DAY_MILLISECONDS = 24 * 3600_000
const DAYS_AHEAD = [12, 13, 16, 19] as const
// Nine to twelve in the morning at UTC+8.
const FROM_HOUR_UTC = 1
const UNTIL_HOUR_UTC = 4

/**
 * Wishes that the server takes: an offering, whose monthly quota is held but made large enough for the bench, a village, a
 * morning some days ahead. Each was placed once by somebody who orders nothing else. No two look alike.
 */
export async function usableWishes(origin: string, databaseUrl: string, tokens: readonly string[]): Promise<Wish[]> {
  const { offerings, units } = await asOwner(databaseUrl, async (client) => ({
    enlarged: await client.query(`update offering set monthly_quota = ${QUOTA} where monthly_quota is not null`),
    // Past the application, so the server has to be told.
    told: await client.query('update reference_stamp set stamp = gen_random_uuid()'),
    offerings: (
      await client.query<{ id: string; category_id: string; title: string; headcount_min: number }>(
        `select id, category_id, title, headcount_min from offering
          where district_id = $1 and ended_at is null order by title, id`,
        [YANQING],
      )
    ).rows,
    units: (
      await client.query<{ id: string }>(
        `select id from unit where district_id = $1 and kind = 'station' order by id limit ${VILLAGES}`,
        [YANQING],
      )
    ).rows,
  }))
  const usable: Wish[] = []
  const today = Math.floor(Date.now() / DAY_MILLISECONDS) * DAY_MILLISECONDS
  for (const [i, offering] of offerings.entries()) {
    // A resident who orders each of them once must not be asked whether it is the same again.
    if (usable.some((other) => other.categoryId === offering.category_id && shareWords(other.title, offering.title)))
      continue
    for (const [attempt, days] of DAYS_AHEAD.entries()) {
      const day = today + days * DAY_MILLISECONDS
      const wish: Wish = {
        categoryId: offering.category_id,
        offeringId: offering.id,
        title: offering.title,
        details: '请在上午来，村口有人接。老人耳背，请大声一点。',
        unitId: units[(i * 7) % units.length]!.id,
        address: '村东头第三户',
        venue: '新时代文明实践站',
        targetGroup: 'all',
        headcount: Math.max(offering.headcount_min, 12),
        windowFrom: new Date(day + FROM_HOUR_UTC * 3600_000).toISOString(),
        windowUntil: new Date(day + UNTIL_HOUR_UTC * 3600_000).toISOString(),
        urgency: 'normal',
        risks: [],
        agreementTriggers: [],
        contactName: '柳青禾',
      }
      const answer = await placeOrder(origin, tokens[(i * DAYS_AHEAD.length + attempt) % tokens.length]!, wish)
      if (answer.status !== 201) continue
      usable.push(wish)
      break
    }
  }
  if (usable.length < WISHES_MIN) throw new Error(`Only ${usable.length} wishes were taken by the server.`)
  return usable
}

/** Stricter than the server's own comparison. */
function shareWords(a: string, b: string): boolean {
  const pairs = (text: string) => new Set(Array.from(text.slice(1), (character, index) => text[index]! + character))
  const [x, y] = [pairs(a), pairs(b)]
  return [...x].filter((pair) => y.has(pair)).length / Math.min(x.size, y.size) >= 0.4
}

export async function placeOrder(
  origin: string,
  token: string,
  wish: Wish,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${origin}/api/v1/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(wish),
  })
  return { status: answer.status, body: await answer.json() }
}
