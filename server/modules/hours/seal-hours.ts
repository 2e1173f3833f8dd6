import { type Sql, sql, type Tx } from '#platform/db.ts'
import { CHAIN_BATCH_MAX, type ChainHead, GENESIS, nextHash, walkChain } from '#platform/seal-chain.ts'

type ItemKind = 'entry' | 'decision'

/** An entry or a decision as its hash sees it: every column that says something, as JSON made by the database. */
interface Item {
  readonly kind: ItemKind
  readonly id: string
  readonly content: Readonly<Record<string, unknown>>
}

export type HoursHead = ChainHead

export type HoursFault =
  | 'item-missing'
  | 'item-changed'
  | 'seal-missing'
  | 'item-unqueued'
  | 'head-missing'
  | 'record-differs'

export interface HoursFindings {
  readonly sealed: number
  readonly unsealed: number
  readonly records: number
  readonly head: HoursHead | null
  readonly faults: readonly {
    readonly seq: number | null
    readonly itemId: string | null
    readonly fault: HoursFault
  }[]
}

const FAULTS = {
  missing: 'item-missing',
  changed: 'item-changed',
  'seal-missing': 'seal-missing',
  'head-missing': 'head-missing',
} as const

// Instants as whole microseconds, so that neither a zone nor a setting of the session changes the text.
const micros = (column: Sql): Sql => sql`(extract(epoch from ${column}) * 1000000)::bigint`

const entryContent: Sql = sql`jsonb_build_object('recordId', e.record_id, 'seq', e.seq, 'correctsId', e.corrects_id, 'personId', e.person_id,
  'day', e.day, 'startedAt', ${micros(sql`e.started_at`)}, 'endedAt', ${micros(sql`e.ended_at`)}, 'minutes', e.minutes, 'class', e.class,
  'cause', e.cause, 'methodIn', e.method_in, 'methodOut', e.method_out, 'score', e.score, 'reasons', e.reasons, 'statement', e.statement,
  'recordedBy', e.recorded_by, 'recordedUnitId', e.recorded_unit_id, 'at', ${micros(sql`e.at`)})`

const decisionContent: Sql = sql`jsonb_build_object('recordId', d.record_id, 'entryId', d.entry_id, 'act', d.act, 'by', d.by_person_id,
  'unitId', d.unit_id, 'minutes', d.minutes, 'statement', d.statement, 'at', ${micros(sql`d.at`)})`

/**
 * Chains the waiting entries and decisions of one district, as the audit log's sealer does (decision 0007): one sealer at a
 * time, outside the transactions that write. @returns how many were sealed
 */
export async function sealHours(tx: Tx): Promise<number> {
  const { locked } = await tx.one<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('hours-seal', ${tx.districtId})) as locked`,
  )
  if (!locked) return 0
  // Each item is looked up by itself: how many wait is not what the database last estimated, and the tables are long. What it
  // says is put together only of those that are sealed now.
  const waiting = await tx.rows<Item>(sql`
    select w.item_kind as kind, w.item_id as id, i.content
      from (
        select u.item_kind, u.item_id, i.recorded_at
          from hours_unsealed u cross join lateral (${ofItem(tx, sql`u`, { entry: sql`e.recorded_at`, decision: sql`d.recorded_at` })}) i
         where u.district_id = ${tx.districtId}
         order by i.recorded_at, u.item_id limit ${CHAIN_BATCH_MAX}) w
     cross join lateral (${ofItem(tx, sql`w`, { entry: sql`${entryContent} as content`, decision: decisionContent })}) i
     order by w.recorded_at, w.item_id`)
  if (waiting.length === 0) return 0
  const last = await tx.maybe<{ seq: number; hash: Buffer }>(
    sql`select seq, hash from hours_seal where district_id = ${tx.districtId} order by seq desc limit 1`,
  )
  let hash: Buffer = last?.hash ?? GENESIS
  const first = (last?.seq ?? 0) + 1
  const seals = waiting.map((item, i) => {
    hash = nextHash(hash, contentOf(item))
    return { seq: first + i, kind: item.kind, id: item.id, hash: hash.toString('hex') }
  })
  await tx.run(sql`
    with seal as (
      insert into hours_seal (district_id, seq, item_kind, item_id, hash)
      select ${tx.districtId}::int, s.seq, s.kind, s.id, decode(s.hash, 'hex')
        from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s (seq bigint, kind text, id uuid, hash text)
      returning district_id, item_kind, item_id
    )
    delete from hours_unsealed u using seal s
     where u.district_id = s.district_id and u.item_kind = s.item_kind and u.item_id = s.item_id`)
  return seals.length
}

/** What is asked of an item, which is an entry or a decision. */
function ofItem(tx: Tx, item: Sql, asked: Readonly<Record<ItemKind, Sql>>): Sql {
  return sql`
    select ${asked.entry} from hours_entry e
     where ${item}.item_kind = 'entry' and e.district_id = ${tx.districtId} and e.id = ${item}.item_id
    union all
    select ${asked.decision} from hours_decision d
     where ${item}.item_kind = 'decision' and d.district_id = ${tx.districtId} and d.id = ${item}.item_id offset 0`
}

/**
 * Recomputes the chain of the transaction's district from its first seal, and looks whether every record says what its newest
 * entry and its last booking say. `knownHead` is a head written down elsewhere; a chain that no longer holds it was cut.
 */
export async function verifyHoursIn(tx: Tx, knownHead?: HoursHead): Promise<HoursFindings> {
  const { sealed, head, faults } = await walkChain((after) => sealedPage(tx, after), knownHead)
  const tail = await unsealedTail(tx)
  return {
    sealed,
    unsealed: tail.waiting,
    records: tail.records,
    head,
    faults: [
      ...faults.map((one) => ({ ...one, fault: FAULTS[one.fault] })),
      ...tail.unqueued.map((itemId) => ({ seq: null, itemId, fault: 'item-unqueued' as const })),
      ...(await differingRecords(tx)).map((itemId) => ({ seq: null, itemId, fault: 'record-differs' as const })),
    ],
  }
}

async function sealedPage(tx: Tx, after: number) {
  const rows = await tx.rows<
    Omit<Item, 'content'> & { seq: number; hash: Buffer; content: Item['content'] | null }
  >(sql`
    select s.seq, s.hash, s.item_kind as kind, s.item_id as id,
           case when e.id is not null then ${entryContent} when d.id is not null then ${decisionContent} end as content
      from hours_seal s
      left join hours_entry e on s.item_kind = 'entry' and e.district_id = s.district_id and e.id = s.item_id
      left join hours_decision d on s.item_kind = 'decision' and d.district_id = s.district_id and d.id = s.item_id
     where s.district_id = ${tx.districtId} and s.seq > ${after}
     order by s.seq limit ${CHAIN_BATCH_MAX}`)
  return rows.map(({ seq, hash, kind, id, content }) => ({
    seq,
    itemId: id,
    hash,
    content: content === null ? null : contentOf({ kind, id, content }),
  }))
}

async function unsealedTail(tx: Tx): Promise<{ waiting: number; records: number; unqueued: string[] }> {
  const counts = await tx.one<{ waiting: number; records: number }>(sql`
    select (select count(*) from hours_unsealed where district_id = ${tx.districtId})::int as waiting,
           (select count(*) from hours_record where district_id = ${tx.districtId})::int as records`)
  const unqueued = await tx.rows<{ id: string }>(sql`
    select i.id from (
      select district_id, 'entry' as kind, id from hours_entry where district_id = ${tx.districtId}
      union all
      select district_id, 'decision', id from hours_decision where district_id = ${tx.districtId}) i
     where not exists (select from hours_seal s where s.district_id = i.district_id and s.item_kind = i.kind and s.item_id = i.id)
       and not exists (select from hours_unsealed u where u.district_id = i.district_id and u.item_kind = i.kind and u.item_id = i.id)`)
  return { ...counts, unqueued: unqueued.map((row) => row.id) }
}

/** Records that say something else than their chain: a row may be changed, the entries may not. */
async function differingRecords(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    select r.id from hours_record r
      left join lateral (
        select e.id, e.seq, e.minutes, e.class, e.person_id, e.day from hours_entry e
         where e.district_id = r.district_id and e.record_id = r.id order by e.seq desc limit 1) e on true
      left join lateral (
        select d.minutes from hours_decision d
         where d.district_id = r.district_id and d.record_id = r.id and d.act = 'booked' order by d.at desc, d.id desc limit 1) b on true
     where r.district_id = ${tx.districtId}
       and ((r.entry_id, r.entries, r.minutes, r.class, r.person_id, r.day)
              is distinct from (e.id, e.seq, e.minutes, e.class, e.person_id, e.day)
            or r.booked_minutes <> coalesce(b.minutes, 0))`)
  return rows.map((row) => row.id)
}

const contentOf = ({ kind, id, content }: Item) => ({ kind, id, content })
