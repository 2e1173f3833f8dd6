import type { PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import { PARAMS_COLUMN, TO_COLUMN } from './message.ts'

/** What this module holds about a person: messages, whose addressee and content go when the person leaves. */
export const notificationsHolder: PersonHolder = {
  name: 'notifications',
  async leave({ tx, now }, personId) {
    const messages = await tx.rows<{ id: string }>(
      sql`select id from message where district_id = ${tx.districtId} and to_person_id = ${personId}`,
    )
    const ids = messages.map((message) => message.id)
    // What waited is not sent any more; the row stays for the receipts that name it.
    await tx.run(sql`
      update message m
         set to_cipher = e.empty_to, params_cipher = e.empty_params, failed_at = coalesce(m.failed_at, case when m.handed_over_at is null
             then ${now}::timestamptz end)
        from unnest(${ids}::uuid[], ${ids.map((id) => tx.personal.encrypt(TO_COLUMN, id, ''))}::bytea[],
                    ${ids.map((id) => tx.personal.encrypt(PARAMS_COLUMN, id, '{}'))}::bytea[]) as e (id, empty_to, empty_params)
       where m.district_id = ${tx.districtId} and m.id = e.id`)
  },
  async collect(tx, personId) {
    const rows = await tx.rows<{ template: string; createdAt: Date }>(sql`
      select template, created_at from message where district_id = ${tx.districtId} and to_person_id = ${personId} order by created_at`)
    return { messages: rows.map((row) => ({ at: row.createdAt.toISOString(), template: row.template })) }
  },
}
