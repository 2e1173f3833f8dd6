import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { Subject } from './ledger.ts'

export type MeritHolder = { readonly teamId: string } | { readonly unitId: string }

export interface Merit {
  readonly key: string
  readonly holder: MeritHolder
  readonly subject: Subject
  readonly peopleServed: number
  /** 1 to 5, null when the requester did not judge. */
  readonly stars: number | null
}

/** Records a team's merit or an agency's performance. The same key twice is one entry. @returns whether it is new */
export async function recordMerit(work: Work, merit: Merit): Promise<boolean> {
  const { tx, now } = work
  const [teamId, unitId] = 'teamId' in merit.holder ? [merit.holder.teamId, null] : [null, merit.holder.unitId]
  const inserted = await tx.run(sql`
    insert into merit_entry (district_id, id, key, team_id, unit_id, kind, subject_kind, subject_id, people_served, stars, at)
    values (${tx.districtId}, ${newUuid7(now)}, ${merit.key}, ${teamId}, ${unitId}, ${teamId === null ? 'performance' : 'merit'},
            ${merit.subject.kind}, ${merit.subject.id}, ${merit.peopleServed}, ${merit.stars}, ${now})
    on conflict (district_id, key) do nothing`)
  return inserted === 1
}

/** Takes an entry back by a second one that names it and cancels its numbers. @returns false when there is nothing to cancel */
export async function reverseMerit(work: Work, key: string): Promise<boolean> {
  const { tx, now } = work
  const inserted = await tx.run(sql`
    insert into merit_entry (district_id, id, key, team_id, unit_id, kind, subject_kind, subject_id, people_served, stars, reverses_id, at)
    select m.district_id, ${newUuid7(now)}::uuid, ${`${key}:reversal`}, m.team_id, m.unit_id, m.kind, m.subject_kind, m.subject_id,
           -m.people_served, null, m.id, ${now}::timestamptz
      from merit_entry m where m.district_id = ${tx.districtId} and m.key = ${key} and m.reverses_id is null
    on conflict (district_id, key) do nothing`)
  return inserted === 1
}

/** What a team or an agency has done, reversed entries left out. */
export function meritOf(
  tx: Tx,
  holder: MeritHolder,
): Promise<{ entries: number; peopleServed: number; stars: number | null }> {
  const column = 'teamId' in holder ? sql`m.team_id = ${holder.teamId}` : sql`m.unit_id = ${holder.unitId}`
  return tx.one(sql`
    select count(*) as entries, coalesce(sum(m.people_served), 0) as people_served, avg(m.stars)::float8 as stars
      from merit_entry m
     where m.district_id = ${tx.districtId} and ${column} and m.reverses_id is null
       and not exists (select from merit_entry r where r.district_id = m.district_id and r.reverses_id = m.id)`)
}
