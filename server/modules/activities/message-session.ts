import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { lockSessionForOrganiser } from './edit-session.ts'
import { tell } from './notices.ts'
import { liveSignUps } from './sign-up-rows.ts'

/** Writes to everybody who has or waits for a place. The text is kept, so that it can be asked what was written. */
export async function messageSession(work: Work, sessionId: string, text: string): Promise<{ recipients: number }> {
  const about = await lockSessionForOrganiser(work, sessionId)
  const people = (await liveSignUps(work.tx, sessionId)).map((one) => one.personId)
  const recipients = await tell(work, people, 'session-message', about, { text })
  await work.tx.run(sql`
    insert into session_message (district_id, id, session_id, text, sent_by, sent_at, recipients)
    values (${work.tx.districtId}, ${newUuid7(work.now)}, ${sessionId}, ${text}, ${work.actor.personId}, ${work.now}, ${recipients})`)
  work.audit({ action: 'activities.message', subject: { kind: 'session', id: sessionId }, details: { recipients } })
  return { recipients }
}
