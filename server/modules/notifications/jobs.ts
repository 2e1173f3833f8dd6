import { CODE_MINUTES, LINK_ASKED, LOGIN_CODE_MADE, openLinkQuestion, openLoginCode } from '#modules/people/index.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import type { Channel } from './channel.ts'
import { deliverMessages } from './deliver-messages.ts'
import { sendMessage } from './send-message.ts'

/** Hands over what waits. Nobody has to send it: the worker does the same each second, because a message's row is its queue. */
export const DELIVER = 'notifications.deliver'

/** The module's jobs, delivering through the channel that the composition root chose. */
export function notificationsJobs(channel: Channel): JobDefinition[] {
  return [
    { name: DELIVER, run: async (work) => void (await deliverMessages(work, channel)) },
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
    {
      name: LINK_ASKED,
      async run(work, data) {
        const id = String(data['id'])
        const { phone, name } = openLinkQuestion(work, id, String(data['sealed']))
        const locale = data['locale'] === 'en' ? 'en' : 'zh-CN'
        const template = data['kind'] === 'guardian' ? 'guardian-asked' : 'household-asked'
        await sendMessage(work, { id, template, params: { name, link: '/me/family' }, toPhone: phone, locale })
      },
    },
  ]
}
