import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Actor } from './actor.ts'
import { type Budget, rateTaken, spend, tooManyCalls } from './auth/rate-limit.ts'
import { type Db, empty, inDistrict, join, type Sql, sql, type Tx } from './db.ts'
import { Refusal } from './refusal.ts'
import { newUuid7 } from './tokens.ts'

/** What an operation gets. A sixth field needs a decision record (docs/decisions). */
export interface Work {
  readonly tx: Tx
  readonly actor: Actor
  /** Business time, read once from the one clock when the transaction began. */
  readonly now: Date
  /** Sends a job when, and only when, this transaction commits. */
  enqueue(job: Job): void
  /** Appends to the audit log in this transaction. No personal data in `details`. */
  audit(event: AuditEvent): void
}

export interface AuditEvent {
  readonly action: string
  readonly subject?: { readonly kind: string; readonly id: string }
  /** The person whose data was touched, so that he or she can see who looked. */
  readonly personId?: string
  readonly purpose?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** A request for work after the commit. The district is added when it is sent. */
export interface Job {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The part of the job queue that a transaction needs: it inserts the jobs inside the caller's transaction. */
export interface JobSender {
  sendWithin(tx: Tx, jobs: readonly Job[]): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** An id made by the client, and a digest of what it asked for: the same id must ask for the same thing. */
export interface ClientWrite {
  readonly clientId: string
  readonly fingerprint: Buffer
}

export interface WorkHost {
  readonly db: Db
  readonly jobs: JobSender
}

/** Digest of a request's meaning, equal for equal method, path and body whatever the order of keys. */
export function fingerprintOf(method: string, path: string, body: unknown): Buffer {
  return createHash('sha256')
    .update(`${method} ${path} ${canonicalize(body ?? null) ?? ''}`)
    .digest()
}

/** Runs one operation as one transaction: state, audit rows and jobs commit together or not at all. */
export function runWork<T>(host: WorkHost, actor: Actor, act: (work: Work) => Promise<T>): Promise<T> {
  return inDistrict(host.db, actor.districtId, async (tx, now) => {
    const { work, buffered } = workOn(tx, actor, now)
    const result = await act(work)
    await finish(host, tx, actor, now, buffered, null)
    return result
  })
}

/** A write with a client id beside what it is to do. */
export interface ClientWriteOptions {
  /** Spent by a first try alone: a retry gets its answer for nothing. Its key names route and actor. */
  readonly budget?: { readonly key: string; readonly budget: Budget } | undefined
  /** What the operation will read in any case: one statement giving one row, sent with the beginning. */
  readonly ahead?: Sql | undefined
}

/**
 * Runs a write that carries a client id. The first answer is stored in the same transaction and given again to a retry
 * (promise 9). Refusals are not stored: a refused request may be mended and sent again under the same id. A refused call
 * has still been a call, so it takes from its budget in a transaction of its own.
 */
export async function runClientWrite(
  host: WorkHost,
  actor: Actor,
  write: ClientWrite,
  act: (work: Work, ahead: unknown) => Promise<Answer>,
  options: ClientWriteOptions = {},
): Promise<Answer & { replayed: boolean }> {
  const { budget } = options
  let isSpent = false
  const transaction = inDistrict(
    host.db,
    actor.districtId,
    async (tx, now, opened) => {
      const { idIs, idStatus, idBody, budgetWait, ...ahead } = opened as Opened
      if (idIs === 'busy') throw new Refusal('platform.same-id-in-progress', 409, {})
      if (idIs === 'replay') {
        return { status: idStatus!, body: openAnswer(tx, actor, write, idBody), replayed: true }
      }
      isSpent = true
      if (budgetWait > 0) throw tooManyCalls(budgetWait)
      if (idIs === 'mismatch') throw new Refusal('platform.same-id-other-body', 422, {})
      const { work, buffered } = workOn(tx, actor, now)
      const answer = await act(work, ahead)
      await finish(host, tx, actor, now, buffered, { write, answer })
      return { ...answer, replayed: false }
    },
    { opening: openingOf(actor, write, options) },
  )
  if (budget === undefined) return transaction
  return transaction.catch(async (error: unknown) => {
    // Taken again, because it was undone with the rest; whoever has nothing left learns nothing of what was refused.
    if (isSpent) await spend(host.db, actor.districtId, budget.key, budget.budget)
    throw error
  })
}

/** The row that opens a write: what is known of its id, the seconds to wait for its budget, and what was read ahead. */
interface Opened {
  readonly idIs: 'busy' | 'fresh' | 'replay' | 'mismatch'
  readonly idStatus: number | null
  readonly idBody: string | null
  readonly budgetWait: number
}

function openingOf(actor: Actor, write: ClientWrite, { budget, ahead }: ClientWriteOptions): Sql {
  const wait =
    budget === undefined
      ? sql`0::float8`
      : sql`case when b.outcome in ('fresh', 'mismatch') then ${rateTaken(actor.districtId, budget.key, budget.budget)} else 0 end`
  // Names that no column of what is read ahead has.
  return sql`
    select b.outcome as id_is, b.status as id_status, b.body as id_body, ${wait} as budget_wait${ahead === undefined ? empty : sql`, a.*`}
      from idempotency_begin(${actor.districtId}, ${actor.key}, ${write.clientId}, ${write.fingerprint}) b
      ${ahead === undefined ? empty : sql`left join lateral (select * from (${ahead}) x where b.outcome = 'fresh') a on true`}`
}

/** Reads for a screen: one snapshot, no writes. */
export function runRead<T>(db: Db, actor: Actor, act: (read: Read) => Promise<T>): Promise<T> {
  return inDistrict(db, actor.districtId, (tx, now) => act({ tx, actor, now }), { readOnly: true })
}

/** What a read gets. */
export interface Read {
  readonly tx: Tx
  readonly actor: Actor
  readonly now: Date
}

interface Buffered {
  readonly events: AuditEvent[]
  readonly jobs: Job[]
}

function workOn(tx: Tx, actor: Actor, now: Date): { work: Work; buffered: Buffered } {
  const buffered: Buffered = { events: [], jobs: [] }
  return {
    buffered,
    work: {
      tx,
      actor,
      now,
      enqueue: (job) => void buffered.jobs.push(job),
      audit: (event) => void buffered.events.push(event),
    },
  }
}

/** Audit rows, their place in the sealing queue and the stored answer join what the operation put off; then the jobs. */
async function finish(
  host: WorkHost,
  tx: Tx,
  actor: Actor,
  now: Date,
  { events, jobs }: Buffered,
  stored: { write: ClientWrite; answer: Answer } | null,
): Promise<void> {
  const ids = events.map(() => newUuid7(now))
  if (events.length > 0) {
    const rows = events.map(
      (event, index) => sql`
        (${actor.districtId}, ${ids[index]}, ${now}, ${actor.kind}, ${actor.personId}, ${event.action}, ${event.subject?.kind ?? null},
         ${event.subject?.id ?? null}, ${event.personId ?? null}, ${event.purpose ?? null}, ${JSON.stringify(event.details ?? {})})`,
    )
    tx.later(sql`
      insert into audit_event (district_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose, details)
      values ${join(rows)}`)
    tx.later(
      sql`insert into audit_unsealed (district_id, event_id) select ${actor.districtId}::int, unnest(${ids}::uuid[])`,
    )
  }
  if (stored !== null) {
    const { write, answer } = stored
    tx.later(sql`
      insert into idempotency (district_id, actor_key, client_id, fingerprint, status, body)
      values (${actor.districtId}, ${actor.key}, ${write.clientId}, ${write.fingerprint}, ${answer.status},
              to_jsonb(${sealedBody(tx, actor, write, answer.body)}::text))`)
  }
  if (jobs.length > 0) await host.jobs.sendWithin(tx, jobs)
}

/** Forgets what was answered to a person's writes: an answer can hold personal data. */
export async function forgetAnswers(tx: Tx, personId: string): Promise<void> {
  await tx.run(sql`delete from idempotency where district_id = ${tx.districtId} and actor_key = ${personId}`)
}

const STORED_BODY_COLUMN = 'idempotency.body'

/** An answer can hold a revealed phone or an invitation's secret, so it is stored like every personal field (promise 8). */
function sealedBody(tx: Tx, actor: Actor, write: ClientWrite, body: unknown): string | null {
  if (body == null) return null
  return tx.personal.encrypt(STORED_BODY_COLUMN, storedId(actor, write), JSON.stringify(body)).toString('base64')
}

function openAnswer(tx: Tx, actor: Actor, write: ClientWrite, sealed: string | null): unknown {
  if (sealed === null) return null
  return JSON.parse(tx.personal.decrypt(STORED_BODY_COLUMN, storedId(actor, write), Buffer.from(sealed, 'base64')))
}

function storedId(actor: Actor, write: ClientWrite): string {
  return `${actor.key} ${write.clientId}`
}
