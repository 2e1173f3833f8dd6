/**
 * Who may do what: every route, asked by every kind of caller, about things of the own village, the sibling village, another
 * township and another district. What is expected stands in `who-may.ts` and the case files.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../contract/kit.ts'
import { type RouteName, routes } from '../../contract/routes.ts'
import { PROVIDER_CONTACT } from '../support/http-orders.ts'
import { useServer } from '../support/server.ts'
import { activityCases } from './cases-of-activities.ts'
import { checkInCases } from './cases-of-check-in.ts'
import { hoursCases } from './cases-of-hours.ts'
import { recordCases } from './cases-of-records.ts'
import { orderCases, placingCases } from './cases-of-orders.ts'
import { teamDeskCases } from './cases-of-team-desk.ts'
import { teamCases } from './cases-of-teams.ts'
import { thingCases } from './cases-of-things.ts'
import { type Case, type Cases, openWorld, playerOf, type Resource, secretsOf, type World } from './matrix.ts'
import { gateAnswer, type Kind, KINDS } from './who-may.ts'

// A route without a case does not compile.
const cases: Cases = {
  ...orderCases,
  ...placingCases,
  ...thingCases,
  ...activityCases,
  ...checkInCases,
  ...recordCases,
  ...teamCases,
  ...hoursCases,
  ...teamDeskCases,
}
const server = useServer()
const CELLS_MIN = 4_000
const AT_ONCE = 8

let world: World
let cells = 0
let successes = 0

beforeAll(async () => {
  world = await openWorld(server)
}, 60_000)

afterAll(() => {
  process.stdout.write(`authorisation: ${cells} cells, ${successes} of them successes\n`)
})

describe.each(Object.keys(cases) as RouteName[])('%s', (name) => {
  test.each(cases[name].map((one, index) => [index, one] as const))('case %i', async (_index, one) => {
    await server.refill()
    for (const resource of one.resources) await askEverybody(name, one, resource)
  })
})

test('the matrix is as large as it should be', () => {
  expect(cells).toBeGreaterThan(CELLS_MIN)
  expect(successes).toBeGreaterThan(CELLS_MIN / 10)
})

/** All refusals first, on one thing that must stay as it is; then each success on a thing of its own. */
async function askEverybody(name: RouteName, one: Case, resource: Resource): Promise<void> {
  const shared = await one.make(world, resource)
  const before = await one.state?.(world, shared)
  const wants = KINDS.map((kind) => ({ kind, statuses: wanted(name, one, kind, resource) }))
  const succeeds = (statuses: readonly number[]) => statuses.some((status) => status < 300)
  await inBatches(
    wants.filter(({ statuses }) => one.isRead || !succeeds(statuses)),
    ({ kind, statuses }) => askCell(name, one, resource, kind, shared, statuses),
  )
  if (!one.isRead)
    expect(await one.state?.(world, shared), `${name} ${resource}: a refusal changed something`).toEqual(before)
  await inBatches(one.isRead ? [] : wants.filter(({ statuses }) => succeeds(statuses)), async ({ kind, statuses }) =>
    askCell(name, one, resource, kind, await one.make(world, resource), statuses),
  )
}

function wanted(name: RouteName, one: Case, kind: Kind, resource: Resource): readonly number[] {
  const { permission, status } = routes[name] as unknown as Route
  return gateAnswer(kind, permission) ?? one.answers(kind, resource, status)
}

async function askCell(
  name: RouteName,
  one: Case,
  resource: Resource,
  kind: Kind,
  target: unknown,
  statuses: readonly number[],
): Promise<void> {
  const input = await one.input(target, kind, resource, world)
  const { link: _, ...call } = input
  const response = await server.send(name, { as: playerOf(world, kind, resource, input), ...call })
  cells += 1
  if (response.status < 300) successes += 1
  const said = `${name} of ${resource} by ${kind}: ${response.text.slice(0, 300)}`
  expect(statuses, said).toContain(response.status)
  expectNoLeak(name, response.status, response.text, said)
}

/** Only a logged look and one's own export show a contact in clear; the provider's named contact stands in the order that it serves, nowhere else. */
function expectNoLeak(name: RouteName, status: number, body: string, said: string): void {
  const isSuccess = status < 300
  if (!(isSuccess && ['revealContact', 'exportMine'].includes(name)))
    for (const secret of secretsOf(world)) expect(body, said).not.toContain(secret)
  const showsOrder = isSuccess && /"providerContact":/u.test(body)
  if (!showsOrder) expect(body, said).not.toContain(PROVIDER_CONTACT.contactPhone)
}

async function inBatches<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(act))
}
