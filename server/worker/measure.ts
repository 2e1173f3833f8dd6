import { unsealedSeconds } from '#platform/audit.ts'
import { type Db, inDistrict, sql } from '#platform/db.ts'
import { districtIds } from '#platform/jobs.ts'
import type { Metrics } from '#platform/metrics.ts'

interface Share {
  readonly share: number | null
}

/** Sets the gauges that need a look into the database: audit lag, ledger balance, messages, codes, jobs that wait. */
export async function measure(db: Db, metrics: Metrics): Promise<void> {
  for (const districtId of await districtIds(db)) {
    await inDistrict(
      db,
      districtId,
      async (tx) => {
        const district = String(districtId)
        metrics.auditUnsealedSeconds.set({ district }, await unsealedSeconds(tx))
        const { sum } = await tx.one<{ sum: number }>(sql`
        select coalesce(sum(credits_posted - debits_posted), 0) as sum from ledger_account where district_id = ${districtId}`)
        metrics.ledgerImbalance.set({ district }, sum)
        const messages = await tx.one<Share>(sql`
        select avg((handed_over_at - created_at <= interval '10 seconds')::int)::float8 as share from message
         where district_id = ${districtId} and created_at > huiyin_now() - interval '1 hour' and handed_over_at is not null`)
        if (messages.share !== null) metrics.notifyWithin10s.set(messages.share)
        const codes = await tx.one<Share>(sql`
        select avg((used_at is not null)::int)::float8 as share from login_code
         where district_id = ${districtId} and created_at > now() - interval '1 hour'`)
        if (codes.share !== null) metrics.otpConversion.set(codes.share)
      },
      { readOnly: true },
    )
  }
  const { rows } = await db.pool.query<{ name: string; seconds: number }>(`
    select name, extract(epoch from now() - min(start_after))::float8 as seconds
      from pgboss.job where state in ('created', 'retry') and start_after <= now() group by name`)
  metrics.jobLagSeconds.reset()
  for (const { name, seconds } of rows) metrics.jobLagSeconds.set({ queue: name }, seconds)
}
