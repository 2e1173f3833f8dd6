import { findPerson, identitiesOf } from '#modules/people/index.ts'
import { teamsOf } from '#modules/teams/index.ts'
import { empty, sql, type Tx } from '#platform/db.ts'
import { maskPhone } from '#platform/masking.ts'
import type { RecordFacts } from './record-rows.ts'
import { newestService, serviceByUnit, type ServiceRow, type UnitService } from './service-views.ts'

export interface EntryView extends RecordFacts {
  readonly id: string
  readonly kind: 'training' | 'commendation'
  readonly unitId: string
  readonly unitName: string
  readonly enteredAt: Date
  readonly isCorrection: boolean
  readonly demand: {
    readonly id: string
    readonly reason: string
    readonly state: 'open' | 'corrected' | 'declined'
    readonly madeAt: Date
    readonly answer: string | null
  } | null
}

export interface EvaluationView {
  readonly orderId: string
  readonly orderNumber: string
  readonly stars: number
  readonly solved: boolean
  readonly at: Date
}

/** The five blocks that a volunteer's record has by law (2017 No. 685 art. 19, 2020 No. 67). */
export interface RecordBook {
  readonly basic: {
    readonly name: string | null
    readonly phoneMasked: string | null
    readonly volunteerNumber: string | null
    readonly registeredAt: Date | null
    readonly skills: readonly string[]
    readonly teams: readonly string[]
  }
  readonly service: { readonly byUnit: readonly UnitService[]; readonly newest: readonly ServiceRow[] }
  readonly training: readonly EntryView[]
  readonly commendation: readonly EntryView[]
  readonly evaluation: readonly EvaluationView[]
}

const ROWS_MAX = 200

/** Everything that is kept of a volunteer's service, for the person and for the export of his or her own data. */
export async function recordBookOf(tx: Tx, personId: string): Promise<RecordBook> {
  const person = await findPerson(tx, personId)
  const volunteer = await tx.maybe<{ skills: string[]; volunteerNumber: string | null; registeredAt: Date }>(sql`
    select skills, coalesce(national_number, beijing_number) as volunteer_number, registered_at from volunteer
     where district_id = ${tx.districtId} and person_id = ${personId}`)
  const teams = await teamsOf(tx, personId)
  const personIds = await identitiesOf(tx, personId)
  const entries = await listEntries(tx, { personIds, limit: ROWS_MAX })
  return {
    basic: {
      name: person?.name ?? null,
      phoneMasked: person?.phone == null ? null : maskPhone(person.phone),
      volunteerNumber: volunteer?.volunteerNumber ?? null,
      registeredAt: volunteer?.registeredAt ?? null,
      skills: volunteer?.skills ?? [],
      teams: teams.map((team) => team.name),
    },
    service: { byUnit: await serviceByUnit(tx, personIds), newest: await newestService(tx, personIds) },
    training: entries.filter((entry) => entry.kind === 'training'),
    commendation: entries.filter((entry) => entry.kind === 'commendation'),
    evaluation: await tx.rows<EvaluationView>(sql`
      select order_id, order_number, stars, solved, at from record_evaluation
       where district_id = ${tx.districtId} and person_id = any(${personIds}::uuid[]) order by at desc, order_id limit ${ROWS_MAX}`),
  }
}

export interface EntryFilter {
  readonly personIds?: readonly string[]
  readonly unitIds?: readonly string[]
  readonly onlyDemanded?: boolean
  readonly beforeId?: string | undefined
  readonly limit: number
}

/** Entries as they hold now, newest first: what was corrected is told by its correction, what was struck by nothing. */
export function listEntries(tx: Tx, filter: EntryFilter): Promise<(EntryView & { personName: string | null })[]> {
  return tx
    .rows(sql`
    select e.id, e.kind, e.name, e.content, e.minutes, e.giver, e.day, e.unit_id, e.entered_at, e.corrects_id is not null as is_correction,
           n.name as person_name,
           (select p.name from unit_period p where p.district_id = e.district_id and p.unit_id = e.unit_id
             order by p.valid_from desc limit 1) as unit_name,
           (select jsonb_build_object('id', d.id, 'reason', d.reason, 'state', d.state, 'madeAt', d.made_at, 'answer', d.answer)
              from record_demand d where d.district_id = e.district_id and d.entry_id in (e.id, e.corrects_id)
             order by d.made_at desc limit 1) as demand
      from record_entry e join person n on n.district_id = e.district_id and n.id = e.person_id
     where e.district_id = ${tx.districtId} and not e.is_struck
       and not exists (select from record_entry o where o.district_id = e.district_id and o.corrects_id = e.id)
       ${filter.personIds === undefined ? empty : sql`and e.person_id = any(${filter.personIds}::uuid[])`}
       ${filter.unitIds === undefined ? empty : sql`and e.unit_id = any(${filter.unitIds}::uuid[])`}
       ${filter.onlyDemanded === true ? sql`and exists (select from record_demand d where d.district_id = e.district_id and d.entry_id = e.id and d.state = 'open')` : empty}
       ${filter.beforeId === undefined ? empty : sql`and e.id < ${filter.beforeId}::uuid`}
     order by e.id desc limit ${filter.limit}`)
    .then((rows) =>
      (rows as (EntryView & { personName: string | null })[]).map((row) => ({
        ...row,
        // Instants within JSON come as texts.
        demand: row.demand === null ? null : { ...row.demand, madeAt: new globalThis.Date(row.demand.madeAt) },
      })),
    )
}
