import { hash } from 'node:crypto'
import type { Actor, RoleGrant } from '../actor.ts'
import { type Db, inDistrict, type Sql, sql, type Tx } from '../db.ts'
import type { Log } from '../log.ts'
import { districtOfToken, hashToken, newSessionToken } from '../tokens.ts'

const CACHE_ENTRIES_MAX = 20_000
const SESSION_CHANNEL = 'huiyin_session'
const LISTEN_RETRY_MS = 1_000

/**
 * Trust of a session in days or minutes: idle, then absolute (trust-ux.md section 2.4). A use is noted once in so many minutes:
 * noting each would make a write of every read. What changes a session forgets it in every process.
 */
const LIFETIMES = {
  resident: { idleMinutes: 30 * 24 * 60, absoluteMinutes: 180 * 24 * 60, notedMinutes: 60 },
  staff: { idleMinutes: 30, absoluteMinutes: 12 * 60, notedMinutes: 1 },
} as const
// At most so long does a session outlive its end where nothing but time ended it (design, section 6).
const REMEMBERED_MILLISECONDS = 5_000

export type SessionKind = keyof typeof LIFETIMES

/** What the module of persons tells about a signed-in person; given at composition, so that this layer imports no module. */
export interface PersonFacts {
  readonly grants: readonly RoleGrant[]
  readonly locale: 'zh-CN' | 'en'
}
export type LoadPerson = (tx: Tx, personId: string, now: Date) => Promise<PersonFacts | null>

export interface Sessions {
  /** The actor behind a token, or null when the token is unknown, expired or of another district. */
  actorOf(token: string, districtId: number): Promise<Actor | null>
  /** Drops everything remembered in this process; the others hear of a change by NOTIFY. */
  forget(): void
  stop(): Promise<void>
}

/** Opens a session; the token goes to the client, its hash to the table. */
export async function openSession(tx: Tx, personId: string, kind: SessionKind): Promise<string> {
  const { token, hash } = newSessionToken(tx.districtId)
  await tx.run(sql`
    insert into session (district_id, token_hash, person_id, kind, expires_at)
    values (${tx.districtId}, ${hash}, ${personId}, ${kind}, now() + make_interval(mins => ${LIFETIMES[kind].absoluteMinutes}))`)
  return token
}

export async function endSession(tx: Tx, token: string): Promise<void> {
  await tx.run(sql`delete from session where district_id = ${tx.districtId} and token_hash = ${hashToken(token)}`)
  await forgetSessions(tx)
}

/** Ends every session of a person: a disabled account, a changed password. */
export async function endSessionsOf(tx: Tx, personId: string): Promise<void> {
  await tx.run(sql`delete from session where district_id = ${tx.districtId} and person_id = ${personId}`)
  await forgetSessions(tx)
}

/** Drops what every process remembers, once `tx` commits: call it in the transaction that changes a role or a language. */
export async function forgetSessions(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_notify(${SESSION_CHANNEL}, ${String(tx.districtId)})`)
}

export async function openSessions(db: Db, log: Log, loadPerson: LoadPerson): Promise<Sessions> {
  const cache = new Map<string, { actor: Actor; until: number }>()
  // Counted up by every change, so that a look-up that began before it is not remembered after it.
  let generation = 0
  const forget = () => {
    generation += 1
    cache.clear()
  }
  const listener = await listenForChanges(db, log, forget)
  return {
    async actorOf(token, districtId) {
      if (districtOfToken(token) !== districtId) return null
      // Not by the token itself: what is remembered must open no session.
      const key = hash('sha256', token, 'base64')
      const known = cache.get(key)
      if (known !== undefined && known.until > performance.now()) return known.actor
      const asked = generation
      const actor = await findActor(db, districtId, hashToken(token), loadPerson)
      if (actor === null) cache.delete(key)
      else if (asked === generation) {
        if (cache.size >= CACHE_ENTRIES_MAX) cache.clear()
        cache.set(key, { actor, until: performance.now() + REMEMBERED_MILLISECONDS })
      }
      return actor
    },
    forget,
    stop: () => listener.stop(),
  }
}

/** A session as it is looked up; `isStale` when its last use was noted long enough ago to be noted again. */
interface Known {
  readonly personId: string | null
  readonly kind: SessionKind
  readonly isStale: boolean
}

async function findActor(db: Db, districtId: number, hash: Buffer, loadPerson: LoadPerson): Promise<Actor | null> {
  const { session, facts } = await inDistrict(
    db,
    districtId,
    async (tx, now, opened) => {
      const session = opened as Known
      return { session, facts: session.personId === null ? null : await loadPerson(tx, session.personId, now) }
    },
    { readOnly: true, opening: sessionOf(districtId, hash) },
  )
  // Refused once is refused for good, also when the machine's clock is set back later.
  if (session.personId === null) await noteRefused(db, districtId, hash)
  else if (session.isStale && !(await noteSeen(db, districtId, hash))) return null
  if (session.personId === null || facts === null) return null
  return {
    districtId,
    kind: session.kind,
    personId: session.personId,
    key: session.personId,
    grants: session.kind === 'staff' ? facts.grants : [],
    locale: facts.locale,
    linkOrderId: null,
  }
}

const byKind = (resident: number, staff: number): Sql => {
  return sql`case kind when 'staff' then make_interval(mins => ${staff}) else make_interval(mins => ${resident}) end`
}
const isOpen: Sql = sql`expires_at > now()
  and seen_at > now() - ${byKind(LIFETIMES.resident.idleMinutes, LIFETIMES.staff.idleMinutes)}`

/** One row in any case; without a person where no session is open. */
function sessionOf(districtId: number, hash: Buffer): Sql {
  return sql`
    select s.person_id, s.kind,
           s.seen_at < now() - ${byKind(LIFETIMES.resident.notedMinutes, LIFETIMES.staff.notedMinutes)} as is_stale
      from (values (1)) one left join session s on s.district_id = ${districtId} and s.token_hash = ${hash} and ${isOpen}`
}

/** @returns false when the session was ended meanwhile */
function noteSeen(db: Db, districtId: number, hash: Buffer): Promise<boolean> {
  return inDistrict(db, districtId, async (tx) => {
    const seen = sql`update session set seen_at = now() where district_id = ${districtId} and token_hash = ${hash} and ${isOpen}`
    return (await tx.run(seen)) === 1
  })
}

async function noteRefused(db: Db, districtId: number, hash: Buffer): Promise<void> {
  await inDistrict(db, districtId, (tx) => {
    return tx.run(sql`delete from session where district_id = ${districtId} and token_hash = ${hash}`)
  })
}

/** Keeps one connection listening; a lost one is opened again, and whatever was missed meanwhile is forgotten too. */
async function listenForChanges(db: Db, log: Log, changed: () => void): Promise<{ stop(): Promise<void> }> {
  let stopped = false
  let release: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  const connect = async () => {
    const client = await db.pool.connect()
    let isLost = false
    const lost = (error: Error) => {
      if (isLost) return
      isLost = true
      release = undefined
      client.release(error)
      changed()
      if (stopped) return
      log.warn({ err: error }, 'session listener lost its connection')
      connectLater()
    }
    client.once('error', lost)
    client.on('notification', changed)
    try {
      await client.query(`listen ${SESSION_CHANNEL}`)
    } catch (error) {
      lost(error as Error)
      throw error
    }
    release = () => {
      client.removeAllListeners('notification')
      client.removeListener('error', lost)
      client.release(true)
    }
    if (stopped) release()
  }
  const connectAgain = async () => {
    try {
      await connect()
    } catch (error) {
      log.warn({ err: error }, 'session listener could not connect')
      connectLater()
    }
  }
  const connectLater = () => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void connectAgain(), LISTEN_RETRY_MS)
  }
  await connect()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      release?.()
    },
  }
}
