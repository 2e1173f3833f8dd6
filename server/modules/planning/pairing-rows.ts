import { sql, type Tx } from '#platform/db.ts'

export interface Pairing {
  readonly id: string
  readonly unitId: string
  readonly unitName: string
  readonly providerKind: 'agency' | 'team'
  readonly providerId: string
  readonly providerName: string
  readonly note: string
  readonly validFrom: string
}

/** Pairings that hold on a date, with names. */
export function pairingsOn(tx: Tx, on: string): Promise<Pairing[]> {
  return tx.rows(sql`
    select v.id, v.unit_id, p.name as unit_name, case when v.provider_team_id is null then 'agency' else 'team' end as provider_kind,
           coalesce(v.provider_team_id, v.provider_unit_id) as provider_id, coalesce(t.name, a.name, '') as provider_name, v.note, v.valid_from
      from village_pairing v
      join unit_period p on p.district_id = v.district_id and p.unit_id = v.unit_id and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
      left join team t on t.district_id = v.district_id and t.id = v.provider_team_id
      left join unit_period a on a.district_id = v.district_id and a.unit_id = v.provider_unit_id
       and a.valid_from <= ${on}::date and (a.valid_until is null or a.valid_until > ${on}::date)
     where v.district_id = ${tx.districtId} and v.valid_from <= ${on}::date and (v.valid_until is null or v.valid_until > ${on}::date)
     order by p.name, provider_name, v.id`)
}

/** Whether the two are paired on a day or later. */
export async function isPairedFrom(
  tx: Tx,
  { unitId, providerId, validFrom }: Pick<Pairing, 'unitId' | 'providerId' | 'validFrom'>,
): Promise<boolean> {
  const row = await tx.maybe(sql`
    select 1 as one from village_pairing
     where district_id = ${tx.districtId} and unit_id = ${unitId}::uuid and coalesce(provider_team_id, provider_unit_id) = ${providerId}::uuid
       and (valid_until is null or valid_until > ${validFrom}::date) limit 1`)
  return row !== undefined
}

export async function insertPairing(
  tx: Tx,
  row: Pick<Pairing, 'id' | 'unitId' | 'providerKind' | 'providerId' | 'note' | 'validFrom'> & {
    readonly setBy: string
    readonly at: Date
  },
): Promise<void> {
  const [agencyId, teamId] = row.providerKind === 'agency' ? [row.providerId, null] : [null, row.providerId]
  await tx.run(sql`
    insert into village_pairing (district_id, id, unit_id, provider_unit_id, provider_team_id, note, valid_from, set_by, set_at)
    values (${tx.districtId}, ${row.id}, ${row.unitId}, ${agencyId}, ${teamId}, ${row.note}, ${row.validFrom}::date, ${row.setBy}, ${row.at})`)
}

/** Ends a pairing from a date on; what was to begin later is taken away. Returns how many there were. */
export async function endPairingRow(tx: Tx, id: string, on: string): Promise<number> {
  const ended = await tx.run(sql`
    update village_pairing set valid_until = ${on}::date
     where district_id = ${tx.districtId} and id = ${id}::uuid and valid_from < ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
  const removed = await tx.run(sql`
    delete from village_pairing where district_id = ${tx.districtId} and id = ${id}::uuid and valid_from >= ${on}::date`)
  return ended + removed
}
