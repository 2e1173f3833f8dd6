import { useQueryClient } from '@tanstack/react-query'
import type { OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { forget } from '../../parts/use-call.ts'

/** After a move: the answered order goes into the cache, lists and counts are asked for anew, success is said. */
export function useOrderDone(): (orderId: string, answer?: OrderView) => Promise<void> {
  const client = useQueryClient()
  const notify = useNotify()
  const { t, named } = useWords()
  return async (orderId, answer) => {
    if (answer !== undefined) {
      client.setQueryData(['readOrder', { params: { id: orderId } }], answer)
      notify(t('staff-order.done', { step: named('orders.next', answer.nextStep) }))
    } else {
      await forget(client, ['readOrder'])
    }
    await forget(client, ['readTimeline', 'listOrders', 'countOrders', 'listOffers', 'listFollowUps', 'listCandidates'])
    // What had the focus may be gone, with its row or its form.
    requestAnimationFrame(() => {
      if (document.activeElement === null || document.activeElement === document.body)
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
    })
  }
}
