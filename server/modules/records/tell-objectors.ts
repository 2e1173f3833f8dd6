import { sql } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { tellAbout } from './tell-holder.ts'

/** Whoever objected is told that there is an answer, and finds it on the page of notices. */
export function tellObjector(work: Work, certificateId: string, personId: string): Promise<void> {
  return tellAbout(work, certificateId, personId, { template: 'objection-answered', link: '/certificate-notices' })
}

/** A certificate that ended leaves nothing to answer: what was objected and not answered is moot, and whoever objected is told. */
export async function settleObjections(work: Work, certificateId: string): Promise<void> {
  const moot = await work.tx.rows<{ personId: string }>(sql`
    update certificate_objection set moot_at = ${work.now}
     where district_id = ${work.tx.districtId} and certificate_id = ${certificateId} and is_upheld is null and moot_at is null
    returning person_id`)
  for (const { personId } of moot) await tellObjector(work, certificateId, personId)
}
