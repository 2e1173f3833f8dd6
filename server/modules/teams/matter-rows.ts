import { sql, type Tx } from '#platform/db.ts'

/** Who has to answer: one person, or a unit's staff. */
export type Responsible =
  | { readonly personId: string; readonly unitId: null }
  | { readonly personId: null; readonly unitId: string }

export interface Application {
  readonly id: string
  readonly teamId: string
  readonly personId: string
  readonly state: 'open' | 'accepted' | 'declined' | 'withdrawn'
  readonly responsibleUnitId: string | null
  readonly dueAt: Date | null
}

const applicationColumns = sql`id, team_id, person_id, state, responsible_unit_id, due_at`

/** @returns false when the person has an open application there already */
export async function insertApplication(
  tx: Tx,
  given: { id: string; teamId: string; personId: string; message: string; by: Responsible; dueAt: Date; now: Date },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into team_application (district_id, id, team_id, person_id, message, state, responsible_person_id, responsible_unit_id, due_at, created_at)
    values (${tx.districtId}, ${given.id}, ${given.teamId}, ${given.personId}, ${given.message}, 'open', ${given.by.personId}::uuid,
            ${given.by.unitId}::uuid, ${given.dueAt}, ${given.now})
    on conflict (district_id, team_id, person_id) where state = 'open' do nothing`)
  return inserted === 1
}

export function findApplication(tx: Tx, id: string): Promise<Application | undefined> {
  return tx.maybe(
    sql`select ${applicationColumns} from team_application where district_id = ${tx.districtId} and id = ${id}::uuid`,
  )
}

export function lockApplication(tx: Tx, id: string): Promise<Application | undefined> {
  return tx.maybe(sql`
    select ${applicationColumns} from team_application where district_id = ${tx.districtId} and id = ${id}::uuid for update`)
}

export async function endApplication(
  tx: Tx,
  id: string,
  end: { state: Exclude<Application['state'], 'open'>; by: string | null; at: Date; answer: string },
): Promise<void> {
  await tx.run(sql`
    update team_application
       set state = ${end.state}, answered_by = ${end.by}::uuid, answered_at = ${end.at}, answer = ${end.answer}, due_at = null,
           responsible_person_id = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

export async function passApplication(tx: Tx, id: string, to: Responsible, dueAt: Date): Promise<void> {
  await tx.run(sql`
    update team_application set responsible_person_id = ${to.personId}::uuid, responsible_unit_id = ${to.unitId}::uuid, due_at = ${dueAt}
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

/** Whoever leaves or leads no more has nothing to answer any more; the due times stay. */
export async function passApplicationsFrom(tx: Tx, teamId: string, personId: string, to: Responsible): Promise<void> {
  await tx.run(sql`
    update team_application set responsible_person_id = ${to.personId}::uuid, responsible_unit_id = ${to.unitId}::uuid
     where district_id = ${tx.districtId} and team_id = ${teamId}::uuid and state = 'open' and responsible_person_id = ${personId}::uuid`)
}

/** What was asked of a team that ends, or by somebody who came in meanwhile. @returns who had asked */
export function endApplicationsOf(
  tx: Tx,
  teamId: string,
  end: { personId: string | null; state: 'accepted' | 'declined'; by: string | null; at: Date; answer: string },
): Promise<{ personId: string }[]> {
  return tx.rows(sql`
    update team_application
       set state = ${end.state}, answered_by = ${end.by}::uuid, answered_at = ${end.at}, answer = ${end.answer}, due_at = null,
           responsible_person_id = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and team_id = ${teamId}::uuid and state = 'open'
       and (${end.personId}::uuid is null or person_id = ${end.personId}::uuid)
    returning person_id`)
}

export interface Handover {
  readonly id: string
  readonly teamId: string
  readonly fromPersonId: string | null
  readonly toPersonId: string
  readonly state: 'open' | 'accepted' | 'declined' | 'withdrawn' | 'lapsed'
  readonly dueAt: Date
}

/** @returns false when another one is open */
export async function insertHandover(
  tx: Tx,
  given: Omit<Handover, 'state'> & { readonly by: string | null; readonly now: Date },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into team_handover (district_id, id, team_id, from_person_id, to_person_id, state, due_at, created_by, created_at)
    values (${tx.districtId}, ${given.id}, ${given.teamId}, ${given.fromPersonId}::uuid, ${given.toPersonId}, 'open', ${given.dueAt},
            ${given.by}::uuid, ${given.now})
    on conflict (district_id, team_id) where state = 'open' do nothing`)
  return inserted === 1
}

function findHandover(tx: Tx, id: string): Promise<Handover | undefined> {
  return tx.maybe(sql`
    select id, team_id, from_person_id, to_person_id, state, due_at from team_handover
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

/** A handover and its team, locked in the order in which everything about a team is locked. */
export async function lockHandover(tx: Tx, id: string): Promise<Handover | undefined> {
  const found = await findHandover(tx, id)
  if (found === undefined) return undefined
  await lockTeam(tx, found.teamId)
  return tx.maybe(sql`
    select id, team_id, from_person_id, to_person_id, state, due_at from team_handover
     where district_id = ${tx.districtId} and id = ${id}::uuid for update`)
}

export async function endHandover(
  tx: Tx,
  id: string,
  state: Exclude<Handover['state'], 'open'>,
  at: Date,
): Promise<void> {
  await tx.run(
    sql`update team_handover set state = ${state}, ended_at = ${at} where district_id = ${tx.districtId} and id = ${id}::uuid`,
  )
}

export async function withdrawHandovers(tx: Tx, teamId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update team_handover set state = 'withdrawn', ended_at = ${at}
     where district_id = ${tx.districtId} and team_id = ${teamId}::uuid and state = 'open'`)
}

export interface Founding {
  readonly id: string
  readonly personId: string
  readonly unitId: string
  readonly name: string
  readonly categorySlugs: readonly string[]
  readonly state: 'open' | 'approved' | 'declined' | 'withdrawn'
  readonly responsibleUnitId: string | null
  readonly dueAt: Date | null
}

/** @returns false when the person has an open one already */
export async function insertFounding(
  tx: Tx,
  given: Pick<Founding, 'id' | 'personId' | 'unitId' | 'name' | 'categorySlugs'> & {
    readonly purpose: string
    readonly responsibleUnitId: string
    readonly dueAt: Date
    readonly now: Date
  },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into team_founding (district_id, id, person_id, unit_id, name, purpose, category_slugs, state, responsible_unit_id, due_at, created_at)
    values (${tx.districtId}, ${given.id}, ${given.personId}, ${given.unitId}, ${given.name}, ${given.purpose}, ${given.categorySlugs}, 'open',
            ${given.responsibleUnitId}, ${given.dueAt}, ${given.now})
    on conflict (district_id, person_id) where state = 'open' do nothing`)
  return inserted === 1
}

export function lockFounding(tx: Tx, id: string): Promise<Founding | undefined> {
  return tx.maybe(sql`
    select id, person_id, unit_id, name, category_slugs, state, responsible_unit_id, due_at from team_founding
     where district_id = ${tx.districtId} and id = ${id}::uuid for update`)
}

export async function endFounding(
  tx: Tx,
  id: string,
  end: {
    state: Exclude<Founding['state'], 'open'>
    by: string | null
    at: Date
    answer: string
    teamId: string | null
  },
): Promise<void> {
  await tx.run(sql`
    update team_founding
       set state = ${end.state}, answered_by = ${end.by}::uuid, answered_at = ${end.at}, answer = ${end.answer}, team_id = ${end.teamId}::uuid,
           due_at = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

export async function passFounding(tx: Tx, id: string, unitId: string, dueAt: Date): Promise<void> {
  await tx.run(sql`
    update team_founding set responsible_unit_id = ${unitId}, due_at = ${dueAt}
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
}

/** Whoever leaves for good asks for nothing any more, and what was written is erased. */
export async function endMattersOf(tx: Tx, personId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update team_application
       set state = case when state = 'open' then 'withdrawn' else state end, answered_at = coalesce(answered_at, ${at}), message = '-',
           due_at = null, responsible_person_id = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and person_id = ${personId}::uuid`)
  await tx.run(sql`
    update team_founding
       set state = case when state = 'open' then 'withdrawn' else state end, answered_at = coalesce(answered_at, ${at}), purpose = '-',
           due_at = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and person_id = ${personId}::uuid`)
  await tx.run(sql`
    update team_handover set state = 'withdrawn', ended_at = ${at}
     where district_id = ${tx.districtId} and state = 'open' and (from_person_id = ${personId}::uuid or to_person_id = ${personId}::uuid)`)
}

/** Locks a team, so that leaving, handing over and ending it come one after the other. */
export function lockTeam(tx: Tx, id: string): Promise<{ endedOn: string | null; version: number } | undefined> {
  return tx.maybe(
    sql`select ended_on, version from team where district_id = ${tx.districtId} and id = ${id}::uuid for no key update`,
  )
}

/** What one account asked for is asked by another of the same person; what both asked, or hand over, is withdrawn. */
export async function moveMatters(tx: Tx, fromId: string, toId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update team_application a set person_id = ${toId}::uuid
     where a.district_id = ${tx.districtId} and a.person_id = ${fromId}::uuid and a.state = 'open'
       and not exists (select from team_application k where k.district_id = a.district_id and k.team_id = a.team_id
                        and k.person_id = ${toId}::uuid and k.state = 'open')
       and not exists (select from team_member m where m.district_id = a.district_id and m.team_id = a.team_id
                        and m.person_id = ${toId}::uuid and m.left_at is null)`)
  await tx.run(sql`
    update team_application
       set state = 'withdrawn', answered_at = ${at}, due_at = null, responsible_person_id = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and person_id = ${fromId}::uuid and state = 'open'`)
  await tx.run(sql`
    update team_founding f set person_id = ${toId}::uuid
     where f.district_id = ${tx.districtId} and f.person_id = ${fromId}::uuid and f.state = 'open'
       and not exists (select from team_founding k where k.district_id = f.district_id and k.person_id = ${toId}::uuid and k.state = 'open')`)
  await tx.run(sql`
    update team_founding set state = 'withdrawn', answered_at = ${at}, due_at = null, responsible_unit_id = null
     where district_id = ${tx.districtId} and person_id = ${fromId}::uuid and state = 'open'`)
  await tx.run(sql`
    update team_handover set state = 'withdrawn', ended_at = ${at}
     where district_id = ${tx.districtId} and state = 'open' and (from_person_id = ${fromId}::uuid or to_person_id = ${fromId}::uuid)`)
}
