import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { LINK_PHONE_COLUMN } from './person.ts'
import { openPhone, phoneIndex } from './person-rows.ts'

export type LinkKind = 'household' | 'guardian'
export type LinkState = 'asked' | 'confirmed' | 'declined' | 'ended'

export interface Link {
  readonly id: string
  readonly kind: LinkKind
  readonly fromId: string
  readonly toId: string | null
  readonly toPhoneIndex: Buffer | null
  readonly relation: string
  readonly state: LinkState
}

/** @returns undefined when the same was asked before and is not answered yet */
export async function insertLink(
  tx: Tx,
  now: Date,
  link: { kind: LinkKind; fromId: string; phone: string; relation: string },
): Promise<string | undefined> {
  const id = newUuid7(now)
  const row = await tx.maybe<{ id: string }>(sql`
    insert into person_link (district_id, id, kind, from_id, to_phone_cipher, to_phone_index, relation, state, asked_at)
    values (${tx.districtId}, ${id}, ${link.kind}, ${link.fromId}, ${tx.personal.encrypt(LINK_PHONE_COLUMN, id, link.phone)},
            ${phoneIndex(tx, link.phone)}, ${link.relation}, 'asked', ${now})
    on conflict (district_id, from_id, kind, to_phone_index) where state = 'asked' do nothing returning id`)
  return row?.id
}

const columns = sql`id, kind, from_id, to_id, to_phone_index, relation, state`

/** @returns undefined where there is none */
export function findLink(tx: Tx, id: string): Promise<Link | undefined> {
  return tx.maybe(sql`select ${columns} from person_link where district_id = ${tx.districtId} and id = ${id}`)
}

/** Whoever changes a link holds the people first: a merge holds them, and moves their links. */
export function lockLink(tx: Tx, id: string): Promise<Link | undefined> {
  return tx.maybe(
    sql`select ${columns} from person_link where district_id = ${tx.districtId} and id = ${id} for update`,
  )
}

/** Other ties of the same kind between two people, under any of their accounts. */
export async function twinsOf(
  tx: Tx,
  link: Pick<Link, 'id' | 'kind'>,
  one: readonly string[],
  other: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    select id from person_link
     where district_id = ${tx.districtId} and kind = ${link.kind} and state = 'confirmed' and id <> ${link.id}
       and (from_id = any(${one}::uuid[]) and to_id = any(${other}::uuid[]) or from_id = any(${other}::uuid[]) and to_id = any(${one}::uuid[]))
     order by id for update`)
  return rows.map((row) => row.id)
}

/** Settles a link. From then on the phone that was asked is not needed any more. */
export async function settleLink(
  tx: Tx,
  id: string,
  to: { state: Exclude<LinkState, 'asked'>; toId?: string; at: Date },
): Promise<void> {
  await tx.run(sql`
    update person_link
       set state = ${to.state}, to_id = coalesce(${to.toId ?? null}, to_id), to_phone_cipher = null, to_phone_index = null,
           answered_at = coalesce(answered_at, ${to.at}), ended_at = case when ${to.state} = 'ended' then ${to.at}::timestamptz end
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function countOpenLinks(tx: Tx, personId: string): Promise<number> {
  const { open } = await tx.one<{ open: number }>(sql`
    select count(*) as open from person_link
     where district_id = ${tx.districtId} and from_id = ${personId} and state in ('asked', 'confirmed')`)
  return open
}

export interface LinkView {
  readonly id: string
  readonly kind: LinkKind
  readonly state: 'asked' | 'confirmed'
  /** Whether the reader asked; in a guardian's link the reader then is the minor. */
  readonly isAsker: boolean
  readonly relation: string
  readonly otherName: string | null
  /** Sealed until the other one answered, for the asker alone. */
  readonly phoneCipher: Buffer | null
  readonly fromId: string
  readonly askedAt: Date
}

/** Links of a person that are open or confirmed, and the questions asked of the person's phone. */
export function linksOf(tx: Tx, personId: string, phone: string | null): Promise<LinkView[]> {
  const index = phone === null ? null : phoneIndex(tx, phone)
  return tx.rows(sql`
    select l.id, l.kind, l.state, l.from_id = ${personId} as is_asker, l.relation, p.name as other_name, l.from_id, l.asked_at,
           case when l.from_id = ${personId} then l.to_phone_cipher end as phone_cipher
      from person_link l
      left join person p on p.district_id = l.district_id
       and p.id = case when l.from_id = ${personId} then l.to_id else l.from_id end
     where l.district_id = ${tx.districtId}
       and (l.from_id = ${personId} and l.state in ('asked', 'confirmed')
            or l.to_id = ${personId} and l.state = 'confirmed'
            or l.to_phone_index = ${index}::bytea and l.state = 'asked' and l.from_id <> ${personId})
     order by l.asked_at desc, l.id desc`)
}

/** Whom a confirmed guardian's link makes the wards of a person. */
export async function isWardOf(tx: Tx, childId: string, guardianId: string): Promise<boolean> {
  const found = await tx.rows(sql`
    select 1 as one from person_link
     where district_id = ${tx.districtId} and kind = 'guardian' and state = 'confirmed' and from_id = ${childId}
       and to_id = ${guardianId}`)
  return found.length > 0
}

export async function hasGuardian(tx: Tx, childId: string): Promise<boolean> {
  const found = await tx.rows(sql`
    select 1 as one from person_link
     where district_id = ${tx.districtId} and kind = 'guardian' and state = 'confirmed' and from_id = ${childId} limit 1`)
  return found.length > 0
}

/** Ends every link of somebody who leaves. @returns the minors who lose a guardian by it */
export async function endLinksOf(tx: Tx, personId: string, at: Date): Promise<string[]> {
  const wards = await tx.rows<{ childId: string }>(sql`
    select from_id as child_id from person_link
     where district_id = ${tx.districtId} and kind = 'guardian' and state = 'confirmed' and to_id = ${personId}`)
  await tx.run(sql`
    update person_link set state = 'ended', ended_at = ${at}, to_phone_cipher = null, to_phone_index = null, relation = ''
     where district_id = ${tx.districtId} and (from_id = ${personId} or to_id = ${personId}) and state in ('asked', 'confirmed')`)
  return wards.map((ward) => ward.childId)
}

/** For so long after its end a tie still bars: ended to approve and renewed afterwards, it would bar nothing otherwise. */
const TIE_DAYS = 180

/** From when on ties count for a decision about something that began then. */
export function tiesSince(now: Date, begunAt: Date = now): Date {
  return addMinutes(begunAt < now ? begunAt : now, -TIE_DAYS * 24 * 60)
}

/**
 * Everybody who was in a person's household at any time since a moment, the person included: whoever is or was linked through
 * confirmed links, a minor's guardian too. Other accounts of the same person belong to it: merged ones, also where the merge was
 * undone, and the resident's account of a phone that staff proved to be their own. Nobody of them approves what another one did.
 */
export async function householdOf(tx: Tx, personId: string, since: Date): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ id: string }>(sql`
    with recursive household (id) as (
      select ${personId}::uuid
      union
      select other.id
        from household h cross join lateral (
          select case when l.from_id = h.id then l.to_id else l.from_id end as id from person_link l
           where l.district_id = ${tx.districtId} and h.id in (l.from_id, l.to_id)
             and (l.state = 'confirmed' or l.state = 'ended' and l.to_id is not null and l.ended_at >= ${since})
          union all
          select case when p.id = h.id then p.merged_into else p.id end from person p
           where p.district_id = ${tx.districtId} and p.merged_into is not null and h.id in (p.id, p.merged_into)
          union all
          select case when m.kept_id = h.id then m.absorbed_id else m.kept_id end from person_merge m
           where m.district_id = ${tx.districtId} and m.state = 'undone' and m.undone_at >= ${since} and h.id in (m.kept_id, m.absorbed_id)
          union all
          select case when s.person_id = h.id then p.id else s.person_id end
            from staff_phone s join person p on p.district_id = s.district_id and p.phone_index = s.phone_index
           where s.district_id = ${tx.districtId} and h.id in (s.person_id, p.id)
             and (s.ended_at is null or s.ended_at >= ${since})) other
    ) select id from household`)
  return new Set(rows.map((row) => row.id))
}

/** Phones of a minor's guardians, in clear; whoever asks has recorded why. */
export async function guardianPhones(tx: Tx, childId: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string; phoneCipher: Buffer }>(sql`
    select p.id, p.phone_cipher from person_link l join person p on p.district_id = l.district_id and p.id = l.to_id
     where l.district_id = ${tx.districtId} and l.kind = 'guardian' and l.state = 'confirmed' and l.from_id = ${childId}
       and p.phone_cipher is not null order by l.answered_at`)
  return rows.map((row) => openPhone(tx, row.id, row.phoneCipher))
}
