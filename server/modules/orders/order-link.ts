import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Actor } from '#platform/actor.ts'
import { type Db, inDistrict, type Tx } from '#platform/db.ts'
import { isUuid } from '#platform/tokens.ts'
import { findOrder } from './order-rows.ts'

const MAC_BYTES = 12
const ID_BYTES = 16

/**
 * The private link of an order, as it stands in messages to the contact. It is derived from the order's id and the district's
 * keyring, so nothing has to be stored and a leaked table opens no order.
 */
export function linkPathOf(tx: Tx, orderId: string): string {
  return `/o/${linkTokenOf(tx, orderId)}`
}

export function linkTokenOf(tx: Tx, orderId: string): string {
  const id = Buffer.from(orderId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, macOf(tx, orderId)]).toString('base64url')
}

/** The actor that a link makes, or null when the link was not made by us. */
export function orderLinkActor(
  db: Db,
  districtId: number,
  token: string,
  locale: Actor['locale'],
): Promise<Actor | null> {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== ID_BYTES + MAC_BYTES) return Promise.resolve(null)
  const orderId = bytes
    .subarray(0, ID_BYTES)
    .toString('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/u, '$1-$2-$3-$4-$5')
  if (!isUuid(orderId)) return Promise.resolve(null)
  return inDistrict(
    db,
    districtId,
    async (tx) => {
      if (!timingSafeEqual(bytes.subarray(ID_BYTES), macOf(tx, orderId))) return null
      if ((await findOrder(tx, orderId)) === undefined) return null
      return {
        districtId,
        kind: 'link',
        personId: null,
        key: `link ${orderId}`,
        grants: [],
        locale,
        linkOrderId: orderId,
      }
    },
    { readOnly: true },
  )
}

function macOf(tx: Tx, orderId: string): Buffer {
  return createHmac('sha256', tx.personal.secret('order-link')).update(orderId).digest().subarray(0, MAC_BYTES)
}
