/** The three rates told anew from the raw rows, to be compared with what the API answers. */
import type { Ground } from './ground.ts'

export const RATES_ARE_THEIR_DEFINITIONS = 'the three rates are what their definitions say'

export interface RateNumbers {
  readonly orders: number
  readonly excluded: number
  readonly notEvaluated: number
  readonly response: readonly [numerator: number, denominator: number]
  readonly resolution: readonly [numerator: number, denominator: number]
  readonly satisfaction: readonly [numerator: number, denominator: number]
}

interface Raw {
  readonly id: string
  readonly state: string
  readonly outcome: string | null
  readonly unit: string
  readonly provider: string | null
  readonly stoppedAt: Date | null
  readonly used: number | null
  readonly limit: number | null
  readonly dueAt: Date | null
  readonly evaluations: readonly { readonly solved: boolean; readonly stars: number; readonly round: number }[]
  readonly calls: readonly { readonly solved: boolean; readonly stars: number; readonly at: string }[]
}

const RAW = {
  name: 'promise-rates',
  text: `
    select o.id, o.state, o.outcome, o.unit_id as unit, coalesce(o.provider_team_id, o.provider_unit_id) as provider,
           k.stopped_at as "stoppedAt", k.used_working_minutes as used, k.limit_working_minutes as "limit", k.due_at as "dueAt",
           coalesce((select jsonb_agg(jsonb_build_object('solved', e.solved, 'stars', e.stars, 'round', e.round)) from evaluation e
              where e.district_id = o.district_id and e.order_id = o.id), '[]') as evaluations,
           coalesce((select jsonb_agg(jsonb_build_object('solved', f.solved, 'stars', f.satisfied, 'at', f.done_at)) from follow_up f
              where f.district_id = o.district_id and f.order_id = o.id and f.contacted), '[]') as calls
      from service_order o left join order_clock k on k.district_id = o.district_id and k.order_id = o.id and k.kind = 'first-contact' and k.round = 1
     where o.district_id = $1 and o.placed_at >= ($2::date || 'T00:00+08:00')::timestamptz and o.placed_at < ($3::date || 'T00:00+08:00')::timestamptz`,
}

/**
 * @param scope units whose orders count, or a provider; both null for the whole district
 * @param now business time, at which what has not come yet and may still come is unknown
 */
export async function rateNumbers(
  ground: Ground,
  period: { from: string; until: string },
  scope: { unitIds: readonly string[] | null; providerId: string | null },
  now: number,
): Promise<RateNumbers> {
  const [formula] = await ground.rows<{ stars: number; outcomes: string[] }>(
    {
      text: `select satisfied_from_stars as stars, excluded_outcomes as outcomes from rate_formula
              where district_id = $1 and valid_from < $2::date and (valid_until is null or valid_until >= $2::date)`,
    },
    [ground.districtId, period.until],
  )
  const all = (await ground.rows<Raw>(RAW, [ground.districtId, period.from, period.until])).filter(
    (row) =>
      (scope.unitIds === null || scope.unitIds.includes(row.unit)) &&
      (scope.providerId === null || row.provider === scope.providerId),
  )
  const counted = all.filter((row) => row.outcome === null || !formula!.outcomes.includes(row.outcome))
  const responses = counted.map((row) => respondedInTime(row, now)).filter((one) => one !== null)
  const voices = counted.map(voiceOf)
  const heard = voices.filter((voice) => voice !== null)
  return {
    orders: all.length,
    excluded: all.length - counted.length,
    notEvaluated: counted.filter((row, i) => row.state === 'closed' && voices[i] === null).length,
    response: [responses.filter(Boolean).length, responses.length],
    resolution: [heard.filter((voice) => voice.solved).length, heard.length],
    satisfaction: [heard.filter((voice) => voice.stars >= formula!.stars).length, heard.length],
  }
}

function respondedInTime(row: Raw, now: number): boolean | null {
  if (row.limit === null) return null
  if (row.stoppedAt !== null) return row.used! <= row.limit
  return row.dueAt!.getTime() <= now ? false : null
}

/** What the requester said last: the evaluation of the latest round, else the latest call that was answered. */
function voiceOf(row: Raw): { solved: boolean; stars: number } | null {
  const evaluation = row.evaluations.toSorted((a, b) => a.round - b.round).at(-1)
  if (evaluation !== undefined) return evaluation
  return row.calls.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null
}
