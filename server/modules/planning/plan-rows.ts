import { empty, sql, type Tx } from '#platform/db.ts'
import { type Absence, DEFAULT_WEIGHTS, type PlanKind, type PlanState, type Weights } from './plan.ts'
import type { Fairness } from './fairness.ts'

export interface PlanRow {
  readonly id: string
  readonly unitId: string
  readonly title: string
  readonly kind: PlanKind
  readonly basedOnId: string | null
  readonly fromOn: string
  readonly untilOn: string
  readonly absences: readonly Absence[]
  readonly weights: Weights
  readonly seed: number
  readonly secondsMax: number
  readonly state: PlanState
  readonly version: number
  readonly isCancelAsked: boolean
  readonly progress: Progress | null
  readonly inputHash: string | null
  readonly engine: string | null
  readonly cost: Readonly<Record<string, number>> | null
  readonly bound: number | null
  readonly fairness: { readonly before: Fairness; readonly after: Fairness } | null
  readonly trace: Readonly<Record<string, unknown>> | null
  readonly failure: string | null
  readonly createdAt: Date
  readonly endedAt: Date | null
  readonly publishedAt: Date | null
}

export interface Progress {
  readonly seconds: number
  readonly cost: number | null
  readonly orders: number
}

const columns = sql`id, unit_id, title, kind, based_on_id, from_on, until_on, absences, weights, seed, seconds_max, state, version, is_cancel_asked,
  progress, encode(input_hash, 'hex') as input_hash, engine, cost, bound, fairness, trace, failure, created_at, ended_at, published_at`

/** A plan that was asked for before a weight existed is read as if it had been asked with the usual one. */
const withAllWeights = (row: PlanRow): PlanRow => ({ ...row, weights: { ...DEFAULT_WEIGHTS, ...row.weights } })

export async function findPlan(
  tx: Tx,
  id: string,
  lock: 'for update' | 'no lock' = 'no lock',
): Promise<PlanRow | undefined> {
  const row = await tx.maybe<PlanRow>(sql`
    select ${columns} from plan where district_id = ${tx.districtId} and id = ${id}::uuid ${lock === 'for update' ? sql`for update` : empty}`)
  return row && withAllWeights(row)
}

export async function listPlanRows(
  tx: Tx,
  filter: { unitIds: readonly string[]; before?: { at: string; id: string } | undefined; limit: number },
): Promise<PlanRow[]> {
  const rows = await tx.rows<PlanRow>(sql`
    select ${columns} from plan
     where district_id = ${tx.districtId} and unit_id = any(${filter.unitIds}::uuid[])
       ${filter.before === undefined ? empty : sql`and (created_at, id) < (${filter.before.at}::timestamptz, ${filter.before.id}::uuid)`}
     order by created_at desc, id desc limit ${filter.limit}`)
  return rows.map(withAllWeights)
}

export type NewPlan = Pick<
  PlanRow,
  | 'id'
  | 'unitId'
  | 'title'
  | 'kind'
  | 'basedOnId'
  | 'fromOn'
  | 'untilOn'
  | 'absences'
  | 'weights'
  | 'seed'
  | 'secondsMax'
> & { readonly createdBy: string; readonly at: Date }

export async function insertPlan(tx: Tx, plan: NewPlan): Promise<void> {
  await tx.run(sql`
    insert into plan (district_id, id, unit_id, title, kind, based_on_id, from_on, until_on, absences, weights, seed, seconds_max, state, created_by, created_at)
    values (${tx.districtId}, ${plan.id}, ${plan.unitId}, ${plan.title}, ${plan.kind}, ${plan.basedOnId}, ${plan.fromOn}::date, ${plan.untilOn}::date,
            ${JSON.stringify(plan.absences)}::jsonb, ${JSON.stringify(plan.weights)}::jsonb, ${plan.seed}, ${plan.secondsMax}, 'queued', ${plan.createdBy}, ${plan.at})`)
}

/** Takes the oldest plan that waits, or whose worker was not heard of in time. Real time: a lease is no business of the one clock. */
export async function claimNext(
  tx: Tx,
  claim: string,
  leaseSeconds: number,
  attemptsMax: number,
): Promise<PlanRow | undefined> {
  const row = await tx.maybe<PlanRow>(sql`
    update plan set state = 'running', claim = ${claim}::uuid, claimed_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}),
           attempts = attempts + 1, progress = null
     where district_id = ${tx.districtId} and id = (
       select id from plan
        where district_id = ${tx.districtId} and attempts < ${attemptsMax}
          and (state = 'queued' or (state = 'running' and claimed_until < clock_timestamp()))
        order by created_at, id limit 1 for update skip locked)
    returning ${columns}`)
  return row && withAllWeights(row)
}

/** Gives up plans whose workers were lost too often. */
export async function failLost(tx: Tx, attemptsMax: number, failure: string, now: Date): Promise<void> {
  await tx.run(sql`
    update plan set state = 'failed', failure = ${failure}, ended_at = ${now}
     where district_id = ${tx.districtId} and state = 'running' and claimed_until < clock_timestamp() and attempts >= ${attemptsMax}`)
}

/** Keeps the claim and tells how far it is; undefined when another worker has it, else whether somebody asked to stop. */
export function renewClaim(
  tx: Tx,
  id: string,
  claim: string,
  leaseSeconds: number,
  progress: Progress,
): Promise<{ isCancelAsked: boolean } | undefined> {
  return tx.maybe(sql`
    update plan set claimed_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), progress = ${JSON.stringify(progress)}::jsonb
     where district_id = ${tx.districtId} and id = ${id}::uuid and claim = ${claim}::uuid and state = 'running'
    returning is_cancel_asked`)
}

export interface Outcome {
  readonly input: Buffer
  readonly inputHash: Buffer
  readonly engine: string
  readonly cost: object
  readonly bound: number | null
  readonly fairness: object
  readonly trace: object
}

export async function writeOutcome(tx: Tx, id: string, claim: string, outcome: Outcome, now: Date): Promise<number> {
  return tx.run(sql`
    update plan set state = 'ready', version = version + 1, claim = null, claimed_until = null, ended_at = ${now},
           input = ${outcome.input}, input_hash = ${outcome.inputHash}, engine = ${outcome.engine}, cost = ${JSON.stringify(outcome.cost)}::jsonb,
           bound = ${outcome.bound}, fairness = ${JSON.stringify(outcome.fairness)}::jsonb, trace = ${JSON.stringify(outcome.trace)}::jsonb
     where district_id = ${tx.districtId} and id = ${id}::uuid and claim = ${claim}::uuid and state = 'running'`)
}

export async function endRun(
  tx: Tx,
  id: string,
  claim: string,
  end: { state: 'failed' | 'cancelled'; failure: string | null; trace?: object },
  now: Date,
): Promise<void> {
  await tx.run(sql`
    update plan set state = ${end.state}, failure = ${end.failure}, trace = ${end.trace === undefined ? null : JSON.stringify(end.trace)}::jsonb, version = version + 1, claim = null, claimed_until = null, ended_at = ${now}
     where district_id = ${tx.districtId} and id = ${id}::uuid and claim = ${claim}::uuid and state = 'running'`)
}

export async function askToCancel(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run(sql`
    update plan set is_cancel_asked = true, version = version + 1,
           state = case when state = 'queued' then 'cancelled' else state end,
           ended_at = case when state = 'queued' then ${now}::timestamptz else ended_at end
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

/** The gzipped problem as it went into the engine. */
export async function inputOf(tx: Tx, id: string): Promise<Buffer> {
  return (
    await tx.one<{ input: Buffer }>(
      sql`select input from plan where district_id = ${tx.districtId} and id = ${id}::uuid`,
    )
  ).input
}

export async function rewriteCost(tx: Tx, id: string, cost: object): Promise<void> {
  await tx.run(sql`
    update plan set cost = ${JSON.stringify(cost)}::jsonb, version = version + 1 where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

export async function markPublished(tx: Tx, id: string, by: string, now: Date): Promise<void> {
  await tx.run(sql`
    update plan set state = 'published', version = version + 1, published_by = ${by}, published_at = ${now}
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}
