import { MESSAGE_REACHED } from '#modules/notifications/index.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import { CLOSE_ORDER, closeEvaluated } from './close-order.ts'
import { lockOrder } from './order-rows.ts'
import { closeIfReached } from './reach-requester.ts'

/** Work of this module that follows a commit; each bears being run twice. */
export const ordersJobs: readonly JobDefinition[] = [
  { name: CLOSE_ORDER, run: (work, data) => closeEvaluated(work, String(data['orderId'])) },
  {
    name: MESSAGE_REACHED,
    async run(work, data) {
      if (data['subjectKind'] !== 'order') return
      const order = await lockOrder(work.tx, String(data['subjectId']))
      if (order === undefined) return
      await closeIfReached(work, order, { by: 'receipt', spokenTo: null, messageId: String(data['messageId']) })
    },
  },
]
