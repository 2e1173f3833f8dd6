import { empty, sql, type Tx } from './db.ts'
import { CHAIN_BATCH_MAX, type ChainHead, GENESIS, nextHash, walkChain } from './seal-chain.ts'

interface EventRow {
  readonly id: string
  readonly at: Date
  readonly actorKind: string
  readonly actorId: string | null
  readonly action: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
  readonly personId: string | null
  readonly purpose: string | null
  readonly details: unknown
}

export type AuditHead = ChainHead

export interface AuditFindings {
  readonly sealed: number
  readonly unsealed: number
  readonly head: AuditHead | null
  readonly faults: readonly {
    readonly seq: number | null
    readonly eventId: string | null
    readonly fault: AuditFault
  }[]
}

export type AuditFault = 'event-missing' | 'event-changed' | 'seal-missing' | 'event-unqueued' | 'head-missing'

const FAULTS = {
  missing: 'event-missing',
  changed: 'event-changed',
  'seal-missing': 'seal-missing',
  'head-missing': 'head-missing',
} as const

const eventColumns = sql`e.id, e.at, e.actor_kind, e.actor_id, e.action, e.subject_kind, e.subject_id, e.person_id, e.purpose, e.details`

/**
 * Chains the waiting audit events of one district: hash = SHA-256(previous hash ‖ canonical JSON, RFC 8785). One sealer at a
 * time; chaining inside the writing transactions would make every write wait for the one before (design.md section 4).
 * @returns how many events were sealed
 */
export async function sealAudit(tx: Tx): Promise<number> {
  const { locked } = await tx.one<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('audit-seal', ${tx.districtId})) as locked`,
  )
  if (!locked) return 0
  // Each event is looked up by itself: how many wait is not what the database last estimated, and the log is long.
  const waiting = await tx.rows<EventRow>(sql`
    select ${eventColumns}
      from audit_unsealed u
     cross join lateral (select * from audit_event e where e.district_id = ${tx.districtId} and e.id = u.event_id offset 0) e
     where u.district_id = ${tx.districtId}
     order by e.recorded_at, e.id limit ${CHAIN_BATCH_MAX}`)
  if (waiting.length === 0) return 0
  const last = await tx.maybe<{ seq: number; hash: Buffer }>(
    sql`select seq, hash from audit_seal where district_id = ${tx.districtId} order by seq desc limit 1`,
  )
  let hash: Buffer = last?.hash ?? GENESIS
  const first = (last?.seq ?? 0) + 1
  const seals = waiting.map((event, i) => {
    hash = nextHash(hash, contentOf(event))
    return { seq: first + i, event_id: event.id, hash: hash.toString('hex') }
  })
  await tx.run(sql`
    with seal as (
      insert into audit_seal (district_id, seq, event_id, hash)
      select ${tx.districtId}::int, s.seq, s.event_id, decode(s.hash, 'hex')
        from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s (seq bigint, event_id uuid, hash text)
      returning event_id
    )
    delete from audit_unsealed where district_id = ${tx.districtId} and event_id = any(array(select event_id from seal))`)
  return seals.length
}

/** Recomputes the chain of the transaction's district from its first seal, against a head written down elsewhere if there is one. */
export async function verifyAuditIn(tx: Tx, knownHead?: AuditHead): Promise<AuditFindings> {
  const { sealed, head, faults } = await walkChain((after) => sealedPage(tx, after), knownHead)
  const tail = await unsealedTail(tx)
  return {
    sealed,
    unsealed: tail.waiting,
    head,
    faults: [
      ...faults.map(({ seq, itemId, fault }) => ({ seq, eventId: itemId, fault: FAULTS[fault] })),
      ...tail.unqueued.map((id) => ({ seq: null, eventId: id, fault: 'event-unqueued' as const })),
    ],
  }
}

export interface AuditFilter {
  readonly subjectId?: string | undefined
  readonly actorId?: string | undefined
  readonly action?: string | undefined
  readonly beforeId?: string | undefined
  readonly limit: number
}

/** The audit log, newest first. */
export function listAuditEvents(tx: Tx, filter: AuditFilter) {
  return tx.rows<EventRow & { details: Record<string, unknown> }>(sql`
    select ${eventColumns} from audit_event e
     where e.district_id = ${tx.districtId}
       ${filter.subjectId === undefined ? empty : sql`and e.subject_id = ${filter.subjectId}`}
       ${filter.actorId === undefined ? empty : sql`and e.actor_id = ${filter.actorId}`}
       ${filter.action === undefined ? empty : sql`and e.action = ${filter.action}`}
       ${filter.beforeId === undefined ? empty : sql`and e.id < ${filter.beforeId}::uuid`}
     order by e.id desc limit ${filter.limit}`)
}

/** Age of the oldest event that waits for its seal, in seconds; the promise is 5. */
export async function unsealedSeconds(tx: Tx): Promise<number> {
  const { seconds } = await tx.one<{ seconds: number | null }>(sql`
    select extract(epoch from clock_timestamp() - min(e.recorded_at))::float8 as seconds
      from audit_unsealed u
     cross join lateral (select recorded_at from audit_event e where e.district_id = ${tx.districtId} and e.id = u.event_id offset 0) e
     where u.district_id = ${tx.districtId}`)
  return seconds ?? 0
}

async function sealedPage(tx: Tx, after: number) {
  const rows = await tx.rows<
    Omit<EventRow, 'at'> & { seq: number; eventId: string; hash: Buffer; at: Date | null }
  >(sql`
    select s.seq, s.event_id, s.hash, ${eventColumns}
      from audit_seal s left join audit_event e on e.district_id = s.district_id and e.id = s.event_id
     where s.district_id = ${tx.districtId} and s.seq > ${after}
     order by s.seq limit ${CHAIN_BATCH_MAX}`)
  return rows.map(({ seq, eventId, hash, at, ...event }) => ({
    seq,
    itemId: eventId,
    hash,
    content: at === null ? null : contentOf({ ...event, id: eventId, at }),
  }))
}

async function unsealedTail(tx: Tx): Promise<{ waiting: number; unqueued: string[] }> {
  const { waiting } = await tx.one<{ waiting: number }>(
    sql`select count(*) as waiting from audit_unsealed where district_id = ${tx.districtId}`,
  )
  const unqueued = await tx.rows<{ id: string }>(sql`
    select e.id from audit_event e
     where e.district_id = ${tx.districtId}
       and not exists (select from audit_seal s where s.district_id = e.district_id and s.event_id = e.id)
       and not exists (select from audit_unsealed u where u.district_id = e.district_id and u.event_id = e.id)`)
  return { waiting, unqueued: unqueued.map((row) => row.id) }
}

function contentOf(event: EventRow) {
  return {
    id: event.id,
    at: event.at.toISOString(),
    actorKind: event.actorKind,
    actorId: event.actorId,
    action: event.action,
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    personId: event.personId,
    purpose: event.purpose,
    details: event.details,
  }
}
