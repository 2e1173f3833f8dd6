import type { Work } from '#platform/work.ts'
import { lockFor } from './move-order.ts'
import { updateOrder } from './order-rows.ts'

/** The written agreement is signed or the insurance is in force: the gate opens (北京市志愿服务促进条例 art. 18, 条例 art. 17). */
export async function recordAgreement(
  work: Work,
  orderId: string,
  given: { agreementSigned: boolean; insuranceConfirmed: boolean },
): Promise<void> {
  const order = await lockFor(work, orderId, 'record-agreement')
  await updateOrder(work.tx, order.id, {
    ...(given.agreementSigned && { agreementAt: work.now }),
    ...(given.insuranceConfirmed && { insuranceConfirmedAt: work.now }),
  })
  work.audit({ action: 'orders.record-agreement', subject: { kind: 'order', id: order.id }, details: { ...given } })
}
