/** Asks the API for the three rates and compares them with the raw rows. */
import { callRoute } from '../../server/http/api.ts'
import { YANQING } from './cast.ts'
import type { District } from './district.ts'
import type { Broken } from './promises/ground.ts'
import { type RateNumbers, rateNumbers, RATES_ARE_THEIR_DEFINITIONS } from './promises/rates.ts'

const DAY = 86_400_000
const dateOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)

/** The whole district, one township and each provider, over all days so far and over the last week. */
export async function brokenRates(district: District): Promise<Broken[]> {
  const now = district.now()
  const until = dateOf(now + DAY)
  const auditor = district.people.get('auditor')!
  const actor = (await district.host.sessions.actorOf(auditor.token, YANQING))!
  const institute = district.units.find((unit) => unit.kind === 'institute')!
  const below = district.units.filter(
    (unit) => unit.kind === 'station' && unit.key.slice(0, 9) === institute.key.slice(0, 9),
  )
  const unitIds = [institute.id, ...below.map((unit) => unit.id)]
  const scopes = [
    { asked: {}, unitIds: null, providerId: null },
    { asked: { unitId: institute.id }, unitIds, providerId: null },
    ...district.teams.slice(0, 1).map(({ id }) => ({ asked: { providerId: id }, unitIds: null, providerId: id })),
  ]
  const broken: Broken[] = []
  for (const from of [dateOf(now - 100 * DAY), dateOf(now - 7 * DAY)]) {
    for (const { asked, ...scope } of scopes) {
      const told = await callRoute(district.host, { actor, token: auditor.token, byCookie: false }, 'readRates', {
        query: { from, until, ...asked },
        address: '192.0.2.1',
      })
      const { orders, excluded, notEvaluated, rates } = told.body
      const rate = (name: string) => {
        const found = rates.find((one) => one.rate === name)!
        return [found.numerator, found.denominator] as const
      }
      const answered: RateNumbers = {
        orders,
        excluded,
        notEvaluated,
        response: rate('response'),
        resolution: rate('resolution'),
        satisfaction: rate('satisfaction'),
      }
      const right = await rateNumbers(district.ground, { from, until }, scope, now)
      if (JSON.stringify(answered) !== JSON.stringify(right)) {
        const what = `${from} to ${until}, ${JSON.stringify(asked)}: told ${JSON.stringify(answered)}, the rows give ${JSON.stringify(right)}`
        broken.push({ promise: RATES_ARE_THEIR_DEFINITIONS, what })
      }
    }
  }
  return broken
}
