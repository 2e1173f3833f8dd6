import { CODE_MINUTES, LOGIN_CODE_MADE, openLoginCode } from '#modules/people/index.ts'
import { addMinutes } from '#platform/dates.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import type { Channel } from './channel.ts'
import { deliverMessage } from './deliver-message.ts'
import { minutesBeforeAttempt } from './message.ts'
import { listWaiting } from './message-views.ts'
import { DELIVER, sendMessage } from './send-message.ts'

// Long enough for the first delivery's own job to have run, so that the sweep does not compete with it.
const SWEEP_AFTER_MINUTES = 1
const SWEEP_ROWS_MAX = 500

/** The module's jobs, delivering through the channel that the composition root chose. */
export function notificationsJobs(channel: Channel): JobDefinition[] {
  return [
    { name: DELIVER, run: (work, data) => deliverMessage(work, channel, String(data['messageId'])) },
    {
      name: 'notifications.sweep',
      cron: '* * * * *',
      async run(work) {
        for (const { id, createdAt, attempts } of await listWaiting(work.tx, SWEEP_ROWS_MAX)) {
          const due = addMinutes(createdAt, Math.max(SWEEP_AFTER_MINUTES, minutesBeforeAttempt(attempts)))
          if (due <= work.now) work.enqueue({ name: DELIVER, data: { messageId: id } })
        }
      },
    },
    {
      name: LOGIN_CODE_MADE,
      async run(work, data) {
        const id = String(data['id'])
        const { phone, code } = openLoginCode(work.tx, id, String(data['sealed']))
        const locale = data['locale'] === 'en' ? 'en' : 'zh-CN'
        await sendMessage(work, {
          id,
          template: 'login-code',
          params: { code, minutes: CODE_MINUTES },
          toPhone: phone,
          locale,
        })
      },
    },
  ]
}
