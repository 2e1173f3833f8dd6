import { readOutboxMessage } from '#modules/notifications/index.ts'
import { LOGIN_CODE_MADE, requestLoginCode, signInResident } from '#modules/people/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import type { Job, JobDefinition } from '#platform/jobs.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'
import type { PlannedPerson } from './planned.ts'

/** Registering is three transactions: the code is asked for, the job writes it into the outbox, and it is typed. */
export const REGISTERING_WRITES = 3

/** A resident registers the way a phone does: asks for a code, reads the message, types it. @returns the person's id */
export async function registerByPhone(
  host: WorkHost,
  definitions: readonly JobDefinition[],
  { phone, name }: PlannedPerson,
): Promise<string> {
  const sent: Job[] = []
  const listening: WorkHost = {
    db: host.db,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void sent.push(...jobs) },
  }
  const visitor: Actor = { ...systemActor(YANQING), kind: 'public', key: `public year ${phone}` }
  await runWork(listening, visitor, (work) => requestLoginCode(work, phone))
  const job = sent.find((one) => one.name === LOGIN_CODE_MADE)!
  const sending = definitions.find((one) => one.name === LOGIN_CODE_MADE)!
  await runWork(host, systemActor(YANQING), (work) => sending.run(work, job.data))
  return runWork(host, visitor, async (work) => {
    const message = (await readOutboxMessage(work.tx, String(job.data['id'])))!
    const result = await signInResident(work, { phone, code: String(message.params['code']), name })
    if ('refusal' in result) throw result.refusal
    return result.personId
  })
}
