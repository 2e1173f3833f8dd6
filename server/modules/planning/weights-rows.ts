import { sql, type Tx } from '#platform/db.ts'
import { DEFAULT_WEIGHTS, type Weights } from './plan.ts'

/** The weights that hold on a date; where the centre has set none, the usual ones. */
export async function weightsOn(tx: Tx, on: string): Promise<Weights> {
  const row = await tx.maybe<{ weights: Partial<Weights> }>(sql`
    select weights from planning_weights
     where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
  return { ...DEFAULT_WEIGHTS, ...row?.weights }
}

/** Sets weights from a date on: what held then ends, what was to begin later is replaced. */
export async function setWeights(
  tx: Tx,
  row: { id: string; weights: Weights; from: string; setBy: string | null; at: Date },
): Promise<void> {
  await tx.run(sql`
    update planning_weights set valid_until = ${row.from}::date
     where district_id = ${tx.districtId} and valid_from < ${row.from}::date and (valid_until is null or valid_until > ${row.from}::date)`)
  const json = JSON.stringify(row.weights)
  const replaced = await tx.run(sql`
    update planning_weights set weights = ${json}::jsonb, valid_until = null, set_by = ${row.setBy}, set_at = ${row.at}
     where district_id = ${tx.districtId} and valid_from = ${row.from}::date`)
  if (replaced > 0) return
  await tx.run(sql`
    insert into planning_weights (district_id, id, weights, valid_from, valid_until, set_by, set_at)
    values (${tx.districtId}, ${row.id}, ${json}::jsonb, ${row.from}::date,
            (select min(valid_from) from planning_weights where district_id = ${tx.districtId} and valid_from > ${row.from}::date), ${row.setBy}, ${row.at})`)
}
