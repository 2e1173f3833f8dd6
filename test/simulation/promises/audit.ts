/** The audit chain told anew: each seal is the hash of the one before and of its event, and no event is without one. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Broken, Ground } from './ground.ts'
import { AUDITED } from './orders.ts'

export const AUDIT_CHAIN = 'the audit chain is unbroken'

/** How far a chain was followed; the next look goes on from there, a look from `GENESIS` follows it all. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: Buffer
}

export const GENESIS: ChainEnd = { seq: 0, hash: Buffer.alloc(32) }

interface SealRow {
  readonly seq: string
  readonly hash: Buffer
  readonly at: Date | null
  readonly event: Readonly<Record<string, unknown>>
}

const SEALS = {
  name: 'promise-seals',
  text: `
    select s.seq, s.hash, e.at, jsonb_build_object('id', e.id, 'actorKind', e.actor_kind, 'actorId', e.actor_id, 'action', e.action,
             'subjectKind', e.subject_kind, 'subjectId', e.subject_id, 'personId', e.person_id, 'purpose', e.purpose, 'details', e.details) as event
      from audit_seal s left join audit_event e on e.district_id = s.district_id and e.id = s.event_id
     where s.district_id = $1 and s.seq > $2 order by s.seq`,
}

const LOOSE = {
  name: 'promise-loose-events',
  text: `
    select e.action from audit_event e where e.district_id = $1
       and not exists (select from audit_seal s where s.district_id = e.district_id and s.event_id = e.id)
       and not exists (select from audit_unsealed u where u.district_id = e.district_id and u.event_id = e.id)`,
}

/** Follows the chain from where it was left. */
export async function followChain(ground: Ground, from: ChainEnd): Promise<{ end: ChainEnd; broken: Broken[] }> {
  const broken: Broken[] = []
  let { seq, hash } = from
  for (const row of await ground.rows<SealRow>(SEALS, [ground.districtId, seq])) {
    seq += 1
    if (Number(row.seq) !== seq) {
      broken.push({ promise: AUDIT_CHAIN, what: `seal ${seq} is missing` })
      seq = Number(row.seq)
    }
    const text = row.at === null ? '' : canonicalize({ ...row.event, at: row.at.toISOString() })!
    const right = createHash('sha256').update(hash).update(text).digest()
    if (row.at === null) broken.push({ promise: AUDIT_CHAIN, what: `the event of seal ${seq} is gone` })
    else if (!right.equals(row.hash))
      broken.push({ promise: AUDIT_CHAIN, what: `the event of seal ${seq} was changed` })
    hash = row.hash
  }
  return { end: { seq, hash }, broken }
}

/** Events that no seal and no queue knows. */
export async function looseEvents(ground: Ground): Promise<Broken[]> {
  const rows = await ground.rows<{ action: string }>(LOOSE, [ground.districtId])
  return rows.map(({ action }) => ({ promise: AUDIT_CHAIN, what: `the event ${action} waits for no seal` }))
}

/** A write that somebody was told is done. */
export interface Acknowledged {
  readonly actorKey: string
  readonly clientId: string
  readonly at: number
  readonly status: number
  readonly route: string
}

const UNHEARD = {
  name: 'promise-acknowledged',
  text: `
    select a.route, i.client_id is null or i.status <> a.status as "isLost"
      from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::int[], $6::text[]) as a (actor_key, client_id, at, status, route)
      left join idempotency i on i.district_id = $1 and i.actor_key = a.actor_key and i.client_id = a.client_id
     where i.client_id is null or i.status <> a.status or (not exists (
       select from audit_event e where e.district_id = $1 and e.at = a.at
          and coalesce(e.actor_id::text, e.actor_kind || ' ' || e.subject_id::text) = a.actor_key)
       -- Who leaves a team that he or she is not in changes nothing, and nothing is written down.
       and (a.route <> 'leaveTeam' or exists (
         select from team_member m where m.district_id = $1 and m.person_id::text = a.actor_key and m.left_at = a.at)))`,
}

/** Acknowledged writes whose stored answer or audit row is not there. */
export async function unheardWrites(ground: Ground, writes: readonly Acknowledged[]): Promise<Broken[]> {
  if (writes.length === 0) return []
  const rows = await ground.rows<{ route: string; isLost: boolean }>(UNHEARD, [
    ground.districtId,
    writes.map((one) => one.actorKey),
    writes.map((one) => one.clientId),
    writes.map((one) => new Date(one.at)),
    writes.map((one) => one.status),
    writes.map((one) => one.route),
  ])
  return rows.map(({ route, isLost }) => ({
    promise: isLost ? 'one client id, one effect' : AUDITED,
    what: isLost
      ? `${route} was acknowledged and its answer is not kept`
      : `${route} was accepted without an audit row`,
  }))
}
