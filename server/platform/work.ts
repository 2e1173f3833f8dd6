import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Actor } from './actor.ts'
import { type Db, inDistrict, sql, type Tx } from './db.ts'
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

/**
 * Runs a write that carries a client id. The first answer is stored in the same transaction and given again to a retry
 * (promise 9). Refusals are not stored: a refused request may be mended and sent again under the same id.
 */
export function runClientWrite(
  host: WorkHost,
  actor: Actor,
  write: ClientWrite,
  act: (work: Work) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  return inDistrict(host.db, actor.districtId, async (tx, now) => {
    const begun = await tx.one<{
      outcome: 'busy' | 'fresh' | 'replay' | 'mismatch'
      status: number
      body: string | null
    }>(
      sql`select outcome, status, body
            from idempotency_begin(${actor.districtId}, ${actor.key}, ${write.clientId}, ${write.fingerprint})`,
    )
    if (begun.outcome === 'busy') throw new Refusal('platform.same-id-in-progress', 409, {})
    if (begun.outcome === 'mismatch') throw new Refusal('platform.same-id-other-body', 422, {})
    if (begun.outcome === 'replay') {
      return { status: begun.status, body: openAnswer(tx, actor, write, begun.body), replayed: true }
    }
    const { work, buffered } = workOn(tx, actor, now)
    const answer = await act(work)
    await finish(host, tx, actor, now, buffered, { write, answer })
    return { ...answer, replayed: false }
  })
}

/** The first answer to a write that was done already; undefined when it was not, still runs, or asked for something else. */
export function storedAnswer(
  db: Db,
  actor: Actor,
  write: ClientWrite,
): Promise<(Answer & { replayed: true }) | undefined> {
  return inDistrict(db, actor.districtId, async (tx) => {
    const found = await tx.maybe<{ status: number; body: string | null }>(sql`
      select status, body from idempotency
       where district_id = ${actor.districtId} and actor_key = ${actor.key} and client_id = ${write.clientId}
         and fingerprint = ${write.fingerprint}`)
    if (found === undefined) return undefined
    return { status: found.status, body: openAnswer(tx, actor, write, found.body), replayed: true }
  })
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

/** Audit rows, their place in the sealing queue and the stored answer go out as one statement; then the jobs. */
async function finish(
  host: WorkHost,
  tx: Tx,
  actor: Actor,
  now: Date,
  { events, jobs }: Buffered,
  stored: { write: ClientWrite; answer: Answer } | null,
): Promise<void> {
  if (events.length > 0 || stored !== null) {
    const rows = events.map((event) => ({
      id: newUuid7(now),
      action: event.action,
      subject_kind: event.subject?.kind ?? null,
      subject_id: event.subject?.id ?? null,
      person_id: event.personId ?? null,
      purpose: event.purpose ?? null,
      details: event.details ?? {},
    }))
    await tx.run(sql`
      with event as (
        insert into audit_event (district_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose, details)
        select ${actor.districtId}::int, e.id, ${now}::timestamptz, ${actor.kind}, ${actor.personId}::uuid,
               e.action, e.subject_kind, e.subject_id, e.person_id, e.purpose, e.details
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e
            (id uuid, action text, subject_kind text, subject_id uuid, person_id uuid, purpose text, details jsonb)
        returning district_id, id
      ), queued as (
        insert into audit_unsealed (district_id, event_id) select district_id, id from event
      )
      insert into idempotency (district_id, actor_key, client_id, fingerprint, status, body)
      select ${actor.districtId}::int, ${actor.key}, i.client_id, decode(i.fingerprint, 'hex'), i.status, i.body
        from jsonb_to_recordset(${JSON.stringify(stored === null ? [] : [storedRow(tx, actor, stored)])}::jsonb) as i
          (client_id uuid, fingerprint text, status integer, body jsonb)`)
  }
  await host.jobs.sendWithin(tx, jobs)
}

const STORED_BODY_COLUMN = 'idempotency.body'

/** An answer can hold a revealed phone or an invitation's secret, so it is stored like every personal field (promise 8). */
function storedRow(tx: Tx, actor: Actor, { write, answer }: { write: ClientWrite; answer: Answer }) {
  const { status, body } = answer
  return {
    client_id: write.clientId,
    fingerprint: write.fingerprint.toString('hex'),
    status,
    body:
      body == null
        ? null
        : tx.personal.encrypt(STORED_BODY_COLUMN, storedId(actor, write), JSON.stringify(body)).toString('base64'),
  }
}

function openAnswer(tx: Tx, actor: Actor, write: ClientWrite, sealed: string | null): unknown {
  if (sealed === null) return null
  return JSON.parse(tx.personal.decrypt(STORED_BODY_COLUMN, storedId(actor, write), Buffer.from(sealed, 'base64')))
}

function storedId(actor: Actor, write: ClientWrite): string {
  return `${actor.key} ${write.clientId}`
}
