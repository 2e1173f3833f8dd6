/** Compares what clients were told with what the database holds. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { fetchJson } from '../support/sign-in.ts'
import type { Entry } from './journal.ts'
import { MOVE_OF_STEP } from './life.ts'
import { asOwner, authorizationOf, type Stage } from './stage.ts'

const SEAL_SECONDS_MAX = 15
const SHOWN_MAX = 5

/** Faults by the name of the promise they break; each list is empty when all is well. */
export type Findings = Readonly<Record<string, readonly string[]>>

/** @param prefix of the names of this run's lives, which are the titles of their orders */
export async function verify(stage: Stage, entries: readonly Entry[], prefix: string): Promise<Findings> {
  const acknowledged = entries.filter((entry) => entry.outcome === 'acknowledged')
  const described = (entry: Entry) =>
    `${entry.what} of ${entry.life}: ${entry.status} ${JSON.stringify(entry.answer)?.slice(0, 200)}`
  const found = await asOwner(stage, async (client) => ({
    'no acknowledged write is lost and none is done twice': [
      ...(await faultsOfOrders(client, acknowledged, prefix)),
      ...(await faultsOfFundings(client, acknowledged, prefix)),
      ...(await faultsOfIds(client, acknowledged)),
    ],
    'no message goes out twice': await faultsOfMessages(client, prefix),
    'no order is an orphan': await orphans(client),
    'no job is lost': await lostJobs(client, prefix),
  }))
  return {
    'every unknown outcome is resolved by a retry': entries
      .filter((entry) => entry.outcome === 'unknown')
      .map(described),
    'nothing is refused that was in order': entries.filter((entry) => entry.outcome === 'refused').map(described),
    ...found,
    'the ledger holds': await faultsOfLedger(stage),
    'the audit chain holds': await faultsOfAudit(stage),
  }
}

async function faultsOfOrders(client: Client, acknowledged: readonly Entry[], prefix: string): Promise<string[]> {
  const { rows } = await client.query<{ title: string; move: string; times: number }>(
    `select o.title, t.move, count(*)::int as times
       from service_order o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
      where o.title like $1 and t.move = any($2)
      group by o.id, o.title, t.move`,
    [`${prefix}%`, Object.values(MOVE_OF_STEP)],
  )
  const told = acknowledged
    .filter((entry) => entry.what in MOVE_OF_STEP)
    .map((entry) => `${entry.life} ${MOVE_OF_STEP[entry.what]}`)
  const done = rows.map((row) => `${row.title} ${row.move}`)
  return [
    ...differences(told, done),
    ...rows.filter((row) => row.times !== 1).map((row) => `${row.title} ${row.move} ${row.times} times`),
  ]
}

async function faultsOfFundings(client: Client, acknowledged: readonly Entry[], prefix: string): Promise<string[]> {
  const { rows } = await client.query<{ reason: string }>('select reason from ledger_transfer where reason like $1', [
    `${prefix}%`,
  ])
  const told = acknowledged.filter((entry) => entry.what === 'fund').map((entry) => entry.life)
  return differences(
    told,
    rows.map((row) => row.reason),
  )
}

async function faultsOfIds(client: Client, acknowledged: readonly Entry[]): Promise<string[]> {
  const ids = acknowledged.map((entry) => entry.clientId)
  const { rows } = await client.query<{ client_id: string; status: number }>(
    'select client_id, status from idempotency where client_id = any($1)',
    [ids],
  )
  const stored = new Map(rows.map((row) => [row.client_id, row.status]))
  return acknowledged
    .filter((entry) => stored.get(entry.clientId) !== entry.status)
    .map((entry) => `${entry.what} of ${entry.life} was told ${entry.status}, stored is ${stored.get(entry.clientId)}`)
}

async function faultsOfMessages(client: Client, prefix: string): Promise<string[]> {
  const { rows } = await client.query<{ title: string; template: string; times: number }>(
    `select o.title, m.template, count(*)::int as times
       from service_order o join message m on m.district_id = o.district_id and m.subject_id = o.id
      where o.title like $1 and m.template like 'order-%' group by o.title, m.template, m.to_person_id having count(*) > 1`,
    [`${prefix}%`],
  )
  return rows.map((row) => `${row.title}: ${row.template} ${row.times} times`)
}

/** @param isSteady whether the clock never went back: then the history's order is the order in which it happened */
export async function orphans(client: Client, isSteady = true): Promise<string[]> {
  const { rows } = await client.query<{ number: string; state: string }>(
    `select o.number, o.state from service_order o
      where (o.state <> 'closed' and (o.responsible_unit_id is null or o.due_at is null or o.next_step in ('', 'none')))
         or ${isSteady} and o.state is distinct from (select t.to_state from order_transition t
              where t.district_id = o.district_id and t.order_id = o.id order by t.at desc, t.id desc limit 1)
         or not exists (select from order_transition t
              where t.district_id = o.district_id and t.order_id = o.id and t.to_state = o.state)
         or not exists (select from order_clock c where c.district_id = o.district_id and c.order_id = o.id)`,
  )
  return rows.map((row) => `${row.number} is ${row.state} without responsible, step, history or clock`)
}

/** An evaluated order is closed by a job: done, or still there to be done. */
async function lostJobs(client: Client, prefix: string): Promise<string[]> {
  const { rows } = await client.query<{ title: string }>(
    `select o.title from service_order o
      where o.title like $1 and o.state = 'evaluated'
        and not exists (select from pgboss.job j where j.name = 'orders.close' and j.data ->> 'orderId' = o.id::text
                          and j.state in ('created', 'retry', 'active'))`,
    [`${prefix}%`],
  )
  return rows.map((row) => `${row.title} is evaluated, but no job will close it`)
}

/** Who signed in again: a session that nobody used for half an hour has ended, and a soak takes longer. */
const renewed = new WeakMap<Stage, string>()

async function askAsAuditor<T>(stage: Stage, path: string): Promise<T> {
  const url = `${stage.origin}/api/v1/${path}`
  const authorization = renewed.get(stage) ?? stage.cast.auditor
  const { status } = await fetch(`${stage.origin}/api/v1/me`, { headers: { authorization } })
  if (status !== 401) return fetchJson<T>(url, { headers: { authorization } })
  renewed.set(stage, await authorizationOf(stage.origin, 'auditor'))
  return fetchJson<T>(url, { headers: { authorization: renewed.get(stage)! } })
}

export async function faultsOfLedger(stage: Stage): Promise<string[]> {
  const found = await askAsAuditor<{ sum: number; faults: unknown[] }>(stage, 'ledger/verification')
  return found.sum === 0 && found.faults.length === 0 ? [] : [JSON.stringify(found)]
}

export async function faultsOfAudit(stage: Stage): Promise<string[]> {
  const deadline = Date.now() + SEAL_SECONDS_MAX * 1000
  for (;;) {
    const found = await askAsAuditor<{ unsealed: number; faults: unknown[] }>(stage, 'audit/verification')
    if (found.faults.length > 0) return [JSON.stringify(found.faults.slice(0, SHOWN_MAX))]
    if (found.unsealed === 0) return []
    if (Date.now() > deadline) return [`${found.unsealed} events were not sealed in ${SEAL_SECONDS_MAX} s`]
    await sleep(500)
  }
}

/** Both as multisets: what was told and not done, and what was done and not told. */
function differences(told: readonly string[], done: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const one of told) counts.set(one, (counts.get(one) ?? 0) + 1)
  for (const one of done) counts.set(one, (counts.get(one) ?? 0) - 1)
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([one, count]) => (count > 0 ? `lost: ${one}` : `done without or more often than told: ${one}`))
}

/** Prints each finding. @returns how many held and how many did not */
export function report(title: string, findings: Findings, print: (text: string) => void) {
  let failed = 0
  for (const [promise, faults] of Object.entries(findings)) {
    if (faults.length === 0) continue
    failed++
    const more = faults.length > SHOWN_MAX ? [`… and ${faults.length - SHOWN_MAX} more`] : []
    print(`✗ ${title}: ${promise}\n  ${[...faults.slice(0, SHOWN_MAX), ...more].join('\n  ')}`)
  }
  return { passed: Object.keys(findings).length - failed, failed }
}
