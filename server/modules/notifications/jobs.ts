import { CODE_MINUTES, LOGIN_CODE_MADE, openLoginCode } from '#modules/people/index.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import { sendMessage } from './send-message.ts'

/** The module's jobs. Messages need none: their rows are the queue from which `deliverMessages` takes them. */
export const notificationsJobs: readonly JobDefinition[] = [
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
